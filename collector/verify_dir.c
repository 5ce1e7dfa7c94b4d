/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify_dir.c - are the files of a dump's directory as they were written? */
#include "verify_dir.h"

#include "base/beneath.h"
#include "base/err.h"
#include "base/file.h"
#include "seal/digest.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_SIZE ((size_t)1 << 20)

/* What a dump is called in its directory, the best first; and what nobody can look into. */
static const char *const cores[] = {
	"vmcore", "vmcore.flat", "vmcore-incomplete", "vmcore-incomplete.flat", NULL,
};
static const char *const sealed[] = {
	"vmcore.age",
	"vmcore-incomplete.age",
	"vmcore.age-incomplete",
	NULL,
};

static void fault(struct verify_dir *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void fault(struct verify_dir *v, const char *fmt, ...)
{
	va_list ap;

	if (v->faults++ > 0)
		return;
	va_start(ap, fmt);
	vsnprintf(v->first, sizeof(v->first), fmt, ap);
	va_end(ap);
}

/* A regular file of the directory itself: a descriptor or a negative errno without a message. */
static int open_file(int dir, const char *name, uint64_t *size)
{
	int fd = open_beneath(dir, name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		*size = (uint64_t)st.st_size;
		return fd;
	}
	close(fd);
	return -EINVAL;
}

/* Both JSON files are read alike. True: it is there, and valid. */
static bool read_list(struct verify_dir *v, int dir, const char *name, struct manifest *out)
{
	uint64_t size;
	int fd = open_file(dir, name, &size), rc;
	char *text = NULL;
	size_t len = 0;

	if (fd == -ENOENT)
		return false;
	rc = fd < 0 ? fail(fd, "open") : file_read_fd(fd, name, MANIFEST_MAX, &text, &len);
	if (fd >= 0)
		close(fd);
	if (rc == 0)
		rc = manifest_check_self(text, len);
	if (rc == 0)
		rc = manifest_parse(text, len, out);
	free(text);
	if (rc == 0)
		return true;
	fault(v, "%s: %s", name, fail_text());
	fail_clear();
	return false;
}

/* [from, to) of the file, in order. */
static int read_range(int fd, uint64_t from, uint64_t to,
		      void (*add)(void *sum, const void *data, size_t len), void *sum)
{
	char *buf = malloc(READ_SIZE);
	ssize_t n = 1;

	if (!buf)
		return fail(-ENOMEM, "checksum");
	while (n > 0 && from < to) {
		size_t want = to - from < READ_SIZE ? (size_t)(to - from) : READ_SIZE;

		n = pread(fd, buf, want, (off_t)from);
		if (n > 0)
			add(sum, buf, (size_t)n);
		from += n > 0 ? (uint64_t)n : 0;
	}
	free(buf);
	return from < to ? fail(-EIO, "read at %" PRIu64, from) : 0;
}

static void add_one(void *sum, const void *data, size_t len)
{
	xsum_add(sum, data, len);
}

static void add_tree(void *sum, const void *data, size_t len)
{
	xsum_tree_add(sum, data, len);
}

/* 1: it is the same; 0: it is not. */
static int same_whole(struct verify_dir *v, int fd, const struct manifest_file *f)
{
	char text[XSUM_TEXT];
	struct xsum *x;
	int rc = xsum_open(&x);

	if (rc < 0)
		return rc;
	rc = read_range(fd, 0, f->sum.bytes, add_one, x);
	xsum_text(x, text);
	xsum_close(x);
	if (rc < 0 || strcmp(text, f->sum.text) == 0)
		return rc < 0 ? rc : 1;
	fault(v, "%s: it is not as it was written: its checksum is another one", f->name);
	return 0;
}

static int compare_pieces(struct verify_dir *v, const struct manifest_file *f, const uint64_t *sum,
			  unsigned nr)
{
	const struct manifest_sum *s = &f->sum;
	uint64_t at;

	for (unsigned i = 0; i < s->nr && i < nr; i++) {
		if (s->sum[i] == sum[i])
			continue;
		at = s->from + i * s->piece;
		fault(v, "%s: bytes %" PRIu64 " to %" PRIu64 " are not as they were written",
		      f->name, at, at + s->piece < s->to ? at + s->piece : s->to);
		return 0;
	}
	if (s->nr == nr)
		return 1;
	fault(v, "%s: " MANIFEST_NAME " has %u checksums for %u pieces of it", f->name, s->nr, nr);
	return 0;
}

static int same_pages(struct verify_dir *v, int fd, const struct manifest_file *f)
{
	struct xsum_tree *t = calloc(1, sizeof(*t));
	int rc = t ? xsum_tree_init(t, f->sum.piece) : fail(-ENOMEM, "checksums");

	if (rc == 0)
		rc = read_range(fd, f->sum.from, f->sum.to, add_tree, t);
	if (rc == 0) {
		xsum_tree_end(t);
		rc = compare_pieces(v, f, t->sum, t->nr);
	}
	if (t)
		xsum_tree_fini(t);
	free(t);
	return rc;
}

/* Bytes that come in any pieces, made units. */
struct unit_reader {
	struct xsum_set set;
	uint64_t at; /* of the unit that is begun */
	size_t len;  /* bytes of it */
	uint8_t unit[XSUM_PIECE];
};

static void add_units(void *arg, const void *data, size_t len)
{
	struct unit_reader *r = arg;
	const uint8_t *p = data;

	while (len > 0) {
		size_t n = (size_t)r->set.unit - r->len;

		n = n < len ? n : len;
		memcpy(r->unit + r->len, p, n);
		r->len += n;
		p += n;
		len -= n;
		if (r->len < r->set.unit)
			continue;
		xsum_set_add(&r->set, r->at, r->unit, r->len);
		r->at += r->len;
		r->len = 0;
	}
}

static int same_units(struct verify_dir *v, int fd, const struct manifest_file *f)
{
	struct unit_reader *r = calloc(1, sizeof(*r));
	int rc;

	if (!r)
		return fail(-ENOMEM, "checksums");
	xsum_set_init(&r->set, f->sum.unit, f->sum.piece);
	rc = read_range(fd, f->sum.from, f->sum.to, add_units, r);
	if (rc == 0)
		rc = compare_pieces(v, f, r->set.sum, xsum_set_nr(&r->set));
	free(r);
	return rc;
}

static enum verify_state check_content(struct verify_dir *v, int fd, const struct manifest_file *f)
{
	int rc = 1;

	if (f->sum.kind == MANIFEST_NO_SUM)
		return VERIFY_SIZE_ONLY;
	if (f->sum.kind == MANIFEST_WHOLE)
		rc = same_whole(v, fd, f);
	else
		rc = f->sum.kind == MANIFEST_UNITS ? same_units(v, fd, f) : same_pages(v, fd, f);
	if (rc < 0) {
		fault(v, "%s: %s", f->name, fail_text());
		fail_clear();
	}
	return rc == 1 ? VERIFY_WHOLE : VERIFY_CHANGED;
}

static enum verify_state check_file(struct verify_dir *v, int dir, const struct manifest_file *f)
{
	enum verify_state state;
	uint64_t size;
	int fd = open_file(dir, f->name, &size);

	if (fd == -ENOENT && strcmp(f->name, "vmcore.flat") == 0 && strcmp(v->core, "vmcore") == 0)
		return VERIFY_REARRANGED;
	if (fd < 0) {
		fault(v, "%s: %s", f->name,
		      fd == -ENOENT ? "it is missing" : "it cannot be opened as a regular file");
		return VERIFY_MISSING;
	}
	if (f->size != MANIFEST_UNKNOWN && size != f->size) {
		fault(v, "%s: it has %" PRIu64 " bytes, and %" PRIu64 " were written", f->name,
		      size, f->size);
		state = VERIFY_CHANGED;
	} else {
		state = check_content(v, fd, f);
	}
	close(fd);
	return state;
}

/* Against the record of the last check: found there, and changed since. */
static enum verify_recorded check_recorded(struct verify_dir *v, int dir,
					   const struct manifest_file *f)
{
	uint64_t before = v->faults;
	char text[DIGEST_TEXT] = "";
	uint64_t size;
	int fd = open_file(dir, f->name, &size), rc;

	if (fd < 0) {
		fault(v, "%s: it was there when the dump was verified, and is missing", f->name);
		return VERIFY_OTHER;
	}
	rc = f->sha256[0] ? digest_sha256(fd, text) : 0;
	if (rc == -ENOSYS || (rc == 0 && !f->sha256[0]))
		fail_clear(); /* then there is the size alone */
	else if (rc < 0)
		fault(v, "%s: %s", f->name, fail_text());
	if (f->size != MANIFEST_UNKNOWN && size != f->size)
		fault(v, "%s: its size changed after it was verified", f->name);
	else if (rc == 0 && strcmp(text, f->sha256) != 0)
		fault(v, "%s: it changed after it was verified: its SHA-256 is another one",
		      f->name);
	fail_clear();
	close(fd);
	if (v->faults > before)
		return VERIFY_OTHER;
	return rc == 0 && f->sha256[0] ? VERIFY_SAME : VERIFY_NOT_RECORDED;
}

static bool is_listed(const struct manifest *m, const char *name)
{
	for (unsigned i = 0; i < m->nr; i++)
		if (strcmp(m->file[i].name, name) == 0)
			return true;
	return false;
}

/* Files that nobody wrote down. */
static void find_unlisted(struct verify_dir *v, int dir)
{
	int fd = open_beneath(dir, ".", O_RDONLY | O_DIRECTORY);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *e;

	while (d && (e = readdir(d))) {
		if (verify_is_later(e->d_name) || strcmp(e->d_name, MANIFEST_NAME) == 0 ||
		    is_listed(&v->manifest, e->d_name) || is_listed(&v->record, e->d_name))
			continue;
		if (v->nr_unlisted < VERIFY_UNLISTED)
			snprintf(v->unlisted[v->nr_unlisted], MANIFEST_FILENAME, "%.127s",
				 e->d_name);
		v->nr_unlisted++;
	}
	if (d)
		closedir(d);
	else if (fd >= 0)
		close(fd);
}

static bool find(int dir, const char *const *names, char out[MANIFEST_FILENAME])
{
	uint64_t size;

	out[0] = '\0';
	for (; *names; names++) {
		int fd = open_file(dir, *names, &size);

		if (fd < 0)
			continue;
		close(fd);
		snprintf(out, MANIFEST_FILENAME, "%s", *names);
		return true;
	}
	return false;
}

/* By its descriptor: the name may stand for another file by now. */
static void check_dump(struct verify_dir *v, int dir, int threads)
{
	char path[64];
	uint64_t size;
	int fd = open_file(dir, v->core, &size);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd < 0 || verify_dump(path, threads, &v->dump) < 0) {
		fault(v, "%s: no dump that can be read: %s", v->core, fail_text());
		fail_clear();
	}
	if (v->dump.faults) {
		fault(v, "%s: %s", v->core, v->dump.first);
		v->faults += v->dump.faults - 1;
	}
	v->incomplete |= v->dump.incomplete;
	if (fd >= 0)
		close(fd);
}

