/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_target_ssh.c - the ssh target against a real sshd, in namespaces of this test
 *
 * Needs root, OpenSSH's client and server. /etc is an overlay here: the client's
 * configuration lies where the image has it, made by what makes it for the image.
 */
#include "base/err.h"
#include "initramfs/build/ssh_impl.h"
#include "initramfs/capture/ssh_client.h"
#include "initramfs/capture/target.h"
#include "initramfs/plan/plan.h"

#include "check.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECRET "it's a \"dir\" $(touch /t/evil) *"

static struct plan plan;
static struct target *target;
static int home[2]; /* the namespaces this program began in */

static void sh(const char *command)
{
	int rc = system(command);

	if (rc != 0)
		print_error("%s: status %d\n", command, rc);
	CHECK_EQ(rc, 0);
}

/* /t is this test's own folder: keys, what sshd needs, and a small disk for the dumps. */
static const char prepare[] =
	"set -e; mount -t tmpfs run /run; mount -t tmpfs t /mnt; mkdir /mnt/up /mnt/work; "
	"mount -t overlay -o lowerdir=/etc,upperdir=/mnt/up,workdir=/mnt/work etc /etc; "
	"mkdir -p /run/sshd /etc/kdump/ssh /run/t; mount -t tmpfs -o size=8m d /srv; "
	"ip link set lo up; cd /run/t; ssh-keygen -q -t ed25519 -N '' -C '' -f host; "
	"ssh-keygen -q -t ed25519 -N '' -C '' -f id; cp id /etc/kdump/ssh/id; "
	"printf 'HostKey /run/t/host\\nAuthorizedKeysFile /run/t/id.pub\\nStrictModes no\\n"
	"UsePAM no\\nPidFile /run/t/pid\\nListenAddress 127.0.0.1\\n"
	"Subsystem sftp internal-sftp\\n' > sshd_config; "
	"(printf 'server.test '; cut -d' ' -f1,2 host.pub) > /etc/kdump/ssh/known_hosts";

static void sshd_start(void)
{
	sh("/usr/sbin/sshd -E /run/t/log -f /run/t/sshd_config; "
	   "until [ -e /run/t/pid ]; do sleep 0.05; done");
}

/* SIGNAL to it and to all its sessions. */
static void sshd_signal(const char *signal)
{
	char command[300];

	snprintf(command, sizeof(command),
		 "for p in $(pgrep -P $(cat /run/t/pid)); do kill -%s $(pgrep -P $p) $p; done; "
		 "kill -%s $(cat /run/t/pid)",
		 signal, signal);
	(void)!system(command);
}

static void config_write(void)
{
	struct ssh_place place = { .user = "root", .alias = "server.test", .port = 22 };
	FILE *f = fopen(SSH_CONFIG, "w");

	ssh_config_host(&place, 0, "127.0.0.1", f);
	ssh_config_common(f);
	fclose(f);
}

static int enter(void **state)
{
	struct plan_target *spec;

	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	home[0] = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	home[1] = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	if (unshare(CLONE_NEWNET | CLONE_NEWNS) < 0 ||
	    mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -1;
	sh(prepare);
	config_write();
	sshd_start();
	plan_init(&plan);
	plan_add_target(&plan, PLAN_SSH, &spec);
	plan_set(&spec->source, "root@server.test");
	plan_set(&spec->path, "/srv/" SECRET);
	plan_set(&spec->address, "127.0.0.1");
	return target_new(&(struct target_cfg){ .plan = &plan, .spec = spec }, &target);
}

static int leave(void **state)
{
	struct deadline by = deadline_in(1);

	(void)state;
	sshd_signal("CONT");
	sshd_signal("KILL");
	target->ops->down(target, &by);
	target->ops->free(target);
	plan_free(&plan);
	fail_clear();
	for (unsigned i = 0; i < 2; i++) {
		if (setns(home[i], 0) < 0)
			return -1;
		close(home[i]);
	}
	return 0;
}

/* One of the operations; what it says is shown when it was to work. */
static void fine(int rc)
{
	if (rc < 0)
		print_error("%s\n", fail_text());
	CHECK_EQ(rc, 0);
}

static void refused(int rc, int expected, const char *words)
{
	if (rc != expected || !strstr(fail_text(), words))
		print_error("%d: %s\n", rc, fail_text());
	CHECK_EQ(rc, expected);
	CHECK(strstr(fail_text(), words));
	fail_clear();
}

static void begin(void)
{
	struct deadline by = deadline_in(30);

	fine(target->ops->up(target, &by));
	fine(target->ops->begin(target, "10.0.0.1-2026-01-02-03:04:05", &by));
}

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
	struct deadline by = deadline_in(30);
	struct target_file f;
	struct stat st;
	char path[500];
	uint64_t bytes = 0;

	begin();
	CHECK_STR(target->dir, "10.0.0.1-2026-01-02-03:04:05");
	fine(target->ops->space(target, &by, &bytes));
	CHECK(bytes > 7 << 20 && bytes <= 8 << 20);
	fine(target_put(target, "vmcore-dmesg.txt", "log\n", 4, &by));
	fine(target->ops->open(target, "vmcore.flat", false, &by, &f));
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
	fine(target->ops->open(target, "vmcore.flat", false, &by, &f));
	refused(target->ops->close(target, &f, FILE_DONE, &by), -EEXIST, "is there already");
	fine(target_put(target, "vmcore-dmesg.txt", "another\n", 8, &by));
	look(path, sizeof(path), &st, "vmcore-dmesg.txt");
	CHECK_EQ(st.st_size, 8);
}

