/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_every_step.c - a whole capture in which every step hangs, fails or dies, one at a time
 *
 * The steps are those of CAPTURE_STEPS. Each capture has two targets, and hooks, modules, a
 * cluster and a test's ID; the collector that is configured always fails, and our own takes over.
 * A fault stays for as long as the first target is in use, so the dump ends on the first or on the
 * second one. Collector, hooks and the cluster's sender are this very program under their names.
 */
#include "initramfs/capture/capture.h"

#include "base/err.h"
#include "check.h"
#include "temp_dir.h"
#include "initramfs/capture/save/save_core.h"
#include "play_target.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define LONGEST	 4		/* seconds of a step */
#define TOO_LONG 60000000000ull /* ns, on a machine with much else to do */
#define AT_ONCE	 8

enum fault { HANGS, FAILS, DIES, FAULTS };

static const char *const fault_name[FAULTS] = { "hangs", "fails", "dies" };

/* In a file that all processes of a capture map. */
struct shared {
	_Atomic int fault, step; /* the fault, and where */
	_Atomic int now;	 /* the step that is being done */
	_Atomic bool second;	 /* the second target is in use */
	_Atomic bool hit;
	_Atomic bool reached[STEP_COUNT];
};

#define STEP_NAME(name, text) #name,
static const char *const step_name[] = { CAPTURE_STEPS(STEP_NAME) };
#undef STEP_NAME

static struct shared *shared;
static char root[64];

static bool map_shared(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0 || ftruncate(fd, sizeof(*shared)) < 0)
		return false;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return shared != MAP_FAILED;
}

/* Called wherever the work of a step is done. 0 or -EIO, if it returns. */
static int fault_at(int step)
{
	if (!shared || step != shared->step || shared->second)
		return 0;
	shared->hit = true;
	if (shared->fault == FAILS)
		return -EIO;
	if (shared->fault == DIES)
		kill(getpid(), SIGKILL);
	(void)signal(SIGTERM, SIG_IGN);
	for (;;)
		pause();
}

static int fault_here(void)
{
	return fault_at(shared ? shared->now : STEP_COUNT);
}

/* Two system calls are steps by themselves; the others are done. */
void sync(void)
{
	(void)fault_here();
}

long syscall(long nr, ...)
{
	static long (*real)(long, ...);
	long a[6];
	va_list ap;

	va_start(ap, nr);
	for (unsigned i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (nr == SYS_finit_module) {
		errno = EIO;
		return fault_here() < 0 ? -1 : 0;
	}
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "syscall");
	return real(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
}

static int fault_of_target(const struct target *t)
{
	(void)t;
	return fault_here();
}

static void note_step(const struct capture *c, enum capture_step step)
{
	shared->second = c->target && strcmp(c->target->cfg.spec->source, "second") == 0;
	shared->now = (int)step;
	shared->reached[step] = true;
}

/* ---- the programs ---- */

static int put_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	return f && fputs(text, f) >= 0 && fclose(f) == 0 ? 0 : 1;
}

/* --dump-dmesg SOURCE -: a log. --report --json=FILE SOURCE -: a report. Else a dump. */
static int play_collector(int argc, char **argv)
{
	if (fault_here() < 0)
		return 1;
	if (argc > 1 && strcmp(argv[1], "--dump-dmesg") == 0)
		return puts("the log of a crashed kernel") < 0;
	if (argc > 2 && strcmp(argv[1], "--report") == 0)
		return put_text(argv[2] + strlen("--json="), "{}\n") || puts("Reason") < 0;
	return put_text(argv[argc - 1], "KDUMP   ");
}

static int play_hook(void)
{
	return fault_here() < 0 ? 9 : 0;
}

/* It runs in the background, while other steps are done. */
static int play_sender(void)
{
	return fault_at(STEP_fence) < 0 ? 9 : 0;
}

/* ---- one capture ---- */

static const char plan_text[] = "kdump-plan 1\n"
				"kernel none\n"
				"hostname test\n"
				"module /lib/none.ko\n"
				"device plain x\n"
				"\tid UUID=1\n"
				"target fs\n"
				"\tsource first\n\ttype ext4\n\tdevice 0\n\tpath first\n"
				"target fs\n"
				"\tsource second\n\ttype ext4\n\tdevice 0\n\tpath second\n";

static const char conf_text[] = "core_collector /bin/false\n"
				"keep_dumps 2\nmin_free 1\nretry 0\n"
				"kdump_post /10-hook\n"
				"fence_kdump_nodes node2\n"
				"timeout device=4 network=4 mount=4 hook=4 stall=4\n";