int verify_dir(const char *path, int threads, struct verify_dir *out)
{
	struct verify_dir *v = out;
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool core;

	*v = (struct verify_dir){ 0 };
	if (dir < 0)
		return fail(-errno, "%s", path);
	v->has_manifest = read_list(v, dir, MANIFEST_NAME, &v->manifest);
	v->bad_manifest = v->faults > 0;
	v->has_record = read_list(v, dir, VERIFIED_NAME, &v->record);
	core = find(dir, cores, v->core);
	if (find(dir, sealed, v->sealed) || core || v->has_manifest || v->faults) {
		v->incomplete = strstr(v->core, "incomplete") || strstr(v->sealed, "incomplete");
		for (unsigned i = 0; i < v->manifest.nr && v->has_manifest; i++)
			v->state[i] = check_file(v, dir, &v->manifest.file[i]);
		for (unsigned i = 0; i < v->record.nr && v->has_record; i++)
			v->recorded[i] = check_recorded(v, dir, &v->record.file[i]);
		find_unlisted(v, dir);
		if (core)
			check_dump(v, dir, threads);
		close(dir);
		return 0;
	}
	close(dir);
	return fail_set(-ENOENT, "%s: there is no dump in it (vmcore, vmcore.flat), and no %s",
			path, MANIFEST_NAME);
}

void verify_dir_free(struct verify_dir *v)
{
	manifest_free(&v->manifest);
	manifest_free(&v->record);
}