TEST(how_files_end)
{
	struct deadline by = deadline_in(30);
	struct target_file f;
	struct stat st;
	char path[500];

	/* The name is taken by another dump of this second. */
	sh("cd /srv; mkdir -p \"it's a \\\"dir\\\" \\$(touch /t/evil) */$(echo "
	   "10.0.0.1-2026-01-02-03:04:05)\"");
	begin();
	CHECK_STR(target->dir, "10.0.0.1-2026-01-02-03:04:05-2");
	fine(target->ops->open(target, "vmcore.flat", false, &by, &f));
	fine(pour(f.fd, 5000));
	fine(target->ops->close(target, &f, FILE_PARTIAL, &by));
	look(path, sizeof(path), &st, "vmcore-incomplete");
	CHECK_EQ(st.st_size, 5000);
	fine(target->ops->open(target, "vmcore.flat", false, &by, &f));
	fine(target->ops->close(target, &f, FILE_NOTHING, &by));
	look(path, sizeof(path), &st, "vmcore-incomplete");
	CHECK_EQ(st.st_mode, 0);
}

TEST(other_host_key)
{
	struct deadline by = deadline_in(30);

	sh("cd /run/t; ssh-keygen -q -t ed25519 -N '' -f other; "
	   "(printf 'server.test '; cat other.pub) > /etc/kdump/ssh/known_hosts");
	refused(target->ops->up(target, &by), -EACCES, "host key is not the one in the image");
	/* At once, not after all attempts. */
	CHECK(deadline_left_ms(&by) > 25000);
	sh(": > /etc/kdump/ssh/known_hosts");
	refused(target->ops->up(target, &by), -EACCES, "host key");
}

TEST(other_key)
{
	struct deadline by = deadline_in(30);

	sh("rm /etc/kdump/ssh/id; ssh-keygen -q -t ed25519 -N '' -f /etc/kdump/ssh/id");
	refused(target->ops->up(target, &by), -EACCES, "does not accept the key");
	CHECK(deadline_left_ms(&by) > 25000);
}

TEST(not_there_yet)
{
	struct deadline by = deadline_in(3);

	sshd_signal("KILL");
	sh("rm /run/t/pid");
	refused(target->ops->up(target, &by), -ECONNRESET, "Connection refused");
	by = deadline_in(20);
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
	fine(target->ops->open(target, "vmcore.flat", false, &by, &f));
	fine(pour(f.fd, 1 << 20));
	do
		look(path, sizeof(path), &st, f.part);
	while (st.st_size < 1 << 19 && usleep(10000) == 0);
	sshd_signal("KILL");
	rc = pour(f.fd, 64 << 20);
	CHECK_EQ(rc, -EPIPE);
	refused(target->ops->close(target, &f, FILE_DONE, &by), -ECONNRESET, "root@server.test");
	look(path, sizeof(path), &st, "vmcore.flat");
	CHECK_EQ(st.st_mode, 0);
	look(path, sizeof(path), &st, "vmcore-incomplete");
	CHECK_EQ(st.st_mode, S_IFREG | 0600);
}

TEST(full)
{
	struct deadline by = deadline_in(20);
	struct target_file f;
	struct stat st;
	char path[500];

	begin();
	fine(target_put(target, "vmcore-dmesg.txt", "log\n", 4, &by));
	fine(target->ops->open(target, "vmcore.flat", false, &by, &f));
	CHECK_EQ(pour(f.fd, 64 << 20), -EPIPE);
	refused(target->ops->close(target, &f, FILE_DONE, &by), -EREMOTEIO, "No space left");
	look(path, sizeof(path), &st, "vmcore.flat");
	CHECK_EQ(st.st_mode, 0);
	look(path, sizeof(path), &st, "vmcore-incomplete");
	CHECK(st.st_size > 1 << 20);
	look(path, sizeof(path), &st, "vmcore-dmesg.txt");
	CHECK_EQ(st.st_size, 4);
}

/* It is there and says nothing any more: the deadline ends it, not TCP. */
TEST(frozen)
{
	struct deadline by = deadline_in(20);
	struct target_file f;

	begin();
	fine(target->ops->open(target, "vmcore.flat", false, &by, &f));
	fine(pour(f.fd, 1 << 20));
	sshd_signal("STOP");
	by = deadline_in(2);
	refused(target->ops->close(target, &f, FILE_DONE, &by), -ETIMEDOUT, "stopped");
	by = deadline_in(2);
	refused(target->ops->up(target, &by), -ETIMEDOUT, "stopped");
}

