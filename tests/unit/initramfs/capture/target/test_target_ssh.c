/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_target_ssh.c - the ssh target against a real sshd: whole files, and all that goes wrong */
#include "base/err.h"

#include "initramfs/capture/target/target_proxy.h"
#include "ssh_server.h"

/* len bytes that are easy to check; -errno. */
static int pour(int fd, size_t len)
{
	char buf[4096];

	memset(buf, 'x', sizeof(buf));
	while (len > 0) {
		ssize_t n = write(fd, buf, len < sizeof(buf) ? len : sizeof(buf));

		if (n < 0)
			return -errno;
		len -= (size_t)n;
	}
	return 0;
}

static void look(char *path, size_t room, struct stat *st, const char *name)
{
	snprintf(path, room, "/srv/" SECRET "/%s/%s", target->dir, name);
	memset(st, 0, sizeof(*st));
	(void)!stat(path, st);
}

TEST(whole)
{
	struct deadline by = deadline_in(200);
	struct target_file f;
	struct stat st;
	char path[500];
	uint64_t bytes = 0;

	begin();
	CHECK_STR(target->dir, "10.0.0.1-2026-01-02-03:04:05");
	fine(target->ops->space(target, &by, &bytes));
	CHECK(bytes > 7 << 20 && bytes <= 8 << 20);
	fine(target_put(target, "vmcore-dmesg.txt", "log\n", 4, &by));
	fine(target->ops->open(target, "vmcore.flat", FILE_CORE, &by, &f));
	CHECK_STR(f.part, "vmcore-incomplete");
	fine(pour(f.fd, 3 << 20));
	look(path, sizeof(path), &st, "vmcore.flat");
	CHECK_EQ(st.st_mode, 0);
	fine(target->ops->close(target, &f, FILE_DONE, &by));

	look(path, sizeof(path), &st, "vmcore.flat");
	CHECK_EQ(st.st_mode, S_IFREG | 0600);
	CHECK_EQ(st.st_size, 3 << 20);
	look(path, sizeof(path), &st, "vmcore-dmesg.txt");
	CHECK_EQ(st.st_size, 4);
	look(path, sizeof(path), &st, ".");
	CHECK_EQ(st.st_mode, S_IFDIR | 0700);
	look(path, sizeof(path), &st, "vmcore-incomplete");
	CHECK_EQ(st.st_mode, 0);
	CHECK_EQ(access("/t/evil", F_OK), -1);

	/* A second one of that name is refused, unless it is to replace it. */
	fine(target->ops->open(target, "vmcore.flat", FILE_CORE, &by, &f));
	refused(target->ops->close(target, &f, FILE_DONE, &by), -EEXIST, "is there already");
	fine(target_put(target, "vmcore-dmesg.txt", "another\n", 8, &by));
	look(path, sizeof(path), &st, "vmcore-dmesg.txt");
	CHECK_EQ(st.st_size, 8);
}

TEST(how_files_end)
{
	struct deadline by = deadline_in(200);
	struct target_file f;
	struct stat st;
	char path[500];

	/* The name is taken by another dump of this second. */
	sh("cd /srv; mkdir -p \"it's a \\\"dir\\\" \\$(touch /t/evil) */$(echo "
	   "10.0.0.1-2026-01-02-03:04:05)\"");
	begin();
	CHECK_STR(target->dir, "10.0.0.1-2026-01-02-03:04:05-2");
	fine(target->ops->open(target, "vmcore.flat", FILE_CORE, &by, &f));
	fine(pour(f.fd, 5000));
	fine(target->ops->close(target, &f, FILE_PARTIAL, &by));
	look(path, sizeof(path), &st, "vmcore-incomplete");
	CHECK_EQ(st.st_size, 5000);
	fine(target->ops->open(target, "vmcore.flat", FILE_CORE, &by, &f));
	fine(target->ops->close(target, &f, FILE_NOTHING, &by));
	look(path, sizeof(path), &st, "vmcore-incomplete");
	CHECK_EQ(st.st_mode, 0);
}

TEST(other_host_key)
{
	struct deadline by = deadline_in(200);

	sh("cd /run/t; ssh-keygen -q -t ed25519 -N '' -f other; "
	   "(printf 'server.test '; cat other.pub) > /etc/kdump/ssh/known_hosts");
	refused(target->ops->up(target, &by), -EACCES, "host key is not the one in the image");
	/* At once, not after all attempts. */
	CHECK_OP(deadline_left_ms(&by), >, 150000);
	sh(": > /etc/kdump/ssh/known_hosts");
	refused(target->ops->up(target, &by), -EACCES, "host key");
}

TEST(other_key)
{
	struct deadline by = deadline_in(200);

	sh("rm /etc/kdump/ssh/id; ssh-keygen -q -t ed25519 -N '' -f /etc/kdump/ssh/id");
	refused(target->ops->up(target, &by), -EACCES, "does not accept the key");
	CHECK_OP(deadline_left_ms(&by), >, 150000);
}

TEST(not_there_yet)
{
	struct deadline by = deadline_in(3);

	sshd_signal("KILL");
	sh("rm /run/t/pid");
	refused(target->ops->up(target, &by), -ECONNRESET, "Connection refused");
	by = deadline_in(200);
	sh("(sleep 3; /usr/sbin/sshd -f /run/t/sshd_config) &");
	fine(target->ops->up(target, &by));
}

