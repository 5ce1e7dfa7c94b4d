/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manifest.c - kdump-manifest.json: what the files of a dump are, as they are written */
#include "initramfs/capture/save/manifest.h"

#include "base/err.h"
#include "base/json.h"
#include "base/xsum.h"
#include "initramfs/capture/console.h"
#include "initramfs/capture/save/save_core.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define SUMS_MAX ((size_t)96 << 10) /* bytes of the checksums of one file */

void manifest_clear(struct capture *c)
{
	for (unsigned i = 0; i < c->nr_files; i++)
		free(c->file[i].sums);
	c->nr_files = 0;
}

/* The entry of this name, without checksums; NULL: there is none left. */
static struct capture_file *entry(struct capture *c, const char *name)
{
	struct capture_file *f;
	unsigned i;

	for (i = 0; i < c->nr_files && strcmp(c->file[i].name, name) != 0; i++)
		;
	if (i == CAPTURE_FILES)
		return NULL;
	f = &c->file[i];
	if (i == c->nr_files)
		c->nr_files++;
	else
		free(f->sums);
	*f = (struct capture_file){ .bytes = MANIFEST_SIZE_UNKNOWN };
	snprintf(f->name, sizeof(f->name), "%s", name);
	return f;
}

void manifest_data(struct capture *c, const char *name, const void *data, size_t len)
{
	struct capture_file *f = entry(c, name);
	char sum[XSUM_TEXT];

	if (!f)
		return;
	xsum_of(data, len, sum);
	f->bytes = len;
	if (asprintf(&f->sums, "{\"kind\":\"whole\",\"bytes\":%zu,\"xxh3_128\":\"%s\"}", len, sum) <
	    0)
		f->sums = NULL;
}

/*
 * What a child wrote, which read a crashed kernel's memory and may have gone wrong: only what can
 * be an object of checksums becomes a part of ours.
 */
static bool is_sums(const char *text, size_t len)
{
	static const char chars[] = "abcdefghijklmnopqrstuvwxyz0123456789_\":,";

	return len > 2 && strlen(text) == len && text[0] == '{' && text[len - 1] == '}' &&
	       strspn(text + 1, chars) == len - 2;
}

void manifest_sums(struct capture *c, const char *name, uint64_t bytes, int fd)
{
	static const char whole[] = "{\"kind\":\"whole\",\"bytes\":";
	struct capture_file *f = entry(c, name);
	char *text = f && fd >= 0 ? calloc(1, SUMS_MAX) : NULL;
	ssize_t n = text ? pread(fd, text, SUMS_MAX - 1, 0) : -1;

	if (f)
		f->bytes = bytes;
	if (n <= 0 || !is_sums(text, (size_t)n)) {
		free(text);
		return;
	}
	f->sums = text;
	/* Of a stream, all that went out has the sum: the server was not asked. */
	if (bytes == MANIFEST_SIZE_UNKNOWN && strncmp(text, whole, strlen(whole)) == 0)
		f->bytes = strtoull(text + strlen(whole), NULL, 10);
}

/* "key":VALUE, of the collector's summary, as it stands there: from VALUE on. NULL: it has none. */
static const char *of_summary(const struct status *s, const char *key)
{
	char quoted[40];
	const char *at;

	snprintf(quoted, sizeof(quoted), "\"%s\":", key);
	at = s->sealed ? NULL : strstr(s->collector, quoted);
	return at ? at + strlen(quoted) : NULL;
}

/* A string, with its quotes, or null. Releases and build IDs have no escapes. */
static void put_of_summary(FILE *f, const struct status *s, const char *key, const char *as)
{
	const char *at = of_summary(s, key);
	size_t n = at && *at == '"' ? strcspn(at + 1, "\"\\\n") : 0;

	if (n && at[n + 1] == '"')
		fprintf(f, "\"%s\":%.*s", as, (int)n + 2, at);
	else
		fprintf(f, "\"%s\":null", as);
}

static void put_kernel(FILE *f, const struct status *s)
{
	const char *pages = of_summary(s, "pages");
	size_t n = pages && *pages == '{' ? strcspn(pages, "}\n") : 0;

	fputs("\"kernel\":", f);
	if (of_summary(s, "kernel_release")) {
		fputc('{', f);
		put_of_summary(f, s, "kernel_release", "release");
		fputc(',', f);
		put_of_summary(f, s, "build_id", "build_id");
		fputs("},", f);
	} else {
		fputs("null,", f);
	}
	if (n && pages[n] == '}')
		fprintf(f, "\"pages\":%.*s,", (int)n + 1, pages);
	else
		fputs("\"pages\":null,", f);
}

static void put_files(FILE *f, const struct capture *c)
{
	fputs("\"files\":[", f);
	for (unsigned i = 0; i < c->nr_files; i++) {
		const struct capture_file *file = &c->file[i];

		fputs(i ? ",{\"name\":" : "{\"name\":", f);
		json_string(f, file->name);
		if (file->bytes == MANIFEST_SIZE_UNKNOWN)
			fputs(",\"size\":null", f);
		else
			fprintf(f, ",\"size\":%" PRIu64, file->bytes);
		fprintf(f, ",\"checksum\":%s}", file->sums ? file->sums : "null");
	}
	fputc(']', f);
}

/* All but the checksum at the end. */
static char *body(const struct capture *c, size_t *len)
{
	struct utsname uts = { .release = "" };
	char *text = NULL;
	FILE *f = open_memstream(&text, len);

	if (!f)
		return NULL;
	(void)uname(&uts);
	fputs("{\"version\":1,\"program\":\"kdump-capture " KDUMP_VERSION "\",\"capture_kernel\":",
	      f);
	json_string(f, uts.release);
	fputc(',', f);
	status_put_common(f, &c->status);
	put_kernel(f, &c->status);
	put_files(f, c);
	if (fclose(f) != 0) {
		free(text);
		return NULL;
	}
	return status_paths(&c->status, text, len);
}

char *manifest_text(const struct capture *c, size_t *len)
{
	char sum[XSUM_TEXT], *all = NULL, *text = body(c, len);
	int n;

	if (!text)
		return NULL;
	xsum_of(text, *len, sum);
	n = asprintf(&all, "%s,\"xxh3_128\":\"%s\"}\n", text, sum);
	free(text);
	*len = n < 0 ? 0 : (size_t)n;
	return n < 0 ? NULL : all;
}

void save_manifest(struct capture *c, struct target *t)
{
	struct deadline by = capture_step(c, STEP_manifest, capture_answer_limit(c));
	size_t len;
	char *text = manifest_text(c, &len);
	int rc;

	fail_clear();
	rc = text ? target_put(t, MANIFEST_NAME, text, len, &by) : -ENOMEM;
	free(text);
	if (rc < 0)
		console_log_failure(MANIFEST_NAME);
}
