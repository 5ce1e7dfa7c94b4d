/* SPDX-License-Identifier: GPL-2.0-or-later */
/* measure.c - size of a dump, and the memory needed to save it */
#include "systemd/load/measure.h"

#include "base/err.h"
#include "base/run.h"
#include "config/core_collector.h"
#include "initramfs/image/image.h"
#include "systemd/files.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MIB	       (UINT64_C(1) << 20)

/*
 * Measured (docs/sizes.md) with an image of 1.1 MB to ext4. KERNEL_START is what the kernel needs
 * besides the sections in /proc/iomem: its init section and the gaps between sections, the mem_map,
 * slabs; 43 MB until /init with 6.1 (76M work, 72M do not) and 7.2 (84M and 80M), 34 MB with 6.12
 * (72M and 68M). A running kernel shows nothing to derive this from, so the largest value is used.
 */
#define KERNEL_DEFAULT (39 * MIB)
#define KERNEL_START   (43 * MIB)
/* Rings and buffers of drivers, dirty pages, the file system. */
#define RUNTIME	       (3 * MIB)
#define COLLECTOR      (6 * MIB)
/* An xz'ed module is about 2.5 times as large when it is loaded. */
#define UNPACK_NUM     5
#define UNPACK_DEN     2

static uint64_t number(struct json_object *o, const char *key)
{
	struct json_object *v;
	int64_t n = json_object_object_get_ex(o, key, &v) ? json_object_get_int64(v) : 0;

	return n > 0 ? (uint64_t)n : 0;
}

static struct json_object *child(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	json_object_object_get_ex(o, key, &v);
	return v;
}

static void take(struct json_object *o, struct measure_dump *out)
{
	struct json_object *pages = child(o, "pages"), *bytes = child(o, "bytes");

	out->ram = number(bytes, "ram");
	out->kept = number(bytes, "kept");
	out->written = number(bytes, "written");
	out->page_size = number(o, "page_size");
	out->zero = number(pages, "zero");
	out->cache = number(pages, "cache");
	out->cache_private = number(pages, "cache_private");
	out->user = number(pages, "user");
	out->free = number(pages, "free");
	out->unreadable = number(pages, "unreadable");
	out->level = (unsigned)number(o, "level");
	out->anonymous = number(child(o, "memory"), "peak_anonymous");
	out->seconds = json_object_get_double(child(o, "seconds"));
	if (out->written == 0) {
		out->written = out->kept;
		out->no_ratio = true;
	}
}

int measure_dump_parse(const char *json, struct measure_dump *out)
{
	struct json_object *o = json_tokener_parse(json);
	int rc = 0;

	*out = (struct measure_dump){ 0 };
	if (!json_object_is_type(o, json_type_object) || !child(o, "bytes"))
		rc = fail(-EBADMSG, "the collector's answer cannot be read");
	else
		take(o, out);
	json_object_put(o);
	return rc;
}

/* An estimate that it printed counts, whatever its exit code. */
static int run_collector(const struct ctl *ctl, const struct config_command *c, unsigned seconds,
			 char **out)
{
	const char **argv = calloc(c->argc + 6, sizeof(*argv));
	struct run_result r = { 0 };
	unsigned nr = 0;
	int rc;

	if (!argv)
		return fail(-ENOMEM, "start the collector");
	argv[nr++] = ctl->collector;
	argv[nr++] = "--mem-usage";
	argv[nr++] = "--json";
	for (unsigned i = 1; i < c->argc; i++) {
		if (strcmp(c->argv[i], "-F") != 0)
			argv[nr++] = c->argv[i];
	}
	argv[nr++] = "/proc/kcore";
	rc = run_program(&(struct run_cfg){ .argv = argv,
					    .timeout_ms = seconds * 1000,
					    .max = 1 << 20,
					    .out = RUN_KEEP,
					    .err = RUN_KEEP },
			 &r);
	if (rc == 0 && !strchr(r.out.data, '{'))
		rc = run_check(ctl->collector, &r);
	free(argv);
	if (rc == 0)
		*out = strdup(r.out.data);
	run_result_fini(&r);
	return rc == 0 && !*out ? fail(-ENOMEM, "the collector's answer") : rc;
}

int measure_dump(const struct ctl *ctl, unsigned seconds, struct measure_dump *out)
{
	struct config_command c = { 0 };
	char *json = NULL;
	int rc = config_collector(&ctl->config, ctl->config.targets[0].kind, 1, &c);

	if (rc == 0 && c.kind == CONFIG_COLLECTOR_NONE)
		rc = fail_adopt(-EOPNOTSUPP, "core_collector is none: only the log is saved");
	else if (rc == 0 && c.kind != CONFIG_COLLECTOR_OWN)
		rc = fail_adopt(
			-EOPNOTSUPP,
			"core_collector is another program; the size of its dump is unknown");
	if (rc == 0)
		rc = run_collector(ctl, &c, seconds, &json);
	if (rc == 0)
		rc = measure_dump_parse(json, out);
	free(json);
	config_command_free(&c);
	return rc < 0 ? fail(rc, "measure the memory") : 0;
}

static int count_entry(const struct image_entry *e, void *arg)
{
	struct measure_image *m = arg;
	const char *ko = strstr(e->path, ".ko");

	if (e->link)
		return 0;
	m->unpacked += e->bytes;
	if (ko && (!ko[3] || ko[3] == '.')) {
		m->modules += e->bytes;
		m->packed = m->packed || ko[3] == '.';
	}
	return 0;
}

int measure_image(const struct ctl *ctl, const char *image, struct measure_image *out)
{
	char path[FILES_PATH_MAX];
	struct stat st;
	int rc = files_path(ctl->root, image, path);

	*out = (struct measure_image){ 0 };
	if (rc == 0 && stat(path, &st) < 0)
		rc = fail(-errno, "image %s", path);
	if (rc < 0)
		return rc;
	out->file = (uint64_t)st.st_size;
	rc = image_list(path, count_entry, out);
	return rc < 0 ? fail(rc, "read the image %s", path) : 0;
}

static uint64_t round_up(uint64_t v, uint64_t to)
{
	return (v + to - 1) / to * to;
}

void measure_memory_sum(const struct measure_image *image, uint64_t kernel, uint64_t collector,
			uint64_t fallback, struct measure_memory *out)
{
	uint64_t loaded = image->modules;

	if (image->packed)
		loaded = loaded * UNPACK_NUM / UNPACK_DEN;
	out->kernel = (kernel ? kernel : KERNEL_DEFAULT) + KERNEL_START;
	out->modules = loaded;
	/* Both are in memory while the kernel unpacks. */
	out->image = image->file + image->unpacked;
	out->runtime = RUNTIME + (collector ? collector : COLLECTOR);
	out->fixed = out->kernel + out->modules + out->image;
	out->need = out->fixed + out->runtime;
	/* The default includes the drivers of large machines, the sum does not. */
	out->recommended = round_up(out->need + out->need / 4, 16 * MIB);
	if (fallback > out->recommended)
		out->recommended = fallback;
}
