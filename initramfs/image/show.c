/* SPDX-License-Identifier: GPL-2.0-or-later */
/* show.c - tables for people, JSON for programs */
#include "initramfs/image/show.h"

#include "base/err.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* 1234567 as "1.18 MiB": three digits are enough. */
static void print_size(FILE *f, uint64_t bytes)
{
	double mib = (double)bytes / (1 << 20);

	if (mib >= 0.1)
		fprintf(f, "%7.2f MiB", mib);
	else
		fprintf(f, "%7.2f KiB", (double)bytes / 1024);
}

static void report_table(const struct image_report *r, FILE *f)
{
	for (size_t i = 0; i < IMAGE_PARTS; i++) {
		if (r->parts[i].nr_files == 0)
			continue;
		fprintf(f, "%-10s %4zu file%s ", r->parts[i].name, r->parts[i].nr_files,
			r->parts[i].nr_files == 1 ? " " : "s");
		print_size(f, r->parts[i].bytes);
		fputc('\n', f);
	}
	fprintf(f, "%-10s            ", "unpacked");
	print_size(f, r->bytes);
	fprintf(f, "\n%-10s            ", "image");
	print_size(f, r->file_bytes);
	fprintf(f, " (%s, for %s)\n", r->algorithm, r->kernel);
}

static void report_json(const struct image_report *r, FILE *f)
{
	fprintf(f, "{\"kernel\": ");
	json_string(f, r->kernel);
	fprintf(f, ", \"algorithm\": \"%s\", \"bytes\": %ju, \"unpacked\": %ju, \"parts\": {",
		r->algorithm, (uintmax_t)r->file_bytes, (uintmax_t)r->bytes);
	for (size_t i = 0; i < IMAGE_PARTS; i++)
		fprintf(f, "%s\"%s\": {\"files\": %zu, \"bytes\": %ju}", i ? ", " : "",
			r->parts[i].name, r->parts[i].nr_files, (uintmax_t)r->parts[i].bytes);
	fprintf(f, "}, \"warnings\": [");
	for (size_t i = 0; r->warnings && r->warnings[i]; i++) {
		fputs(i ? ", " : "", f);
		json_string(f, r->warnings[i]);
	}
	fprintf(f, "]}\n");
}

void show_report(const struct image_report *report, bool json, FILE *f)
{
	if (json)
		report_json(report, f);
	else
		report_table(report, f);
}

struct listing {
	FILE *f;
	bool json;
	size_t nr;
	uint64_t bytes;
};

static int print_json(struct listing *l, const struct image_entry *e)
{
	fputs(l->nr++ ? ",\n  {\"path\": " : "[\n  {\"path\": ", l->f);
	json_string(l->f, e->path);
	fprintf(l->f, ", \"mode\": \"%06o\", \"bytes\": %ju", e->mode, (uintmax_t)e->bytes);
	if (e->link) {
		fprintf(l->f, ", \"link\": ");
		json_string(l->f, e->link);
	}
	fputc('}', l->f);
	return 0;
}

static int print_entry(const struct image_entry *e, void *arg)
{
	struct listing *l = arg;

	if (l->json)
		return print_json(l, e);
	if (!S_ISDIR(e->mode))
		fprintf(l->f, "%06o %9ju /%s%s%s\n", e->mode, (uintmax_t)e->bytes, e->path,
			e->link ? " -> " : "", e->link ? e->link : "");
	l->nr += !S_ISDIR(e->mode);
	l->bytes += e->bytes;
	return 0;
}

int show_image(const char *image, bool json, FILE *f)
{
	struct listing l = { .f = f, .json = json };
	struct stat sb;
	int rc = image_list(image, print_entry, &l);

	if (rc < 0)
		return rc;
	if (json) {
		fputs(l.nr ? "\n]\n" : "[]\n", f);
		return 0;
	}
	if (stat(image, &sb) < 0)
		return fail(-errno, "%s", image);
	fprintf(f, "%zu files, %ju bytes; the image has %jd bytes\n", l.nr, (uintmax_t)l.bytes,
		(intmax_t)sb.st_size);
	return 0;
}

int show_file(const char *image, const char *path, FILE *f)
{
	char *data;
	size_t len;
	int rc = image_read_file(image, path, &data, &len);

	if (rc < 0)
		return rc;
	fwrite(data, 1, len, f);
	free(data);
	return 0;
}
