/* SPDX-License-Identifier: GPL-2.0-or-later */
/* input.c - detect the format of a core from its contents */
#include "input.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "base/file.h"
#include "base/io.h"
#include "base/sealed_magic.h"
#include "packed.h"
#include "source/infile.h"
#include "unpack.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY_BYTES (128 * 1024)
#define LAYERS_MAX 4 /* packed, and what comes out is packed, too */

/* Copy until the other end of the pipe is closed. */
static int copy(int from, int to)
{
	char *buf = malloc(COPY_BYTES);
	int rc = buf ? 0 : fail(-ENOMEM, "copy the pipe");
	uint64_t off = 0;

	while (rc == 0) {
		ssize_t n = read(from, buf, COPY_BYTES);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = fail(-errno, "read");
		if (n <= 0)
			break;
		rc = io_pwrite(to, buf, (size_t)n, off);
		if (rc < 0)
			rc = file_temp_failed(rc);
		off += (uint64_t)n;
	}
	free(buf);
	return rc;
}

/* An input that cannot seek is first copied to an unnamed file. */
static int make_seekable(int *fd)
{
	int temp, rc;

	if (lseek(*fd, 0, SEEK_CUR) >= 0)
		return 0;
	temp = file_temp();
	if (temp < 0)
		return temp;
	rc = copy(*fd, temp);
	close(*fd);
	*fd = temp;
	return rc;
}

static int refuse_packed(const char *name)
{
	fail_adopt(-ENOTSUP, "unpack it first");
	return fail(-ENOTSUP, "it is packed with %s", name);
}

/* From the start of what is packed to an unnamed file, which takes its place. */
static int unpack_once(int *fd, const struct packed *how)
{
	int temp = file_temp(), rc;

	if (temp < 0)
		return temp;
	rc = lseek(*fd, (off_t)how->start, SEEK_SET) < 0 ? fail(-errno, "unpack")
							 : input_unpack(*fd, temp);
	close(*fd);
	*fd = temp;
	return rc < 0 ? fail(rc, "%s", how->name) : 0;
}

/* A dump that was packed as a whole, perhaps more than once. */
static int unpack(int *fd)
{
	struct packed how;
	int rc = 0;

	for (unsigned i = 0; rc == 0 && i < LAYERS_MAX && packed_as(*fd, &how); i++)
		rc = how.known && input_unpack ? unpack_once(fd, &how) : refuse_packed(how.name);
	return rc;
}

/* With a key it could be read from its beginning alone; pages of a dump are read in any order. */
static int refuse_sealed(int fd)
{
	if (!sealed_magic_of(fd))
		return 0;
	return fail_adopt(-ENOTSUP, "it is encrypted; decrypt it first: "
				    "kdump-collect --decrypt -i KEYFILE FILE OUT");
}

/* A regular file or device with the dump itself in it, or a negative error; *fd stays open. */
static int make_plain(int *fd)
{
	struct stat st;
	bool directory = fstat(*fd, &st) == 0 && S_ISDIR(st.st_mode);
	int rc = directory ? fail(-EISDIR, "read") : make_seekable(fd);

	if (rc == 0)
		rc = unpack(fd);
	return rc == 0 ? refuse_sealed(*fd) : rc;
}

/* From a descriptor that belongs to in from now on, or is closed. */
static int open_infile(int fd, const char *name, struct infile *in)
{
	int rc = make_plain(&fd);

	if (rc < 0)
		close(fd);
	else
		rc = infile_init(in, fd);
	return rc < 0 ? fail(rc, "%s", name) : 0;
}

static int open_fd(int fd, const char *name, struct source **out)
{
	char magic[8] = "";
	struct infile in;
	int rc = open_infile(fd, name, &in);

	if (rc < 0)
		return rc;
	if (infile_read(&in, magic, sizeof(magic), 0) == 0 &&
	    memcmp(magic, DUMP_SIGNATURE, sizeof(magic)) == 0)
		return source_kdump_open(&in, name, out);
	fail_clear(); /* the ELF reader reports what is wrong with any other file */
	return source_elf_open_infile(&in, name, out);
}

/* *name: what messages call it. */
static int open_path(const char *path, const char **name)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
			  : open(path, O_RDONLY | O_CLOEXEC);

	*name = standard ? "standard input" : path;
	return fd < 0 ? fail(-errno, "open %s", *name) : fd;
}

int input_open(const char *path, struct source **out)
{
	const char *name;
	int fd = open_path(path, &name);

	return fd < 0 ? fd : open_fd(fd, name, out);
}

int input_open_parts(const char *const *path, unsigned nr, struct source **out)
{
	struct infile in[KDUMP_PARTS_MAX];
	const char *name[KDUMP_PARTS_MAX];
	unsigned nr_open = 0;
	int rc = nr <= KDUMP_PARTS_MAX ? 0 : fail(-EINVAL, "%u parts of a dump", nr);

	for (; rc == 0 && nr_open < nr; nr_open++) {
		rc = open_path(path[nr_open], &name[nr_open]);
		if (rc >= 0)
			rc = open_infile(rc, name[nr_open], &in[nr_open]);
		if (rc < 0)
			break;
	}
	if (rc == 0)
		return source_kdump_open_parts(in, name, nr, out);
	while (nr_open-- > 0)
		infile_fini(&in[nr_open]);
	return rc;
}
