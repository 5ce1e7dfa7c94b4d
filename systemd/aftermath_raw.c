/* SPDX-License-Identifier: GPL-2.0-or-later */
/* aftermath_raw.c - a dump off the raw device, into a directory */
#include "systemd/aftermath.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "base/io.h"
#include "initramfs/plan/raw_area.h"
#include "systemd/files.h"
#include "systemd/program.h"
#include "systemd/tell.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Exit code of kdump-collect -R for a stream that was cut: what arrived is saved. */
#define SALVAGED 3

static bool has_stream(int fd)
{
	char magic[sizeof(FLAT_MAGIC)] = "";

	return pread(fd, magic, sizeof(magic), 0) == sizeof(magic) &&
	       memcmp(magic, FLAT_MAGIC, sizeof(magic)) == 0;
}

/* Directories of dumps are 0700 from birth. */
static int make_dir(const struct ctl *ctl, const struct raw_trailer *t, char *dir)
{
	time_t when = t->time ? (time_t)t->time : time(NULL);
	char stamp[32] = "", full[FILES_PATH_MAX];
	struct tm tm;
	int rc = files_mkdir(ctl->root, ctl->config.path, 0755);

	if (localtime_r(&when, &tm))
		strftime(stamp, sizeof(stamp), "%Y-%m-%d-%H:%M:%S", &tm);
	/* The name in the trailer comes from a device: no way out of the directory. */
	if (t->host[0] && t->host[0] != '.' && !strchr(t->host, '/'))
		snprintf(dir, CTL_PATH_MAX, "%.3000s/%.64s", ctl->config.path, t->host);
	else
		snprintf(dir, CTL_PATH_MAX, "%.3000s/raw-%s", ctl->config.path, stamp);
	if (rc == 0)
		rc = files_path(ctl->root, dir, full);
	if (rc == 0 && mkdir(full, 0700) < 0)
		rc = fail(-errno, "make directory %s", full);
	return rc;
}

/*
 * A process that hands over the first len bytes of the device: behind a stream that
 * was cut lies the one before it, and must not be taken for its end. Returns the
 * reading end of a pipe.
 */
static int feed(int fd, uint64_t len, pid_t *pid)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return fail(-errno, "pipe");
	*pid = fork();
	if (*pid == 0) {
		static char buf[1 << 16];
		uint64_t at = 0;

		/* Our own reading end would keep us waiting for a collector that gave up. */
		close(fds[0]);
		signal(SIGPIPE, SIG_DFL);
		while (at < len) {
			size_t want = len - at < sizeof(buf) ? (size_t)(len - at) : sizeof(buf);
			ssize_t n = pread(fd, buf, want, (off_t)at);

			if (n <= 0 || write(fds[1], buf, (size_t)n) != n)
				break;
			at += (uint64_t)n;
		}
		_exit(0);
	}
	close(fds[1]);
	if (*pid < 0) {
		close(fds[0]);
		return fail(-EAGAIN, "fork");
	}
	return fds[0];
}

static int run_restore(const struct ctl *ctl, int input, const char *dir)
{
	char core[FILES_PATH_MAX + 16], full[FILES_PATH_MAX];
	const char *const argv[] = { ctl->collector, "-R", core, NULL };
	struct program_result r = { 0 };
	int rc = files_path(ctl->root, dir, full);

	snprintf(core, sizeof(core), "%s/vmcore", full);
	if (rc == 0)
		rc = program_run(&(struct program_run){ .argv = argv,
							.input_fd = input,
							.keep_stderr = true,
							.seconds = 4 * 3600 },
				 &r);
	if (rc == 0 && r.exit_code != 0 && r.exit_code != SALVAGED)
		rc = fail(-EIO, "%s -R: %.300s", ctl->collector, r.output);
	else if (rc == 0 && r.exit_code == SALVAGED)
		tell_warn("the dump on the device was cut short; what is there was saved as %s",
			  dir);
	program_result_fini(&r);
	return rc;
}