static void make_root(void)
{
	static const char *const dirs[] = { "etc",    "etc/kdump", "etc/kdump/pre.d",
					    "proc",   "lib",	   "first",
					    "second", "usr",	   "usr/sbin" };
	static const char *const programs[] = { "etc/kdump/pre.d/10-hook", "10-hook",
						"usr/sbin/fence_kdump_send" };
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	CHECK(n > 0 && chdir(temp_dir(root)) == 0);
	exe[n] = '\0';
	for (unsigned i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		CHECK_EQ(mkdir(dirs[i], 0700), 0);
	for (unsigned i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		CHECK_EQ(symlink(exe, programs[i]), 0);
	CHECK_EQ(put_text("etc/kdump.conf", conf_text), 0);
	CHECK_EQ(put_text("etc/kdump/plan", plan_text), 0);
	CHECK_EQ(put_text("proc/cmdline", "quiet kdump_test_id=7\n"), 0);
	CHECK_EQ(put_text("lib/none.ko", ""), 0);
	CHECK(map_shared("shared"));
	setenv("STEP_SHARED", "shared", 1);
}

static int run_capture(void)
{
	const struct capture_cfg cfg = {
		.root = root,
		.vmcore = "/proc/self/exe",
		.modules = true,
		.longest = LONGEST,
		.make_target = play_make,
		.at_step = note_step,
	};
	int fd = open("words", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	(void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	if (fd < 0 || dup2(fd, STDERR_FILENO) < 0 || dup2(fd, STDOUT_FILENO) < 0)
		return 98;
	play_fault = fault_of_target;
	return capture_run(&cfg);
}

static bool has(const char *target, const char *name)
{
	char path[200];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s/%s", root, target, name);
	return stat(path, &st) == 0 && st.st_size > 0;
}

/* A log that cannot be extracted or written is lost; the core has it, too. */
static bool log_is_due(void)
{
	return shared->step != STEP_log_extract &&
	       (shared->fault == HANGS ||
		(shared->step != STEP_log_open && shared->step != STEP_log_close));
}

static bool is_saved(void)
{
	const char *where = has("second", "vmcore") ? "second" : "first";

	return has(where, "vmcore") && (!log_is_due() || has(where, "vmcore-dmesg.txt")) &&
	       (shared->step == STEP_status || has(where, "kdump-status.json"));
}

/* NULL, or what is wrong with a capture that has this fault at this step. */
static const char *capture_with(int step, int fault)
{
	uint64_t since = clock_ns();
	int status = -1;
	pid_t pid;

	make_root();
	shared->step = step;
	shared->fault = fault;
	shared->now = STEP_COUNT;
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(run_capture());
	(void)waitpid(pid, &status, 0);
	if (!WIFEXITED(status))
		return "it was ended by force";
	if (WEXITSTATUS(status) != 0)
		return "it has no complete dump";
	if (clock_ns() - since > TOO_LONG)
		return "it took too long";
	return is_saved() ? NULL : "core, log or status is missing";
}

static void remove_root(void)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -rf %s", root);
	CHECK(chdir("/") == 0 && system(command) == 0);
}

/* The process of one case. */
static int one_case(int step, int fault)
{
	const char *wrong = capture_with(step, fault);

	if (!wrong && !shared->hit)
		wrong = "the fault did not happen";
	if (wrong)
		fprintf(stderr, "# %s %s: %s; see %s/words\n", step_name[step], fault_name[fault],
			wrong, root);
	else
		remove_root();
	return wrong ? 1 : 0;
}

TEST(every_step_is_reached)
{
	const char *wrong = capture_with(STEP_COUNT, FAILS);

	if (wrong)
		fprintf(stderr, "# %s; see %s/words\n", wrong, root);
	CHECK(!wrong);
	CHECK(has("first", "vmcore") && has("first", "vmcore-report.txt"));
	for (unsigned i = 0; i < STEP_COUNT; i++) {
		if (!shared->reached[i])
			fprintf(stderr, "# no capture reaches the step %s\n", step_name[i]);
		CHECK(shared->reached[i]);
	}
	remove_root();
}

/* All cases, some at a time: most of them wait. */
TEST(every_step_may_hang_fail_or_die)
{
	unsigned started = 0, ended = 0, bad = 0;

	fflush(stdout);
	while (ended < STEP_COUNT * FAULTS) {
		int status = -1;

		if (started < STEP_COUNT * FAULTS && started - ended < AT_ONCE) {
			pid_t pid = fork();

			CHECK_OP(pid, >=, 0);
			if (pid == 0)
				_exit(one_case((int)(started / FAULTS), (int)(started % FAULTS)));
			started++;
			continue;
		}
		CHECK_OP(wait(&status), >, 0);
		ended++;
		bad += status != 0;
	}
	CHECK_EQ(bad, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { U2(every_step_is_reached,
					       every_step_may_hang_fail_or_die) };
	const char *path = getenv("STEP_SHARED"), *slash = strrchr(argv[0], '/');
	const char *name = slash ? slash + 1 : argv[0];

	if (path && !map_shared(path))
		return 97;
	if (strcmp(name, "kdump-collect") == 0 || strcmp(name, CORE_COPY_NAME) == 0)
		return play_collector(argc, argv);
	if (path)
		return strcmp(name, "10-hook") == 0 ? play_hook() : play_sender();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
