/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inputs.c - the record of what went into an image */
#include "initramfs/image/inputs.h"

#include "base/err.h"
#include "initramfs/image/file_hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define FIRST_LINE "kdump-inputs 2\n"
#define IMAGE_LINE "image "
#define HASH_LEN   FILE_HASH_LEN

/* The state of a file, to see whether it has changed: as text, since it is only compared. */
static int identity(const char *source, char *out, size_t max)
{
	struct stat sb;

	if (stat(source, &sb) < 0)
		return fail(-errno, "%s", source);
	snprintf(out, max, "%u:%u %ju %jd %jd.%09ld", major(sb.st_dev), minor(sb.st_dev),
		 (uintmax_t)sb.st_ino, (intmax_t)sb.st_size, (intmax_t)sb.st_ctim.tv_sec,
		 sb.st_ctim.tv_nsec);
	return 0;
}

/* The hash that the old record has for a source of this identity. */
static bool hash_known(const char *old, const char *tail, char *out)
{
	const char *at = old ? strstr(old, tail) : NULL, *line = at;

	if (!at)
		return false;
	while (line > old && line[-1] != '\n')
		line--;
	if ((size_t)(at - line) != HASH_LEN)
		return false;
	memcpy(out, line, HASH_LEN);
	out[HASH_LEN] = '\0';
	return true;
}

/* tail is "MODE IDENTITY PATH SOURCE\n": found as it is, nothing has changed. */
static int record_source(FILE *f, const struct tree_node *n, const char *old)
{
	char id[160], hash[HASH_LEN + 1], *tail;
	int rc = identity(n->source, id, sizeof(id));

	if (rc < 0)
		return rc;
	if (asprintf(&tail, " %o %s %s %s\n", n->mode, id, n->path, n->source) < 0)
		return fail(-ENOMEM, "%s", n->path);
	if (!hash_known(old, tail, hash))
		rc = file_hash(n->source, hash, NULL);
	if (rc == 0)
		fprintf(f, "%s%s", hash, tail);
	free(tail);
	return rc;
}

static void record_data(FILE *f, const struct tree_node *n)
{
	char hash[HASH_LEN + 1];

	file_hash_bytes(n->data ? n->data : "", n->len, hash);
	fprintf(f, "%s %o - - - - %s -\n", hash, n->mode, n->path);
}

int inputs_record(const struct tree *t, const char *old, char **out)
{
	size_t len;
	FILE *f = open_memstream(out, &len);
	int rc = 0;

	if (!f)
		return fail(-ENOMEM, "record of inputs");
	fputs(FIRST_LINE, f);
	for (size_t i = 0; i < t->nr && rc == 0; i++) {
		if (t->nodes[i].source)
			rc = record_source(f, &t->nodes[i], old);
		else
			record_data(f, &t->nodes[i]);
	}
	if (fclose(f) != 0 && rc == 0)
		rc = fail(-ENOMEM, "record of inputs");
	if (rc < 0) {
		free(*out);
		*out = NULL;
	}
	return rc;
}

/* One line of a record, without the path of the source. */
struct item {
	char hash[HASH_LEN + 1];
	char mode[16];
	char path[1024];
	bool end;
};

static const char *next_item(const char *at, struct item *out)
{
	const char *end = strchr(at, '\n');

	*out = (struct item){ .end = true };
	if (!end || strncmp(at, IMAGE_LINE, strlen(IMAGE_LINE)) == 0)
		return at;
	if (sscanf(at, "%32s %15s %*s %*s %*s %*s %1023s", out->hash, out->mode, out->path) == 3)
		out->end = false;
	return end + 1;
}

static int differs(const char *how, const char *path, char **why)
{
	return asprintf(why, "%s: %s", how, path) < 0 ? fail(-ENOMEM, "compare") : 1;
}

/* Both are sorted alike; the first difference is enough. */
int inputs_compare(const char *old, const char *new, char **why)
{
	struct item a, b;

	*why = NULL;
	if (strncmp(old, FIRST_LINE, strlen(FIRST_LINE)) != 0)
		return differs("not a record of inputs", "it is built anew", why);
	old += strlen(FIRST_LINE);
	new += strlen(FIRST_LINE);
	for (;;) {
		old = next_item(old, &a);
		new = next_item(new, &b);
		if (a.end && b.end)
			return 0;
		if (a.end || (!b.end && strcmp(a.path, b.path) != 0 && !strstr(old, b.path)))
			return differs("new", b.path, why);
		if (b.end || strcmp(a.path, b.path) != 0)
			return differs("no longer needed", a.path, why);
		if (strcmp(a.hash, b.hash) != 0 || strcmp(a.mode, b.mode) != 0)
			return differs("changed", b.path, why);
	}
}

int inputs_add_image(char **record, const struct image_sum *sum)
{
	char *more;

	if (asprintf(&more, "%s" IMAGE_LINE "%ju %s\n", *record, (uintmax_t)sum->bytes, sum->hash) <
	    0)
		return fail(-ENOMEM, "record of inputs");
	free(*record);
	*record = more;
	return 0;
}

int inputs_image(const char *record, struct image_sum *out)
{
	const char *at = strstr(record, "\n" IMAGE_LINE);

	if (strncmp(record, FIRST_LINE, strlen(FIRST_LINE)) != 0 || !at ||
	    sscanf(at + 1 + strlen(IMAGE_LINE), "%20ju %32s", &out->bytes, out->hash) != 2)
		return -ENOENT;
	return 0;
}