/* kdump-collect -R DIR/vmcore, fed with len bytes of the device */
static int restore(const struct ctl *ctl, int fd, uint64_t len, const char *dir)
{
	pid_t pid = -1;
	int input = feed(fd, len, &pid), rc;

	if (input < 0)
		return input;
	rc = run_restore(ctl, input, dir);
	close(input);
	waitpid(pid, NULL, 0);
	return rc;
}

static int copy_file(int fd, const struct raw_file *f, int dirfd)
{
	char *data = malloc(f->len + 1);
	int out = -1, rc = 0;

	if (!data || strchr(f->name, '/') || f->name[0] == '.')
		rc = fail(data ? -EBADMSG : -ENOMEM, "small file on the device");
	if (rc == 0 && pread(fd, data, f->len, (off_t)f->off) != (ssize_t)f->len)
		rc = fail(-EIO, "read %s from the device", f->name);
	if (rc == 0) {
		out = openat(dirfd, f->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		rc = out < 0 ? fail(-errno, "create %s", f->name) : io_pwrite(out, data, f->len, 0);
	}
	if (rc == 0 && fsync(out) < 0)
		rc = fail(-errno, "sync %s", f->name);
	if (out >= 0)
		close(out);
	free(data);
	return rc;
}

static int copy_files(const struct ctl *ctl, int fd, const struct raw_trailer *t, const char *dir)
{
	char full[FILES_PATH_MAX];
	int rc = files_path(ctl->root, dir, full), dirfd;

	if (rc < 0)
		return rc;
	dirfd = open(full, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dirfd < 0)
		return fail(-errno, "open %s", full);
	for (uint32_t i = 0; rc == 0 && i < t->nr_files; i++)
		rc = copy_file(fd, &t->files[i], dirfd);
	if (rc == 0 && fsync(dirfd) < 0)
		rc = fail(-errno, "sync %s", full);
	close(dirfd);
	return rc;
}

static void drop_dir(const struct ctl *ctl, const char *dir)
{
	char full[FILES_PATH_MAX];
	const char *const argv[] = { "rm", "-rf", "--", full, NULL };
	struct program_result r;
	char words[512];

	/* The words of the failure that brought us here are the ones to tell. */
	snprintf(words, sizeof(words), "%s", fail_text());
	if (files_path(ctl->root, dir, full) == 0 &&
	    program_run(&(struct program_run){ .argv = argv }, &r) == 0)
		program_result_fini(&r);
	fail_adopt(0, words);
}

static int take_off(struct ctl *ctl, int fd, uint64_t size, char *dir)
{
	struct raw_trailer t = { .magic = "" };
	int found = raw_trailer_read(fd, size, &t), rc;

	if (found < 0)
		return found;
	if (found == 0)
		t = (struct raw_trailer){ .state = RAW_PARTIAL };
	if (!has_stream(fd) && t.nr_files == 0)
		return 0;
	rc = make_dir(ctl, &t, dir);
	if (rc < 0)
		return rc;
	rc = copy_files(ctl, fd, &t, dir);
	if (rc == 0 && has_stream(fd))
		rc = restore(ctl, fd, t.stream_len ? t.stream_len : size, dir);
	if (rc < 0) {
		drop_dir(ctl, dir);
		return rc;
	}
	rc = raw_wipe(fd, size);
	return rc < 0 ? rc : 1;
}

int aftermath_raw(struct ctl *ctl, const struct place *raw, char *dir)
{
	int fd = open(raw->device, O_RDWR | O_EXCL | O_CLOEXEC), rc;
	uint64_t size = 0;

	if (fd < 0)
		return fail(-errno, "open %s", raw->device);
	rc = ioctl(fd, BLKGETSIZE64, &size) < 0 ? fail(-errno, "size of %s", raw->device)
						: take_off(ctl, fd, size, dir);
	close(fd);
	return rc;
}
