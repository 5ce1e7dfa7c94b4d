/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_boot.c - what process 1 does to the system, and how the machine ends
 *
 * Each part runs as process 1 of namespaces of its own. There reboot(2) ends that process alone:
 * with SIGHUP for a reboot, with SIGINT for a halt or power-off, see reboot(2).
 */
#include "initramfs/capture/boot.h"
#include "initramfs/capture/capture.h"

#include "check.h"
#include "temp_root.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/magic.h>

/* The last step of an action. What the machine's disks have to write is no part of the test. */
void sync(void)
{
}

static bool in_namespaces(void)
{
	return unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWPID) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

/*
 * Run body as process 1 of namespaces of its own; its wait status. What it prints to standard error
 * goes to /words of the root.
 */
static int as_init(int (*body)(void))
{
	int status = -1;
	pid_t pid = root_fork();

	if (pid == 0) {
		if (!in_namespaces())
			_exit(98);
		alarm(60); /* for a body that never ends */
		pid = fork();
		if (pid == 0) {
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
			_exit(getpid() == 1 ? body() : 99);
		}
		if (waitpid(pid, &status, 0) != pid)
			_exit(97);
		/* The same end. */
		if (WIFSIGNALED(status)) {
			(void)signal(WTERMSIG(status), SIG_DFL);
			kill(getpid(), WTERMSIG(status));
		}
		_exit(WEXITSTATUS(status));
	}
	(void)waitpid(pid, &status, 0);
	return status;
}

static void returns(int (*body)(void), int want)
{
	int status = as_init(body);

	if (!WIFEXITED(status) || WEXITSTATUS(status) != want)
		fail_msg("status %#x, not %d: %s", (unsigned)status, want, root_text("/words"));
}

static void ends_by(int (*body)(void), int signal_nr)
{
	int status = as_init(body);

	if (!WIFSIGNALED(status) || WTERMSIG(status) != signal_nr)
		fail_msg("status %#x, not by signal %d: %s", (unsigned)status, signal_nr,
			 root_text("/words"));
}

/* ---- mounts ---- */

static bool is_fs(const char *dir, long magic)
{
	struct statfs fs;

	return statfs(dir, &fs) == 0 && fs.f_type == magic;
}

static bool leads_to(const char *link, const char *to)
{
	char text[64];
	ssize_t n = readlink(link, text, sizeof(text) - 1);

	if (n < 0)
		return false;
	text[n] = '\0';
	return strcmp(text, to) == 0;
}

/* The number of the first thing that is not as it should be; 0: all is. */
static int mounts_and_looks(void)
{
	const char *home = getenv("HOME");
	struct rlimit core;
	struct stat st;

	unsetenv("TERM");
	close(STDIN_FILENO);
	boot_mounts();
	if (!is_fs("/proc", PROC_SUPER_MAGIC) || !is_fs("/sys", SYSFS_MAGIC))
		return 1;
	/* /proc is that of the namespace: process 1 is this program. */
	if (!leads_to("/proc/self", "1"))
		return 2;
	if (!is_fs("/dev", TMPFS_MAGIC) || stat("/dev/null", &st) < 0 || !S_ISCHR(st.st_mode))
		return 3;
	if (!is_fs("/run", TMPFS_MAGIC) || stat("/run", &st) < 0 || (st.st_mode & 07777) != 0755)
		return 4;
	if (rmdir("/run") == 0 || access("/run/lock", F_OK) == 0) /* a new one is empty */
		return 5;
	if (!leads_to("/dev/fd", "/proc/self/fd") || !leads_to("/dev/stderr", "/proc/self/fd/2"))
		return 6;
	if (fcntl(STDIN_FILENO, F_GETFD) < 0 || umask(022) != 077)
		return 7;
	if (getrlimit(RLIMIT_CORE, &core) < 0 || core.rlim_cur != 0 || core.rlim_max != 0)
		return 8;
	if (strncmp(getenv("PATH"), "/usr/local/sbin:/usr/local/bin:/usr/sbin:", 41) != 0)
		return 9;
	if (strcmp(getenv("TERM"), "linux") != 0 || (home && strcmp(getenv("HOME"), home) != 0))
		return 10;
	return 0;
}

TEST(process_1_has_its_file_systems_descriptors_and_environment)
{
	root_new();
	returns(mounts_and_looks, 0);
	root_drop();
}

