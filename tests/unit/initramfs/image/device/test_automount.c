/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_automount.c - real automount points of the kernel: entered, with nothing behind, silent */
#include "initramfs/image/device/mounts.h"

#include "base/err.h"
#include "check.h"
#include "temp_root.h"

#include <fcntl.h>
#include <linux/auto_fs.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum behaviour { MOUNTS, FAILS, SILENT };

/* The daemon's half: one request after the other, as automount(8) and systemd answer them. */
static void serve(const char *dir, int requests, int at, enum behaviour how)
{
	union autofs_v5_packet_union p;

	while (read(requests, &p, sizeof(p)) > 0) {
		if (how == SILENT)
			continue;
		if (how == MOUNTS && mount("behind", dir, "tmpfs", 0, NULL) == 0)
			ioctl(at, AUTOFS_IOC_READY, p.v5_packet.wait_queue_token);
		else
			ioctl(at, AUTOFS_IOC_FAIL, p.v5_packet.wait_queue_token);
	}
}

/* Its process group is the one whose own steps into dir trigger nothing. */
static void daemon_main(const char *dir, int ready, enum behaviour how)
{
	char options[128];
	int requests[2], at;

	setpgid(0, 0);
	if (pipe(requests) < 0)
		_exit(1);
	snprintf(options, sizeof(options), "fd=%d,pgrp=%d,minproto=5,maxproto=5,direct",
		 requests[1], (int)getpgrp());
	if (mount("test", dir, "autofs", 0, options) < 0)
		_exit(1);
	close(requests[1]);
	at = open(dir, O_RDONLY | O_DIRECTORY);
	if (at < 0 || write(ready, "y", 1) != 1)
		_exit(1);
	serve(dir, requests[0], at, how);
	_exit(0);
}

static pid_t automount(const char *dir, enum behaviour how)
{
	int ready[2];
	char c = 0;
	pid_t pid;

	CHECK_EQ(pipe(ready), 0);
	pid = fork();
	CHECK_OP(pid, >=, 0);
	if (pid == 0)
		daemon_main(dir, ready[1], how);
	close(ready[1]);
	CHECK_EQ(read(ready[0], &c, 1), 1);
	close(ready[0]);
	return pid;
}

/* What is at the point afterwards: the type of its mount, or the error. */
static int look(enum behaviour how, unsigned seconds, char type[32])
{
	struct builder b = { .proc = (char *)"/proc", .root = (char *)"" };
	char dir[300], below[320];
	struct mount m;
	pid_t pid;
	int rc;

	root_new();
	snprintf(dir, sizeof(dir), "%s/auto", temp_root);
	snprintf(below, sizeof(below), "%s/crash", dir);
	CHECK_EQ(mkdir(dir, 0755), 0);
	pid = automount(dir, how);
	CHECK_EQ(automounts_enter(&b, below, NULL, seconds), 0);
	rc = mount_of_path(&b, below, &m);
	type[0] = '\0';
	if (rc == 0) {
		snprintf(type, 32, "%s", m.fstype);
		mount_free(&m);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	umount2(dir, MNT_DETACH);
	umount2(dir, MNT_DETACH);
	root_drop();
	return rc;
}

TEST(what_is_behind_it_is_looked_at)
{
	char type[32];

	CHECK_EQ(look(MOUNTS, 20, type), 0);
	CHECK_STR(type, "tmpfs");
}

TEST(nothing_behind_it_is_said)
{
	char type[32];

	CHECK_EQ(look(FAILS, 20, type), -ENODEV);
	CHECK(strstr(fail_text(), "/auto is an automount point, and no file system comes"));
	fail_clear();
}

/* The daemon never answers: who asks goes on all the same. */
TEST(a_silent_one_does_not_hold_us)
{
	char type[32];

	CHECK_EQ(look(SILENT, 1, type), -ENODEV);
	fail_clear();
}

static int own_mounts(void **state)
{
	(void)state;
	return unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		U3(what_is_behind_it_is_looked_at, nothing_behind_it_is_said,
		   a_silent_one_does_not_hold_us),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, own_mounts, NULL);
}
