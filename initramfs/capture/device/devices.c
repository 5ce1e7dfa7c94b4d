/* SPDX-License-Identifier: GPL-2.0-or-later */
/* devices.c - bring up a device of the plan, and first its members */
#include "initramfs/capture/device/devices.h"

#include "base/err.h"
#include "initramfs/capture/console.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define LOOK_EVERY_MS 50
#define LOOK_SLOWER                                                                         \
	20000000 /* ns of waiting that add one ms to the interval: twice a second after ten \
		    seconds */
#define PATHS_MAX_MS 60000
#define MEMBER_GRACE 15 /* seconds for the next member of an array */

static size_t known_size(const struct plan *plan)
{
	return sizeof(struct devices_known) + plan->nr_devices * DEVICE_NODE_MAX;
}

int devices_open(const struct plan *plan, const char *sys, const char *dev, struct devices *out)
{
	size_t size = known_size(plan);
	struct devices_known *known =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	*out = (struct devices){ .plan = plan, .sys = sys, .dev = dev };
	if (known == MAP_FAILED)
		return fail(-ENOMEM, "devices");
	out->known = known;
	return 0;
}

void devices_close(struct devices *d)
{
	if (d->known)
		munmap(d->known, known_size(d->plan));
	d->known = NULL;
}

bool device_is_unresponsive(const struct devices *d, const char *name)
{
	for (unsigned i = 0; i < d->known->nr_unresponsive; i++) {
		if (strcmp(d->known->unresponsive[i], name) == 0)
			return true;
	}
	return false;
}

void device_is_now_unresponsive(struct devices *d, const char *name)
{
	struct devices_known *k = d->known;

	if (k->nr_unresponsive == DEVICES_UNRESPONSIVE_MAX)
		return;
	snprintf(k->unresponsive[k->nr_unresponsive], DEVICE_NODE_MAX, "%s", name);
	k->nr_unresponsive++;
}

/*
 * "sda sda1 vda (encrypted, locked)": the devices that exist when another one was waited for. Only
 * devices that were read before are read again: of these it is known which do not respond.
 */
static void list_block(struct devices *d, bool was_read, char *out, size_t size)
{
	static const char locked[] = " (encrypted, locked)";
	char path[256];
	DIR *dir;
	struct dirent *e;
	size_t n = 0;

	out[0] = '\0';
	snprintf(path, sizeof(path), "%.200s/class/block", d->sys);
	dir = opendir(path);
	while (dir && (e = readdir(dir))) {
		if (e->d_name[0] == '.' || strncmp(e->d_name, "loop", 4) == 0 ||
		    strncmp(e->d_name, "ram", 3) == 0 || n + strlen(e->d_name) + 2 > size)
			continue;
		n += (size_t)snprintf(out + n, size - n, "%s%s", n ? " " : "", e->d_name);
		if (was_read && n + strlen(locked) < size && device_locked(d, e->d_name))
			n += (size_t)snprintf(out + n, size - n, "%s", locked);
	}
	if (dir)
		closedir(dir);
}

/* For the first half of the time, another program may still assemble the multipath device. */
static struct deadline paths_until(const struct deadline *by)
{
	uint64_t left = (uint64_t)deadline_left_ms(by) / 2;

	return deadline_in_ms(left < PATHS_MAX_MS ? left : PATHS_MAX_MS);
}

static int wait_plain(struct devices *d, const struct plan_device *want, const struct deadline *by,
		      char *node)
{
	struct deadline together = paths_until(by);
	uint64_t since = clock_ns();
	char there[200];

	for (;;) {
		bool alone = deadline_over(&together);
		int rc = device_find(d, want, alone, node);

		if (rc > 0 && alone && *want->uuid)
			console_log("%s: using %s, which may be one of its paths", want->name,
				    node);
		if (rc != 0)
			return rc < 0 ? rc : 0;
		if (deadline_over(by))
			break;
		/* Every search may read every disk, so search less often the longer it takes. */
		deadline_nap(by, LOOK_EVERY_MS + (int)((clock_ns() - since) / LOOK_SLOWER));
	}
	list_block(d, strncmp(want->id, "UUID", 4) == 0, there, sizeof(there));
	snprintf(node, DEVICE_NODE_MAX, "%s", "");
	return fail(-ETIMEDOUT, "the disk %s (%s) did not appear; the devices here are: %s",
		    want->name, want->id, *there ? there : "none");
}

static int parts_up(struct devices *d, const struct plan_device *dev, const struct deadline *by)
{
	const char *node;
	int rc = 0;

	for (size_t i = 0; i < dev->nr_extents && rc == 0; i++)
		rc = devices_up(d, dev->extents[i].device, by, &node);
	return rc;
}

static unsigned members_now(struct devices *d, const struct plan_device *md)
{
	struct deadline now = { 0 };
	unsigned there = 0;
	const char *node;

	for (size_t i = 0; i < md->nr_members; i++) {
		if (devices_up(d, md->members[i], &now, &node) == 0)
			there++;
		else
			fail_clear();
	}
	return there;
}

/* An array can run with a member missing, but wait some time for the others. */
static int members_up(struct devices *d, const struct plan_device *md, const struct deadline *by)
{
	struct deadline until = *by;
	unsigned there, most = 0;

	while ((there = members_now(d, md)) < md->nr_members && !deadline_over(&until)) {
		if (there > most)
			until = deadline_min(by, deadline_in(MEMBER_GRACE));
		most = there > most ? there : most;
		deadline_nap(&until, LOOK_EVERY_MS);
	}
	if (there == 0)
		return fail(-ETIMEDOUT, "array %s: none of its %zu members is there", md->name,
			    md->nr_members);
	return 0;
}

int devices_up(struct devices *d, unsigned index, const struct deadline *by, const char **node)
{
	const struct plan_device *dev = &d->plan->devices[index];
	char *out = d->known->node[index];
	int rc = 0;

	*node = out;
	if (*out)
		return 0;
	switch (dev->kind) {
	case PLAN_PLAIN:
		return wait_plain(d, dev, by, out);
	case PLAN_DM:
		rc = parts_up(d, dev, by);
		return rc == 0 ? device_dm_create(d, dev, out) : rc;
	case PLAN_MD:
		rc = members_up(d, dev, by);
		return rc == 0 ? device_md_start(d, dev, out) : rc;
	}
	return fail(-EINVAL, "device %u of the plan", index);
}
