/* SPDX-License-Identifier: GPL-2.0-or-later */
/* boot.c - what PID 1 has to set up before anything else */
#include "initramfs/capture/boot.h"

#include "initramfs/capture/console.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <linux/rtc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SEED_MAX 512
#define LONG_AGO 1577836800 /* 2020: no capture kernel of today runs before it */

static const struct {
	const char *type, *dir;
	unsigned long flags;
	const char *data;
} mounts[] = {
	{ "proc", "/proc", MS_NOSUID | MS_NOEXEC | MS_NODEV, "" },
	{ "sysfs", "/sys", MS_NOSUID | MS_NOEXEC | MS_NODEV, "" },
	{ "devtmpfs", "/dev", MS_NOSUID, "mode=0755" },
	/* For keys of dm-crypt, where the kernel has it; ENOENT elsewhere. */
	{ "configfs", "/sys/kernel/config", MS_NOSUID | MS_NOEXEC | MS_NODEV, "" },
	{ "tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=0755" },
};

static void link_dev(const char *to, const char *name)
{
	if (symlink(to, name) < 0 && errno != EEXIST)
		console_log("%s: %s", name, strerror(errno));
}

/*
 * The kernel opens /dev/console for us only if the image has that node. Make sure that 0, 1 and 2
 * are open, or the next open() gets one of these numbers.
 */
static void open_standard(void)
{
	int fd = open("/dev/console", O_RDWR | O_NOCTTY);

	if (fd < 0)
		fd = open("/dev/null", O_RDWR);
	for (int i = 0; fd >= 0 && i < 3; i++) {
		if (fd != i)
			(void)dup2(fd, i);
	}
	if (fd > 2)
		close(fd);
}

void boot_mounts(void)
{
	const struct rlimit none = { 0, 0 };

	(void)umask(077);
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		(void)mkdir(mounts[i].dir, 0755);
		if (mount(mounts[i].type, mounts[i].dir, mounts[i].type, mounts[i].flags,
			  mounts[i].data) < 0 &&
		    errno != EBUSY && strcmp(mounts[i].type, "configfs") != 0)
			console_log("mount %s: %s", mounts[i].dir, strerror(errno));
	}
	(void)mkdir("/tmp", 01777);
	open_standard();
	link_dev("/proc/self/fd", "/dev/fd"); /* hook scripts use it */
	link_dev("/proc/self/fd/0", "/dev/stdin");
	link_dev("/proc/self/fd/1", "/dev/stdout");
	link_dev("/proc/self/fd/2", "/dev/stderr");
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)reboot(RB_DISABLE_CAD);
	/* The image builder searches for programs in the same order. */
	setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
	/* Files that an interpreter caches for its next start would only use up memory. */
	setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
	setenv("HOME", "/root", 0);
	setenv("TERM", "linux", 0);
}

/* Only what is safe in a signal handler. If PID 1 returned from here, the kernel would panic. */
static void crashed(int signal_nr)
{
	static const char message[] = "kdump: the capture program crashed; rebooting\n";

	(void)signal_nr;
	(void)!write(STDERR_FILENO, message, sizeof(message) - 1);
	if (getpid() != 1)
		_exit(128 + signal_nr);
	for (;;) {
		(void)reboot(RB_AUTOBOOT);
		pause();
	}
}

void boot_signals(void)
{
	static const int deadly[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
	static char stack[16384]; /* a stack of its own: an overflow of the normal stack is one of
				     these crashes */
	const stack_t alt = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction sa = { .sa_handler = crashed,
				.sa_flags = (int)(SA_ONSTACK | SA_RESETHAND) };

	(void)sigaltstack(&alt, NULL);
	for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
		(void)sigaction(deadly[i], &sa, NULL);
	for (int s = 1; s < 32; s++) {
		if (s == SIGPIPE || s == SIGHUP || s == SIGINT || s == SIGTERM || s == SIGQUIT ||
		    s == SIGUSR1 || s == SIGUSR2 || s == SIGALRM)
			(void)signal(s, SIG_IGN);
	}
}

/*
 * The seed lets the random pool start; it is not secret, because root can read the image. If the
 * kernel did not count it, ssh would wait for a pool that an idle machine fills too slowly.
 */
static void add_seed(const char *path)
{
	struct { /* struct rand_pool_info, with its buffer after it */
		int entropy_count, buf_size;
		unsigned char buf[SEED_MAX];
	} pool = { 0 };
	int from = open(path, O_RDONLY | O_CLOEXEC),
	    to = open("/dev/urandom", O_WRONLY | O_CLOEXEC);
	ssize_t n = from < 0 ? -1 : read(from, pool.buf, SEED_MAX);

	pool.buf_size = (int)(n > 0 ? n : 0);
	pool.entropy_count = pool.buf_size * 8;
	if (n <= 0 || to < 0 || ioctl(to, RNDADDENTROPY, &pool) < 0)
		console_log("the random seed %s was not used: %s", path, strerror(errno));
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
}

/*
 * Most kernels set their clock from the hardware clock. The clock of others starts in 1970, and the
 * names of dumps would say so.
 */
static void set_clock(void)
{
	int fd = time(NULL) < LONG_AGO ? open("/dev/rtc0", O_RDONLY | O_CLOEXEC) : -1;
	struct rtc_time rtc;
	struct tm tm = { 0 };
	struct timespec ts = { 0 };

	if (fd < 0)
		return;
	if (ioctl(fd, RTC_RD_TIME, &rtc) == 0) {
		tm.tm_sec = rtc.tm_sec;
		tm.tm_min = rtc.tm_min;
		tm.tm_hour = rtc.tm_hour;
		tm.tm_mday = rtc.tm_mday;
		tm.tm_mon = rtc.tm_mon;
		tm.tm_year = rtc.tm_year;
		ts.tv_sec = timegm(&tm);
		if (ts.tv_sec > LONG_AGO)
			(void)clock_settime(CLOCK_REALTIME, &ts);
	}
	close(fd);
}

void boot_identity(const struct plan *plan)
{
	set_clock();
	if (*plan->hostname && sethostname(plan->hostname, strlen(plan->hostname)) < 0)
		console_log("set the host name: %s", strerror(errno));
	if (*plan->seed)
		add_seed(plan->seed);
}

void boot_reap(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}