/* ---- names ---- */

static int gets_name(void)
{
	char name[64] = "", seed[128];
	struct plan plan = { .hostname = (char *)"rehearsal", .seed = seed };

	snprintf(seed, sizeof(seed), "%s/no-seed", temp_root);
	boot_identity(&plan);
	return gethostname(name, sizeof(name)) < 0 || strcmp(name, "rehearsal") != 0;
}

TEST(the_host_name_is_the_plans_and_a_missing_seed_is_said)
{
	root_new();
	returns(gets_name, 0);
	CHECK(strstr(root_text("/words"), "/no-seed was not used: No such file"));
	root_drop();
}

/* ---- signals ---- */

static int crashes(void)
{
	boot_signals();
	kill(getpid(), SIGSEGV);
	return 1;
}

static int is_told_to_end(void)
{
	static const int polite[] = { SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGUSR1, SIGALRM };

	boot_signals();
	for (unsigned i = 0; i < sizeof(polite) / sizeof(polite[0]); i++)
		raise(polite[i]);
	return 5;
}

static int child_crashes(void)
{
	int status = -1;
	pid_t pid;

	boot_signals();
	pid = fork();
	if (pid == 0) {
		kill(getpid(), SIGBUS);
		_exit(0);
	}
	(void)waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 128 + SIGBUS ? 0 : 1;
}

TEST(a_crash_of_process_1_reboots)
{
	root_new();
	ends_by(crashes, SIGHUP);
	CHECK(strstr(root_text("/words"), "the capture program crashed; rebooting"));
	returns(is_told_to_end, 5);
	returns(child_crashes, 0);
	root_drop();
}

/* Three processes that have ended, and one that has not: reaping does not wait for it. */
static int reaps(void)
{
	int gate[2];
	pid_t pid[4];
	siginfo_t info;
	char c;

	if (pipe(gate) < 0)
		return 1;
	for (int i = 0; i < 4; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			close(gate[1]);
			_exit(i == 3 ? (int)read(gate[0], &c, 1) : 0);
		}
	}
	for (int i = 0; i < 3; i++) {
		if (waitid(P_PID, (id_t)pid[i], &info, WEXITED | WNOWAIT) < 0)
			return 2;
	}
	boot_reap();
	if (waitpid(-1, NULL, WNOHANG) != 0) /* the one that runs, and no other */
		return 3;
	close(gate[1]);
	return waitpid(-1, NULL, 0) == pid[3] ? 0 : 4;
}

TEST(reaping_takes_what_has_ended_and_waits_for_nothing)
{
	root_new();
	returns(reaps, 0);
	root_drop();
}

/* ---- the end ---- */

static enum config_action action;

static int ends_machine(void)
{
	static struct capture c;

	c.cfg = (struct capture_cfg){ .root = temp_root, .real = true };
	c.failsafe.fd = -1;
	action_final(&c, action);
	return 1;
}

static int fails_first(void)
{
	static struct capture c;

	c.cfg = (struct capture_cfg){ .root = temp_root, .real = true };
	c.config.failure_action = action;
	c.failsafe.fd = -1;
	action_failure(&c);
	return 6;
}

TEST(each_action_ends_the_machine_in_its_way)
{
	root_new();
	action = CONFIG_REBOOT;
	ends_by(ends_machine, SIGHUP);
	CHECK(strstr(root_text("/words"), "reboot, "));
	ends_by(fails_first, SIGHUP);
	CHECK(strstr(root_text("/words"), "failure_action reboot"));
	action = CONFIG_POWEROFF;
	ends_by(ends_machine, SIGINT);
	CHECK(strstr(root_text("/words"), "poweroff, "));
	action = CONFIG_HALT;
	ends_by(ends_machine, SIGINT);
	action = CONFIG_DUMP_TO_ROOTFS; /* not in the plan: final_action is the caller's */
	returns(fails_first, 6);
	CHECK(strstr(root_text("/words"), "the image has no root file system; rebuild it"));
	root_drop();
}

RUN(process_1_has_its_file_systems_descriptors_and_environment,
    the_host_name_is_the_plans_and_a_missing_seed_is_said, a_crash_of_process_1_reboots,
    reaping_takes_what_has_ended_and_waits_for_nothing, each_action_ends_the_machine_in_its_way)
