/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * selftest.c - the self-test of an image: a child that gives up this system's root for it
 *
 * The child writes the message to a pipe; its exit status has the kind of result.
 */
#include "initramfs/image/selftest/selftest_impl.h"

#include "initramfs/image/program/elf.h"

#include "base/err.h"
#include "base/run.h"

#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PASSED = 0, NOT_TRIED = 1, FAILED = 2, NOTHING_OURS = 3 };

/* Opened before the root is another. */
struct files {
	const char *image_path;
	int image, core;
	uint16_t machine; /* of this very program */
	char dir[64];	  /* becomes the root */
};

char *image_self_test_core(const char *capture)
{
	char *copy = strdup(capture), *out = NULL;

	if (!copy || asprintf(&out, "%s/" SELF_TEST_CORE, dirname(copy)) < 0)
		out = NULL;
	free(copy);
	return out;
}

static uint16_t own_machine(void)
{
	struct elf_needs needs;
	uint16_t machine = 0;

	if (elf_read("/proc/self/exe", &needs) < 0) {
		fail_clear();
		return 0;
	}
	machine = needs.machine;
	elf_free(&needs);
	return machine;
}

static int put_core(int core)
{
	int fd = open("/" SELF_TEST_CORE, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), rc = 0;
	struct stat sb;
	off_t at = 0;

	if (fd < 0 || fstat(core, &sb) < 0)
		rc = -errno;
	while (rc == 0 && at < sb.st_size)
		if (sendfile(fd, core, &at, (size_t)(sb.st_size - at)) <= 0)
			rc = -EIO;
	if (fd >= 0)
		close(fd);
	return rc < 0 ? fail(rc, "unpack the core") : 0;
}

static int in_own_root(const struct files *f, char message[SELFTEST_MESSAGE_SIZE])
{
	int rc = self_test_root(f->dir);

	if (rc == -EPERM) {
		snprintf(message, SELFTEST_MESSAGE_SIZE, "%s", fail_text());
		return NOT_TRIED;
	}
	if (rc == 0)
		rc = self_test_unpack(f->image, f->image_path);
	if (rc == 0)
		rc = put_core(f->core);
	if (rc == 0)
		rc = self_test_programs(f->machine, message);
	if (rc < 0)
		snprintf(message, SELFTEST_MESSAGE_SIZE, "%s", fail_text());
	return rc == -ENODATA ? NOTHING_OURS : rc < 0 ? FAILED : rc > 0 ? NOT_TRIED : PASSED;
}

static void __attribute__((noreturn)) child(const struct files *f, pid_t parent, int pipe)
{
	char message[SELFTEST_MESSAGE_SIZE] = "";
	int how;

	run_end_with_parent(parent, SIGKILL);
	how = in_own_root(f, message);
	if (write(pipe, message, strlen(message)) < 0)
		how = FAILED;
	_exit(how);
}

static int parent(pid_t pid, int pipe, char out[SELFTEST_MESSAGE_SIZE])
{
	size_t len = 0;
	ssize_t n;
	int status = 0;

	while (len < SELFTEST_MESSAGE_SIZE - 1 &&
	       ((n = read(pipe, out + len, SELFTEST_MESSAGE_SIZE - 1 - len)) > 0 ||
		(n < 0 && errno == EINTR)))
		len += n > 0 ? (size_t)n : 0;
	out[len] = '\0';
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		return fail(-EIO, "killed by signal %d", WTERMSIG(status));
	if (WEXITSTATUS(status) == PASSED || WEXITSTATUS(status) == NOT_TRIED)
		return WEXITSTATUS(status);
	return fail_adopt(WEXITSTATUS(status) == NOTHING_OURS ? -ENODATA : -EIO,
			  *out ? out : "no reason given");
}

static int run(const struct files *f, char out[SELFTEST_MESSAGE_SIZE])
{
	pid_t pid, self = getpid();
	int fds[2], rc;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return fail(-errno, "pipe");
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		child(f, self, fds[1]);
	rc = pid < 0 ? fail(-errno, "fork") : 0;
	close(fds[1]);
	if (rc == 0)
		rc = parent(pid, fds[0], out);
	close(fds[0]);
	return rc;
}

/* In a directory that anybody can make: where it is does not matter once something is mounted. */
static int make_dir(char dir[64])
{
	static const char *const dirs[] = { "/run", "/tmp", "/var/tmp" };

	for (size_t i = 0; i < 3; i++) {
		snprintf(dir, 64, "%s/kdump-self-test-XXXXXX", dirs[i]);
		if (mkdtemp(dir))
			return 0;
	}
	dir[0] = '\0';
	return fail(-errno, "make a directory in /run, /tmp or /var/tmp");
}

static int remove_one(const char *path, const struct stat *sb, int type, struct FTW *ftw)
{
	(void)sb;
	(void)type;
	(void)ftw;
	return remove(path) < 0 ? -1 : 0;
}

int image_self_test(const char *image, const char *core, char out[SELFTEST_MESSAGE_SIZE])
{
	struct files f = { .image_path = image, .machine = own_machine() };
	int rc = 0;

	out[0] = '\0';
	f.image = open(image, O_RDONLY | O_CLOEXEC);
	if (f.image < 0)
		rc = fail(-errno, "%s", image);
	f.core = open(core, O_RDONLY | O_CLOEXEC);
	if (rc == 0 && f.core < 0)
		rc = fail(-errno, "%s, which comes with kdump-capture; reinstall the package",
			  core);
	if (rc == 0)
		rc = make_dir(f.dir);
	if (rc == 0)
		rc = run(&f, out);
	if (f.dir[0])
		nftw(f.dir, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	if (f.core >= 0)
		close(f.core);
	if (f.image >= 0)
		close(f.image);
	return rc;
}