TEST(read_only)
{
	struct deadline by = deadline_in(20);

	fine(target->ops->up(target, &by));
	sh("mount -o remount,ro /srv");
	refused(target->ops->begin(target, "x", &by), -EREMOTEIO, "Read-only file system");
}

/* core_collector scp: a program of its own, then the same ending. */
TEST(scp)
{
	static const char *const args[] = { "scp", "-q", NULL };
	struct deadline by = deadline_in(20);
	struct target_file f;
	struct stat st;
	char path[500];
	const char *argv[16];
	struct child_cfg cfg = { .argv = argv, .in = -1, .out = 1, .err = 2, .keep = -1 };

	/* The remote shell of an old scp would take the usual one apart. */
	plan_set(&plan.targets[0].path, "/srv/dumps");
	target->ops->free(target);
	fine(target_new(&(struct target_cfg){ .plan = &plan, .spec = &plan.targets[0] }, &target));
	begin();
	sh("head -c 300000 /dev/urandom > /run/t/core; chmod 400 /run/t/core");
	fine(target->ops->copy(target, args, "/run/t/core", &f, argv, 16));
	CHECK_EQ(f.fd, -1);
	fine(child_run(&cfg, &by));
	fine(target->ops->close(target, &f, FILE_DONE, &by));
	snprintf(path, sizeof(path), "/srv/dumps/%s/vmcore", target->dir);
	CHECK_EQ(stat(path, &st), 0);
	CHECK_EQ(st.st_mode, S_IFREG | 0600);
	sh("cmp /run/t/core /srv/dumps/*/vmcore");
}

/* Old dumps: b is the newest good one, c is cut short, d has somebody's folder in it. */
static void old_dumps(void)
{
	sh("mkdir -p /srv/dumps; cd /srv/dumps; for d in a-1 a-2 b-1; do "
	   "mkdir 10.0.0.9-2026-01-0${d#*-}-00:00:0$(echo ${d%-*} | tr ab 12); done; "
	   "for d in *; do head -c 1500000 /dev/zero > $d/vmcore.flat; : > $d/kdump-status.json; done; "
	   "mkdir 10.0.0.9-2026-01-03-00:00:00; : > 10.0.0.9-2026-01-03-00:00:00/vmcore-incomplete; "
	   "mkdir -p 10.0.0.9-2026-01-01-00:00:07/mine; : > 10.0.0.9-2026-01-01-00:00:07/vmcore; "
	   "mkdir 10.0.0.8-2026-01-01-00:00:00 notes; : > 10.0.0.8-2026-01-01-00:00:00/vmcore; ls");
}

static void check_left(const char *names)
{
	char command[400];

	snprintf(command, sizeof(command),
		 "[ \"$(ls /srv/dumps | paste -sd,)\" = '%s' ] || "
		 "{ ls /srv/dumps; exit 1; }",
		 names);
	sh(command);
}

#define D(day, second) "10.0.0.9-2026-01-" day "-00:00:" second
#define OTHERS	       "10.0.0.8-2026-01-01-00:00:00,"

TEST(rotation)
{
	struct deadline by = deadline_in(20);
	unsigned removed;
	uint64_t space;

	plan_set(&plan.targets[0].path, "/srv/dumps");
	target->ops->free(target);
	fine(target_new(&(struct target_cfg){ .plan = &plan, .spec = &plan.targets[0] }, &target));
	old_dumps();
	fine(target->ops->up(target, &by));
	strcpy(target->host, "10.0.0.9");
	fine(target->ops->begin(target, "10.0.0.9-2026-01-05-00:00:00", &by));
	/* As before a dump with keep_dumps 3: the two newest good ones stay. */
	fine(target->ops->make_room(target, 2, 0, &by, &removed));
	CHECK_EQ(removed, 1);
	check_left(OTHERS D("01","02") "," D("01","07") "," D("02","01") "," D(
		"03","00") "," D("05","00") ",notes");
	/* Space: one more goes, then there is enough. */
	fine(target->ops->space(target, &by, &space));
	fine(target->ops->make_room(target, TARGET_KEEP_ALL, space + 1000000, &by, &removed));
	CHECK_EQ(removed, 1);
	/* The last good one never goes for space; what is cut short does. */
	fine(target->ops->make_room(target, TARGET_KEEP_ALL, UINT64_MAX, &by, &removed));
	check_left(OTHERS D("01","07") "," D("02","01") "," D("05","00") ",notes");
}

#define WITH_SSHD(name) cmocka_unit_test_setup_teardown(test_##name, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SSHD(whole),     WITH_SSHD(how_files_end), WITH_SSHD(other_host_key),
		WITH_SSHD(other_key), WITH_SSHD(not_there_yet), WITH_SSHD(cut_off),
		WITH_SSHD(full),      WITH_SSHD(frozen),	WITH_SSHD(read_only),
		WITH_SSHD(scp),	      WITH_SSHD(rotation),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
