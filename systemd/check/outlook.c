/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outlook.c - would a crash right now be saved? */
#include "systemd/check/outlook.h"

#include "base/err.h"
#include "systemd/crashkernel/crashkernel.h"
#include "systemd/dumps/dump_list.h"
#include "systemd/load/kernel_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Limit for measuring the dump at start. Machines with terabytes take longer and go without. */
#define ARMED_SECONDS 20

/* What the default would reserve on this machine. */
static uint64_t default_size(const struct ctl *ctl)
{
	struct crashkernel_machine m;
	struct crashkernel c;
	char text[CRASHKERNEL_TEXT_MAX];

	kernel_state_machine(ctl->root, &m);
	if (crashkernel_default(&m, text) < 0 || crashkernel_parse(text, &c) < 0) {
		fail_clear();
		return 0;
	}
	return crashkernel_size(&c, crashkernel_ram_round(kernel_state_ram(ctl->root)));
}

void outlook_dump(const struct ctl *ctl, unsigned seconds, struct outlook *o)
{
	o->has_dump = measure_dump(ctl, seconds, &o->dump) == 0;
	if (!o->has_dump)
		snprintf(o->no_dump, sizeof(o->no_dump), "%s", fail_text());
	fail_clear();
}

int outlook_memory(const struct ctl *ctl, const char *image, struct outlook *o)
{
	struct measure_image sizes;
	struct kernel_state s;
	int rc = measure_image(ctl, image, &sizes);

	if (rc < 0)
		return rc;
	kernel_state_read(ctl->root, &s);
	measure_memory_sum(&sizes, kernel_state_image(ctl->root),
			   o->has_dump ? o->dump.anonymous : 0, default_size(ctl), &o->memory);
	o->memory.reserved = s.crash_size;
	o->memory.cma = s.crash_cma;
	o->has_memory = true;
	return 0;
}

/* All but the newest complete one, which is kept. */
static uint64_t sum_removable(const struct dumps *dumps)
{
	uint64_t sum = 0;
	bool newest = true;

	for (size_t i = 0; i < dumps->nr; i++) {
		if (newest && dumps->dump[i].state == DUMP_STATE_COMPLETE)
			newest = false;
		else
			sum += dumps->dump[i].size;
	}
	return sum;
}

/* Dumps on a server may belong to other machines; those are not removed. */
static void find_removable(const struct ctl *ctl, const struct target_access *p, struct outlook *o)
{
	enum config_target_kind kind = ctl->config.targets[0].kind;
	struct dumps dumps = { 0 };

	if (ctl->config.keep_dumps == 0 && ctl->config.min_free == 0)
		return;
	if (kind == CONFIG_TARGET_NFS || kind == CONFIG_TARGET_SSH ||
	    kind == CONFIG_TARGET_VIRTIOFS)
		o->removes_some = true;
	else if (p->kind == ACCESS_DIR && dumps_read(p, &dumps) == 0)
		o->removable = sum_removable(&dumps);
	dumps_free(&dumps);
	fail_clear();
}

void outlook_space(const struct ctl *ctl, enum target_access_use use, struct outlook *o)
{
	struct target_access access;
	int rc = target_access_open(ctl, &ctl->config.targets[0], use, &access);

	snprintf(o->target, sizeof(o->target), "%s", access.name);
	o->min_free = ctl->config.min_free;
	if (rc == 0)
		rc = target_access_free(&access, &o->free);
	o->has_free = rc == 0;
	if (o->has_free)
		find_removable(ctl, &access, o);
	else if (rc != -EOPNOTSUPP)
		snprintf(o->no_target, sizeof(o->no_target), "%s", fail_text());
	fail_clear();
	target_access_close(&access);
}

void outlook_armed(const struct ctl *ctl, const char *image, struct outlook *o)
{
	*o = (struct outlook){ .no_dump = "" };
	outlook_dump(ctl, ARMED_SECONDS, o);
	if (outlook_memory(ctl, image, o) < 0)
		fail_clear();
	outlook_space(ctl, ACCESS_PEEK, o);
	outlook_judge(o);
}

bool outlook_loses(const struct outlook *o)
{
	for (unsigned i = 0; i < o->nr_warnings; i++) {
		if (o->warning[i].loss)
			return true;
	}
	return false;
}
