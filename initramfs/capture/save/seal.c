/* SPDX-License-Identifier: GPL-2.0-or-later */
/* seal.c - with encrypt_to, nothing of the crashed kernel's memory is written in clear */
#include "initramfs/capture/save/seal.h"

#include "base/err.h"
#include "base/io.h"
#include "initramfs/capture/child.h"
#include "initramfs/capture/save/manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEALED_SIZE_MAX (32u << 20) /* bytes of one small file */
#define SEAL_SECONDS	60

bool seal_required(const struct capture *c)
{
	/* A test's configuration may be all zeroes. */
	return (c->config.encrypt_to && c->config.encrypt_to[0]) ||
	       (c->plan.seal_to && c->plan.seal_to[0]);
}

int seal_args(const struct capture *c, struct seal_args *out)
{
	char *rest = out->text, *key;

	out->nr = 0;
	if (!seal_required(c))
		return 0;
	snprintf(out->text, sizeof(out->text), "%s", c->plan.seal_to ? c->plan.seal_to : "");
	while ((key = strsep(&rest, ",")) && out->nr + 2 <= 2 * SEAL_KEYS_MAX) {
		if (!*key)
			continue;
		out->word[out->nr++] = "--encrypt-to";
		out->word[out->nr++] = key;
	}
	return out->nr ? 0
		       : fail_adopt(-EINVAL, "encrypt_to is set, and the image has no key to "
					     "encrypt to: nothing is saved in clear; rebuild it");
}

void seal_name(const struct capture *c, const char *name, char out[TARGET_NAME_MAX])
{
	snprintf(out, TARGET_NAME_MAX, "%s%s", name, seal_required(c) ? ".age" : "");
}

/* kdump-collect --encrypt --encrypt-to KEY ... - -, from one file in memory to another. */
static int run_sealer(const struct deadline *by, const struct seal_args *args, int from, int to)
{
	const char *argv[2 * SEAL_KEYS_MAX + 6] = { "kdump-collect", "-q", "--encrypt" };
	const struct child_cfg cfg = {
		.argv = argv,
		.program = "/proc/self/exe",
		.in = from,
		.out = to,
		.err = -1,
	};
	unsigned n = 3;

	for (unsigned i = 0; i < args->nr; i++)
		argv[n++] = args->word[i];
	argv[n++] = "-";
	argv[n] = "-";
	return child_run(&cfg, by);
}

/* The sealed bytes, to be freed. */
static int read_sealed(int fd, char **out, size_t *len)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || st.st_size == 0 || st.st_size > SEALED_SIZE_MAX)
		return fail(-EIO, "encrypted file in memory");
	*len = (size_t)st.st_size;
	*out = calloc(1, *len);
	if (*out && pread(fd, *out, *len, 0) == (ssize_t)*len)
		return 0;
	free(*out);
	return fail(-ENOMEM, "encrypted file in memory");
}

/* Into memory first: nothing is open on the target meanwhile. */
static int seal_to_memory(struct capture *c, const struct seal_file *f,
			  const struct seal_args *args, struct seal_file *out)
{
	struct deadline by = capture_step(c, f->step, SEAL_SECONDS);
	int from = memfd_create("clear", MFD_CLOEXEC), to = memfd_create("sealed", MFD_CLOEXEC);
	int rc = from < 0 || to < 0 ? fail(-errno, "memory for it")
				    : io_pwrite(from, f->data, f->len, 0);
	char *data = NULL;

	if (rc == 0)
		rc = run_sealer(&by, args, from, to);
	if (rc == 0)
		rc = read_sealed(to, &data, &out->len);
	if (rc == 0)
		out->data = data;
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
	return rc < 0 ? fail(rc, "encrypt %s", f->name) : 0;
}

static int put(struct capture *c, struct target *t, const struct seal_file *f)
{
	struct deadline by = capture_step(c, f->step, capture_answer_limit(c));

	int rc = target_put(t, f->name, f->data, f->len, &by);

	if (rc == 0)
		manifest_data(c, f->name, f->data, f->len);
	return rc;
}

int seal_put(struct capture *c, struct target *t, const struct seal_file *f)
{
	struct seal_file sealed = { .step = f->step, .data = NULL };
	char name[TARGET_NAME_MAX];
	struct seal_args args;
	int rc = seal_args(c, &args);

	if (rc < 0 || args.nr == 0)
		return rc < 0 ? rc : put(c, t, f);
	seal_name(c, f->name, name);
	sealed.name = name;
	rc = seal_to_memory(c, f, &args, &sealed);
	if (rc == 0)
		rc = put(c, t, &sealed);
	free((void *)sealed.data);
	return rc;
}
