/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image.c - build the image, or see whether it would be the same again */
#include "initramfs/image/image.h"

#include "initramfs/image/builder.h"
#include "initramfs/image/cpio.h"
#include "initramfs/image/file_hash.h"
#include "initramfs/image/gather.h"
#include "initramfs/image/inputs.h"
#include "initramfs/image/module/modules.h"
#include "initramfs/image/selftest/selftest.h"

#include "base/err.h"
#include "base/file.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const part_names[IMAGE_PARTS] = { "init",	"modules", "firmware", "programs",
						     "network", "ssh",	   "config" };

/* A file that appears whole or not at all: file_writer by a path. */
struct draft {
	struct file_writer w;
	int dirfd;
	char tmp[PATH_MAX];
};

static void draft_close(struct draft *d)
{
	file_abort(&d->w); /* published: no more */
	if (d->dirfd >= 0)
		close(d->dirfd);
}

static int draft_open(const char *path, struct draft *out)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char dir[PATH_MAX] = ".";
	int rc;

	*out = (struct draft){ .w.fd = -1, .dirfd = -1 };
	if (slash && snprintf(dir, sizeof(dir), "%.*s", slash == path ? 1 : (int)(slash - path),
			      path) >= PATH_MAX)
		return fail(-ENAMETOOLONG, "%s", path);
	out->dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (out->dirfd < 0)
		return fail(-errno, "directory %s", dir);
	rc = file_begin(&out->w, out->dirfd, name, 0600);
	if (rc < 0)
		return fail(rc, "write in %s", dir);
	if (snprintf(out->tmp, sizeof(out->tmp), "%s/%s", dir, out->w.temp) >= PATH_MAX)
		return fail(-ENAMETOOLONG, "%s", path);
	return 0;
}

static int write_text(const char *path, const char *text)
{
	int rc = file_write(path, 0600, text, strlen(text));

	return rc < 0 ? fail(rc, "record %s", path) : 0;
}

/* The very bytes that are to be loaded. */
static int self_test(struct builder *b, const char *image)
{
	char *core = image_self_test_core(b->capture), message[SELFTEST_MESSAGE_SIZE];
	int rc = core ? image_self_test(image, core, message) : fail(-ENOMEM, "%s", image);

	free(core);
	if (rc > 0)
		rc = builder_warn(b, "programs of the image: %s", message);
	return rc < 0 ? fail(rc, "programs of the image") : 0;
}

static int write_image(struct builder *b, const char *output, struct image_report *report)
{
	struct kconfig config;
	struct draft d;
	int rc = kconfig_read(b, &config);

	report->algorithm = config.rd_zstd ? "zstd" : config.rd_gzip ? "gzip" : "none";
	if (rc < 0)
		return rc;
	rc = draft_open(output, &d);
	if (rc == 0)
		rc = cpio_write(&b->tree, report->algorithm, d.w.fd, report);
	if (rc == 0 && b->self_test)
		rc = self_test(b, d.tmp);
	if (rc == 0)
		rc = file_commit(&d.w);
	draft_close(&d);
	return rc < 0 ? fail(rc, "image %s", output) : 0;
}

/* The record is as old as the bytes it speaks of: it is taken before they are read. */
static int build(struct builder *b, const char *output, const char *inputs,
		 struct image_report *report)
{
	struct image_sum sum;
	char *record = NULL;
	int rc = builder_gather(b);

	if (rc == 0 && inputs)
		rc = inputs_record(&b->tree, NULL, &record);
	if (rc == 0)
		rc = write_image(b, output, report);
	if (rc == 0 && inputs)
		rc = image_sum(output, &sum);
	if (rc == 0 && inputs)
		rc = inputs_add_image(&record, &sum);
	if (rc == 0 && inputs)
		rc = write_text(inputs, record);
	free(record);
	return rc;
}

int image_build(const struct image_request *req, const char *output, const char *inputs,
		struct image_report *report)
{
	struct image_report own;
	struct image_report *r = report ? report : &own;
	struct builder b;
	int rc = builder_open(req, &b);

	*r = (struct image_report){ .algorithm = "none" };
	for (size_t i = 0; i < IMAGE_PARTS; i++)
		r->parts[i].name = part_names[i];
	if (rc == 0)
		rc = build(&b, output, inputs, r);
	r->kernel = b.kernel;
	r->warnings = b.warnings.at;
	b.kernel = NULL;
	b.warnings = (struct strlist){ .nr = 0 };
	builder_close(&b);
	if (!report)
		image_report_free(r);
	return rc;
}

void image_report_free(struct image_report *report)
{
	for (size_t i = 0; report->warnings && report->warnings[i]; i++)
		free(report->warnings[i]);
	free(report->warnings);
	free(report->kernel);
	*report = (struct image_report){ .kernel = NULL };
}

static int check(struct builder *b, const char *old, char **why)
{
	char *record = NULL;
	int rc = builder_gather(b);

	if (rc == 0)
		rc = inputs_record(&b->tree, old, &record);
	if (rc == 0)
		rc = inputs_compare(old, record, why);
	free(record);
	return rc;
}

/* The record is ours, but it is only a hint: anything strange in it means "build anew". */
static char *read_record(const char *path)
{
	struct tree_node n = { .path = (char *)path, .source = (char *)path, .how = TREE_COPY };
	char *text;
	size_t len;

	if (tree_load(&n, &text, &len) < 0) {
		fail_clear();
		return NULL;
	}
	text[len] = '\0';
	return text;
}

int image_check(const struct image_request *req, const char *inputs, char **why)
{
	char *old = read_record(inputs);
	struct builder b;
	int rc;

	*why = NULL;
	if (!old) {
		*why = strdup("there is no record of its contents");
		return *why ? 1 : fail(-ENOMEM, "check");
	}
	rc = builder_open(req, &b);
	if (rc == 0)
		rc = check(&b, old, why);
	builder_close(&b);
	free(old);
	return rc;
}

int image_sum(const char *path, struct image_sum *out)
{
	uint64_t bytes = 0;
	int rc = file_hash(path, out->hash, &bytes);

	out->bytes = bytes;
	return rc;
}

int image_sum_recorded(const char *inputs, struct image_sum *out)
{
	char *text = read_record(inputs);
	int rc = text ? inputs_image(text, out) : -ENOENT;

	free(text);
	return rc;
}
