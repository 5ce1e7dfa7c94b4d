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
#include "base/io.h"

#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const part_names[IMAGE_PARTS] = { "init",	"modules", "firmware", "programs",
						     "network", "ssh",	   "config" };

/* A file that appears whole or not at all: written beside, synced, renamed. */
struct draft {
	int fd, dirfd;
	char *tmp, *dir_copy, *name_copy;
	const char *dir, *name;
};

static void draft_close(struct draft *d)
{
	if (d->fd >= 0) { /* not published */
		close(d->fd);
		unlink(d->tmp);
	}
	if (d->dirfd >= 0)
		close(d->dirfd);
	free(d->tmp);
	free(d->dir_copy);
	free(d->name_copy);
}

static int draft_open(const char *path, struct draft *out)
{
	*out = (struct draft){ .fd = -1, .dirfd = -1 };
	out->dir_copy = strdup(path);
	out->name_copy = strdup(path);
	if (!out->dir_copy || !out->name_copy)
		return fail(-ENOMEM, "%s", path);
	out->dir = dirname(out->dir_copy);
	out->name = basename(out->name_copy);
	if (asprintf(&out->tmp, "%s/.%s.XXXXXX", out->dir, out->name) < 0) {
		out->tmp = NULL;
		return fail(-ENOMEM, "%s", path);
	}
	out->dirfd = open(out->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (out->dirfd < 0)
		return fail(-errno, "directory %s", out->dir);
	out->fd = mkostemp(out->tmp, O_CLOEXEC); /* 0600 from the start */
	return out->fd < 0 ? fail(-errno, "write in %s", out->dir) : 0;
}

static int draft_publish(struct draft *d)
{
	int rc = io_publish(d->fd, d->dirfd, strrchr(d->tmp, '/') + 1, d->name);

	if (rc < 0)
		return rc;
	close(d->fd);
	d->fd = -1;
	return 0;
}

static int write_text(const char *path, const char *text)
{
	struct draft d;
	int rc = draft_open(path, &d);

	if (rc == 0)
		rc = io_pwrite(d.fd, text, strlen(text), 0);
	if (rc == 0)
		rc = draft_publish(&d);
	draft_close(&d);
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
		rc = cpio_write(&b->tree, report->algorithm, d.fd, report);
	if (rc == 0 && b->self_test)
		rc = self_test(b, d.tmp);
	if (rc == 0)
		rc = draft_publish(&d);
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
