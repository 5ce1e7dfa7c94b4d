/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source_elf.c - /proc/vmcore or any other ELF core as a source */
#include "base/err.h"
#include "base/util.h"
#include "source/elf_holes.h"
#include "source/elf_view.h"
#include "source/host_page.h"
#include "source/notes.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

static void elf_close(struct source *base)
{
	struct elf_source *src = container_of(base, struct elf_source, base);

	if (src->note_copied)
		free(src->note_map);
	else if (src->note_map)
		munmap(src->note_map, src->note_map_len);
	elf_headers_fini(&src->elf);
	free(src->data);
	infile_fini(&src->in);
	free(src);
}

static const struct source_ops elf_ops = {
	.kind = "ELF core",
	.view_open = elf_view_open,
	.view_map = elf_view_map,
	.view_zeros = elf_view_zeros,
	.view_damaged = elf_view_damaged,
	.view_close = elf_view_close,
	.close = elf_close,
};

static size_t note_len(const struct elf_source *src, size_t i)
{
	const struct elf_note_at *n = &src->elf.note[i];

	if (n->off >= src->elf.file_size)
		return 0;
	return n->len < src->elf.file_size - n->off ? n->len : src->elf.file_size - n->off;
}

/* Notes with device dumps have many MiB. A mapping costs no memory of ours. */
static int map_notes(struct elf_source *src, struct blob *out)
{
	uint64_t start = host_page_start(src->elf.note[0].off);
	size_t skip = (size_t)(src->elf.note[0].off - start), len = note_len(src, 0);
	void *map = MAP_FAILED;

	if (!src->in.flat)
		map = mmap(NULL, skip + len, PROT_READ, MAP_PRIVATE, src->in.fd, (off_t)start);
	if (map == MAP_FAILED)
		return -EINVAL;
	src->note_map = map;
	src->note_map_len = skip + len;
	*out = (struct blob){ (char *)map + skip, len };
	return 0;
}

/* Several note segments, or no mmap: one copy, back to back. */
static int copy_notes(struct elf_source *src, struct blob *out)
{
	size_t len = 0, done = 0;
	char *buf;

	for (size_t i = 0; i < src->elf.nr_note; i++)
		len += note_len(src, i);
	buf = malloc(len + 1);
	if (!buf)
		return fail(-ENOMEM, "%zu bytes of ELF notes", len);
	for (size_t i = 0; i < src->elf.nr_note; i++) {
		size_t n = note_len(src, i);

		if (infile_read(&src->in, buf + done, n, src->elf.note[i].off) == 0)
			done += n;
	}
	fail_clear();
	src->note_map = buf;
	src->note_copied = true;
	*out = (struct blob){ buf, done };
	return 0;
}

static int read_notes(struct elf_source *src)
{
	struct blob all = { NULL, 0 };
	struct notes_found found;
	int rc = 0;

	if (src->elf.nr_note == 1 && note_len(src, 0) > 0)
		rc = map_notes(src, &all);
	if (src->elf.nr_note > 1 || rc < 0)
		rc = copy_notes(src, &all);
	if (rc < 0)
		return rc;
	notes_scan(all, &found);
	src->base.notes = (struct blob){ all.data, found.len };
	src->base.vmcoreinfo = found.vmcoreinfo;
	src->base.nr_cpus = found.nr_cpus;
	return 0;
}

/* Runs of segments without a gap are one span of data. */
static int join_data(struct elf_source *src)
{
	size_t n = 0;

	src->data = calloc(src->elf.nr_segment + 1, sizeof(src->data[0]));
	if (!src->data)
		return fail(-ENOMEM, "list of memory");
	for (size_t i = 0; i < src->elf.nr_segment; i++) {
		const struct span *s = &src->elf.segment[i].pa;

		if (n > 0 && src->data[n - 1].end == s->start)
			src->data[n - 1].end = s->end;
		else
			src->data[n++] = *s;
	}
	src->base.data = src->data;
	src->base.nr_data = n;
	return 0;
}

/* /proc/kcore says EIO for it, some file systems ENODEV. */
static bool has_mmap(const struct elf_source *src)
{
	off_t at = (off_t)host_page_start(src->elf.segment[0].off);
	void *map;

	if (src->in.flat)
		return false;
	map = mmap(NULL, 1, PROT_READ, MAP_PRIVATE, src->in.fd, at);
	if (map == MAP_FAILED)
		return false;
	munmap(map, 1);
	return true;
}

/* /proc/kcore under any name: detected by its file system. */
static bool is_live(int fd)
{
	char link[64], path[PATH_MAX];
	struct statfs fs;
	ssize_t n;

	if (fstatfs(fd, &fs) < 0 || fs.f_type != PROC_SUPER_MAGIC)
		return false;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path));
	return n > 6 && n < (ssize_t)sizeof(path) && memcmp(path + n - 6, "/kcore", 6) == 0;
}

static int load(struct elf_source *src)
{
	int rc;

	/* In a core, a page that did not come would be a page of zeros. */
	if (src->in.cut)
		return fail(-EBADMSG, "flattened core without an end; salvage it with -R first");
	rc = elf_headers_read(&src->in, &src->elf);
	if (rc < 0)
		return rc;
	if (src->elf.nr_segment == 0)
		return fail(-ENOEXEC, "ELF core holds no memory");
	src->no_mmap = !has_mmap(src);
	src->sparse = !src->in.flat && elf_holes_expected(src->in.fd);
	src->base.map_max = src->no_mmap ? ELF_READ_MAX : 0;
	src->base.view_bytes = src->no_mmap ? ELF_VIEW_BYTES : 0;
	src->base.live = is_live(src->in.fd);
	src->base.elf_machine = src->elf.machine;
	src->base.damaged = src->elf.incomplete;
	src->base.cut_short = src->elf.cut_short;
	src->base.ram = src->elf.ram;
	src->base.nr_ram = src->elf.nr_ram;
	src->base.hint = src->elf.hint;
	src->base.nr_hint = src->elf.nr_hint;
	rc = join_data(src);
	return rc < 0 ? rc : read_notes(src);
}

int source_elf_open_infile(struct infile *in, const char *name, struct source **out)
{
	struct elf_source *src = calloc(1, sizeof(*src));

	if (!src) {
		infile_fini(in);
		return fail(-ENOMEM, "open %s", name);
	}
	src->in = *in;
	src->base.ops = &elf_ops;
	return source_opened(&src->base, load(src), name, out);
}

int source_elf_open(const char *path, struct source **out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;
	struct infile in;

	if (fd < 0)
		return fail(-errno, "open %s", path);
	rc = infile_init(&in, fd);
	return rc < 0 ? fail(rc, "%s", path) : source_elf_open_infile(&in, path, out);
}
