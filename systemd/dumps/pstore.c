/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pstore.c - find the parts of a kernel log in pstore, and put them together */
#include "systemd/dumps/pstore.h"

#include "base/err.h"
#include "base/util.h"
#include "systemd/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PARTS_MAX   512		 /* files looked at */
#define PART_MAX    (256u << 10) /* bytes of one */
#define DEPTH_MAX   3		 /* of folders below /var/lib/systemd/pstore */
#define PART_NR_MAX 4096

struct part {
	char dir[256];	  /* parts of one log lie in one folder */
	char backend[16]; /* "efi", "erst", "ramoops" */
	char kind[16];
	unsigned count, nr; /* "Panic#COUNT PartNR" */
	int64_t time;
	char *text; /* of the whole file */
	const char *body;
};

struct search {
	const char *root;
	int64_t since;
	struct part part[PARTS_MAX];
	unsigned nr, packed;
};

/* "Panic#2 Part13\n": how the kernel's pstore_dump() begins each part. */
static bool parse_head(struct part *p)
{
	int n = 0;

	p->nr = 1;
	if (sscanf(p->text, "%15[A-Za-z]#%9u%n", p->kind, &p->count, &n) != 2)
		return false;
	if (sscanf(p->text + n, " Part%9u", &p->nr) != 1)
		p->nr = 1;
	p->body = strchr(p->text, '\n');
	if (!p->body || p->nr == 0 || p->nr > PART_NR_MAX)
		return false;
	p->body++;
	return true;
}

/* "dmesg-efi_pstore-1699": what is between the dashes. */
static bool parse_name(const char *name, char backend[16])
{
	return sscanf(name, "dmesg-%15[a-z_]-", backend) == 1;
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

static void take_file(struct search *s, const char *dir, const char *name, const struct stat *st)
{
	struct part *p = &s->part[s->nr];
	char path[FILES_PATH_MAX];

	*p = (struct part){ .time = st->st_mtime };
	if (s->nr + 1 >= PARTS_MAX || st->st_mtime < s->since || !parse_name(name, p->backend))
		return;
	if (ends_with(name, ".enc.z")) {
		s->packed++;
		return;
	}
	if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, name) >= sizeof(path) ||
	    (size_t)snprintf(p->dir, sizeof(p->dir), "%s", dir) >= sizeof(p->dir))
		return;
	if (files_read(s->root, path, PART_MAX, &p->text) < 0) {
		fail_clear();
		return;
	}
	if (parse_head(p))
		s->nr++;
	else
		free(p->text);
}

static void walk(struct search *s, const char *dir, unsigned depth)
{
	char path[FILES_PATH_MAX], below[FILES_PATH_MAX];
	struct dirent *e;
	struct stat st;
	DIR *d;

	if (files_path(s->root, dir, path) < 0) {
		fail_clear();
		return;
	}
	d = opendir(path);
	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.' || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW))
			continue;
		if (S_ISREG(st.st_mode))
			take_file(s, dir, e->d_name, &st);
		else if (S_ISDIR(st.st_mode) && depth &&
			 (size_t)snprintf(below, sizeof(below), "%s/%s", dir, e->d_name) <
				 sizeof(below))
			walk(s, below, depth - 1);
	}
	if (d)
		closedir(d);
}

/* Parts of one log: EFI variables of several may lie side by side. */
static bool same_log(const struct part *a, const struct part *b)
{
	return a->count == b->count && strcmp(a->kind, b->kind) == 0 &&
	       strcmp(a->backend, b->backend) == 0 && strcmp(a->dir, b->dir) == 0;
}

static bool is_panic(const struct part *p)
{
	return strcmp(p->kind, "Panic") == 0;
}

/* A shutdown's log says nothing of a death. */
static bool is_death(const struct part *p)
{
	return is_panic(p) || strcmp(p->kind, "Oops") == 0 || strcmp(p->kind, "Emergency") == 0;
}

static const struct part *newest(const struct search *s)
{
	const struct part *best = NULL;

	for (unsigned i = 0; i < s->nr; i++) {
		const struct part *p = &s->part[i];

		if (!is_death(p) || (best && is_panic(best) && !is_panic(p)))
			continue;
		if (!best || (is_panic(p) && !is_panic(best)) || p->time > best->time ||
		    (p->time == best->time && p->count > best->count))
			best = p;
	}
	return best;
}

/* The same count comes again with each boot: the newest of two. */
static const struct part *part_of(const struct search *s, const struct part *log, unsigned nr)
{
	const struct part *best = NULL;

	for (unsigned i = 0; i < s->nr; i++) {
		const struct part *p = &s->part[i];

		if (p->nr == nr && same_log(p, log) && (!best || p->time > best->time))
			best = p;
	}
	return best;
}

static unsigned last_part(const struct search *s, const struct part *log)
{
	unsigned last = 0;

	for (unsigned i = 0; i < s->nr; i++) {
		if (same_log(&s->part[i], log) && s->part[i].nr > last)
			last = s->part[i].nr;
	}
	return last;
}

/* Oldest first, so from the highest number down. */
static int assemble(const struct search *s, const struct part *log, struct pstore_log *out)
{
	out->text = malloc(PSTORE_LOG_MAX + 1);
	if (!out->text)
		return fail(-ENOMEM, "put a log of pstore together");
	out->time = log->time;
	snprintf(out->kind, sizeof(out->kind), "%s", log->kind);
	for (unsigned nr = last_part(s, log); nr >= 1; nr--) {
		const struct part *p = part_of(s, log, nr);
		size_t len = p ? strlen(p->body) : 0;

		out->missing += !p;
		if (len > PSTORE_LOG_MAX - out->len)
			len = PSTORE_LOG_MAX - out->len;
		if (p)
			memcpy(out->text + out->len, p->body, len);
		out->len += len;
	}
	out->text[out->len] = '\0';
	return 1;
}

int pstore_find(const char *root, int64_t since, struct pstore_log *out)
{
	struct search *s = calloc(1, sizeof(*s));
	const struct part *log;
	int rc = 0;

	*out = (struct pstore_log){ 0 };
	if (!s)
		return fail(-ENOMEM, "look for a kernel log in pstore");
	s->root = root;
	s->since = since;
	walk(s, "/sys/fs/pstore", 0);
	walk(s, "/var/lib/systemd/pstore", DEPTH_MAX);
	log = newest(s);
	out->packed = s->packed;
	if (log)
		rc = assemble(s, log, out);
	for (unsigned i = 0; i < s->nr; i++)
		free(s->part[i].text);
	free(s);
	return rc;
}