/* The machine that takes the dump dies: what it has is no complete dump. */
TEST(cut_off)
{
	struct deadline by = deadline_in(4);
	struct target_file f;
	struct stat st;
	char path[500];
	int rc;

	begin();
	fine(target->ops->open(target, "vmcore.flat", FILE_CORE, &by, &f));
	fine(pour(f.fd, 1 << 20));
	do
		look(path, sizeof(path), &st, f.part);
	while (st.st_size < 1 << 19 && usleep(10000) == 0);
	sshd_signal("KILL");
	rc = pour(f.fd, 64 << 20);
	CHECK_EQ(rc, -EPIPE);
	by = deadline_in(6);
	refused(target->ops->close(target, &f, FILE_DONE, &by), -ECONNRESET, "root@server.test");
	look(path, sizeof(path), &st, "vmcore.flat");
	CHECK_EQ(st.st_mode, 0);
	look(path, sizeof(path), &st, "vmcore-incomplete");
	CHECK_EQ(st.st_mode, S_IFREG | 0600);
}

TEST(full)
{
	struct deadline by = deadline_in(200);
	struct target_file f;
	struct stat st;
	char path[500];

	begin();
	fine(target_put(target, "vmcore-dmesg.txt", "log\n", 4, &by));
	fine(target->ops->open(target, "vmcore.flat", FILE_CORE, &by, &f));
	CHECK_EQ(pour(f.fd, 64 << 20), -EPIPE);
	refused(target->ops->close(target, &f, FILE_DONE, &by), -EREMOTEIO, "No space left");
	look(path, sizeof(path), &st, "vmcore.flat");
	CHECK_EQ(st.st_mode, 0);
	look(path, sizeof(path), &st, "vmcore-incomplete");
	CHECK_OP(st.st_size, >, 1 << 20);
	look(path, sizeof(path), &st, "vmcore-dmesg.txt");
	CHECK_EQ(st.st_size, 4);
}

/* It is there and says nothing any more: the deadline ends it, not TCP. */
TEST(frozen)
{
	struct deadline by = deadline_in(200);
	struct target_file f;

	begin();
	fine(target->ops->open(target, "vmcore.flat", FILE_CORE, &by, &f));
	fine(pour(f.fd, 1 << 20));
	sshd_signal("STOP");
	by = deadline_in(2);
	refused(target->ops->close(target, &f, FILE_DONE, &by), -ETIMEDOUT, "stopped");
	by = deadline_in(2);
	refused(target->ops->up(target, &by), -ETIMEDOUT, "stopped");
}

TEST(read_only)
{
	struct deadline by = deadline_in(200);

	fine(target->ops->up(target, &by));
	sh("mount -o remount,ro /srv");
	refused(target->ops->begin(target, "x", &by), -EREMOTEIO, "Read-only file system");
}

/* Before each command the server prints more than any pipe or memory should hold. */
TEST(a_server_that_prints_much)
{
	static const char *const argv[] = { "head", "-c", "3000000", "/dev/zero", NULL };
	const struct child_cfg cfg = { .argv = argv, .in = -1, .out = -1, .err = -1 };
	struct deadline by = deadline_in(200);
	struct target_file f;
	struct child child;
	struct target *proxy;
	struct stat st;
	char path[500];
	int status;

	sh("echo 'ForceCommand sh -c \"head -c 5000000 /dev/zero >&2; "
	   ": >/run/t/forced; $SSH_ORIGINAL_COMMAND\"' "
	   ">> /run/t/sshd_config; kill -HUP $(cat /run/t/pid); sleep 0.5");
	fine(target_proxy_new(&target->cfg, &proxy));
	fine(proxy->ops->up(proxy, &by));
	fine(proxy->ops->begin(proxy, "10.0.0.1-2026-01-02-03:04:05", &by));
	fine(proxy->ops->open(proxy, "vmcore.flat", FILE_CORE, &by, &f));
	fine(target_start(proxy, &f, &cfg, &by, &child));
	fine(child_wait(&child, &by, &status));
	CHECK_EQ(status, 0);
	fine(proxy->ops->close(proxy, &f, FILE_DONE, &by));
	snprintf(path, sizeof(path), "/srv/" SECRET "/%s/vmcore.flat", proxy->dir);
	CHECK_EQ(stat(path, &st), 0);
	CHECK_EQ(st.st_size, 3000000);
	CHECK_EQ(access("/run/t/forced", F_OK), 0);
	proxy->ops->down(proxy, &by);
	proxy->ops->free(proxy);
}

/* What has arrived is whole, however slow the server's disk is. */
TEST(a_sync_that_takes_too_long)
{
	struct deadline by = deadline_in(200);
	struct target_file f;
	struct stat st;
	char path[500];

	sh("mkdir /run/t/bin; printf '#!/bin/sh\\nexec sleep 1000\\n' > /run/t/bin/sync; "
	   "chmod 755 /run/t/bin/sync; echo 'SetEnv PATH=/run/t/bin:/usr/bin:/bin' "
	   ">> /run/t/sshd_config; kill -HUP $(cat /run/t/pid); sleep 0.5");
	begin();
	fine(target->ops->open(target, "vmcore.flat", FILE_CORE, &by, &f));
	fine(pour(f.fd, 100000));
	by = deadline_in(15);
	fine(target->ops->close(target, &f, FILE_DONE, &by));
	CHECK(f.unsynced && !deadline_over(&by));
	look(path, sizeof(path), &st, "vmcore.flat");
	CHECK_EQ(st.st_size, 100000);
	look(path, sizeof(path), &st, "vmcore-incomplete");
	CHECK_EQ(st.st_mode, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SSHD(whole),
		WITH_SSHD(how_files_end),
		WITH_SSHD(other_host_key),
		WITH_SSHD(other_key),
		WITH_SSHD(not_there_yet),
		WITH_SSHD(cut_off),
		WITH_SSHD(full),
		WITH_SSHD(frozen),
		WITH_SSHD(read_only),
		WITH_SSHD(a_server_that_prints_much),
		WITH_SSHD(a_sync_that_takes_too_long),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
