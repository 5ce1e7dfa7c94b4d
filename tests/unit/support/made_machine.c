/* SPDX-License-Identifier: GPL-2.0-or-later */
/* made_machine.c - a production system in a temporary directory: /sys, /proc, /dev and a root */
#include "made_machine.h"

#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One at a time: the table of a dm device, as machine_dm() was told. */
static char machine_table[4096];

static int machine_dm_table(const char *name, char **out)
{
	(void)name;
	*out = strdup(machine_table);
	return *out ? 0 : -ENOMEM;
}

void machine_run(const char *fmt, ...)
{
	char line[4 * PATH_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (system(line) != 0)
		fail_msg("failed: %s", line);
}

void machine_put(const char *dir, const char *path, const char *text)
{
	char full[2 * PATH_MAX];
	FILE *f;

	machine_run("mkdir -p \"$(dirname '%s/%s')\"", dir, path);
	snprintf(full, sizeof(full), "%s/%s", dir, path);
	f = fopen(full, "w");
	CHECK(f != NULL);
	fputs(text, f);
	CHECK_EQ(fclose(f), 0);
}

void machine_link(const char *dir, const char *path, const char *to)
{
	machine_run("mkdir -p \"$(dirname '%s/%s')\" && ln -sfn '%s' '%s/%s'", dir, path, to, dir,
		    path);
}

void machine_open(struct machine *m)
{
	*m = (struct machine){ .dir = "" };
	temp_dir(m->dir);
	snprintf(m->sys, sizeof(m->sys), "%s/sys", m->dir);
	snprintf(m->proc, sizeof(m->proc), "%s/proc", m->dir);
	snprintf(m->dev, sizeof(m->dev), "%s/dev", m->dir);
	snprintf(m->root, sizeof(m->root), "%s/root", m->dir);
	snprintf(m->conf, sizeof(m->conf), "%s/kdump.conf", m->dir);
	machine_run("mkdir -p %s %s/self %s %s/etc", m->sys, m->proc, m->dev, m->root);
	machine_put(m->proc, "self/mountinfo", "");
}

void machine_close(struct machine *m)
{
	config_free(&m->cfg);
	machine_run("rm -rf %s", m->dir);
}

void machine_driver(const struct machine *m, const char *device, const char *driver,
		    const char *modalias)
{
	char path[512], to[512];

	machine_run("mkdir -p %s/module/%s %s/drivers/%s", m->sys, driver, m->sys, driver);
	snprintf(path, sizeof(path), "module/%s/initstate", driver);
	machine_put(m->sys, path, "live\n");
	snprintf(path, sizeof(path), "drivers/%s/module", driver);
	snprintf(to, sizeof(to), "%s/module/%s", m->sys, driver);
	machine_link(m->sys, path, to);
	snprintf(path, sizeof(path), "%s/driver", device);
	snprintf(to, sizeof(to), "%s/drivers/%s", m->sys, driver);
	machine_link(m->sys, path, to);
	snprintf(path, sizeof(path), "%s/modalias", device);
	machine_put(m->sys, path, modalias);
}

void machine_block(const struct machine *m, const char *place, const char *number)
{
	const char *name = strrchr(place, '/') + 1;
	char path[512], to[512];

	snprintf(path, sizeof(path), "%s/dev", place);
	machine_put(m->sys, path, number);
	snprintf(to, sizeof(to), "%s/%s", m->sys, place);
	snprintf(path, sizeof(path), "dev/block/%s", number);
	machine_link(m->sys, path, to);
	snprintf(path, sizeof(path), "class/block/%s", name);
	machine_link(m->sys, path, to);
	machine_run("truncate -s 64M %s/%s", m->dev, name);
}

void machine_vda(const struct machine *m)
{
	machine_block(m, VDA_PLACE, "254:0");
	machine_driver(m, "devices/pci0000:00/0000:00:05.0/virtio3", "virtio_blk", "virtio:d2");
	machine_driver(m, "devices/pci0000:00/0000:00:05.0", "virtio_pci", "pci:v1AF4");
}

void machine_mkfs(const struct machine *m, const char *kind, const char *name)
{
	machine_run("mkfs.%s -q -F -U " VDA_FS " %s/%s >/dev/null 2>&1", kind, m->dev, name);
}

void machine_mount(const struct machine *m, const char *line)
{
	char path[2 * PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "%s/self/mountinfo", m->proc);
	f = fopen(path, "a");
	CHECK(f != NULL);
	fprintf(f, "%s\n", line);
	CHECK_EQ(fclose(f), 0);
}

void machine_dm(const struct machine *m, const char *uuid, const char *table)
{
	machine_block(m, "devices/virtual/block/dm-0", "253:0");
	machine_put(m->sys, "devices/virtual/block/dm-0/dm/name", "vg0-dump\n");
	machine_put(m->sys, "devices/virtual/block/dm-0/dm/uuid", uuid);
	machine_link(m->dev, "mapper/vg0-dump", "../dm-0");
	snprintf(machine_table, sizeof(machine_table), "%s", table);
}

struct image_request machine_request(struct machine *m, const char *conf)
{
	fail_clear();
	machine_put(m->dir, "kdump.conf", conf);
	config_free(&m->cfg);
	CHECK_EQ(config_load(m->conf, 0, &m->cfg), 0);
	return (struct image_request){ .cfg = &m->cfg,
				       .config_path = m->conf,
				       .root = m->root,
				       .sysfs = m->sys,
				       .proc = m->proc,
				       .dev = m->dev,
				       .kernel = "6.12-test",
				       .capture = "/bin/busybox" };
}

void machine_builder(struct machine *m, const char *conf, struct builder *out)
{
	struct image_request req = machine_request(m, conf);

	CHECK_EQ(builder_open(&req, out), 0);
	out->dm_table = machine_dm_table;
}
