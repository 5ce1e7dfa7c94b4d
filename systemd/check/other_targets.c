/* SPDX-License-Identifier: GPL-2.0-or-later */
/* other_targets.c - where dumps can go on a machine whose disks are encrypted */
#include "systemd/check/other_targets.h"

#include "base/err.h"
#include "initramfs/image/distro/distro_plan.h"
#include "systemd/check/outlook.h"
#include "systemd/check/other_targets_device.h"
#include "systemd/load/image_state.h"
#include "systemd/message.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MEASURE_SECONDS 20
#define MIB		(UINT64_C(1) << 20)

/* The encrypted devices below the targets. */
static int find_locked(const struct ctl *ctl, struct other_targets *out)
{
	struct image_state_paths paths;
	struct image_request req;
	struct distro_plan o;
	size_t n = 0;
	int rc;

	image_state_request(ctl, &paths, &req);
	rc = distro_plan_gather(&req, NULL, &o);
	if (rc < 0)
		fail_clear();
	for (size_t i = 0; i < o.nr_crypts && n < sizeof(out->locked); i++)
		n += (size_t)snprintf(out->locked + n, sizeof(out->locked) - n, "%s%s",
				      i ? ", " : "", o.crypts[i].name);
	distro_plan_free(&o);
	return rc;
}

bool other_targets_in_clear(const struct ctl *ctl)
{
	enum config_target_kind kind = ctl->config.targets[0].kind;
	bool local = kind == CONFIG_TARGET_PATH || kind == CONFIG_TARGET_FS ||
		     kind == CONFIG_TARGET_MOUNT || kind == CONFIG_TARGET_RAW;
	struct other_targets p = { .locked = "" };

	return local && !ctl->config.encrypt_to[0] && other_targets_root_locked(ctl->root) &&
	       find_locked(ctl, &p) == 0 && !p.locked[0];
}

bool other_targets_find(const struct ctl *ctl, struct other_targets *out)
{
	struct measure_dump dump;

	*out = (struct other_targets){ .keyed = ctl->config.encrypt_to[0] != NULL };
	(void)find_locked(ctl, out);
	if (!out->locked[0])
		return false;
	if (measure_dump(ctl, MEASURE_SECONDS, &dump) == 0)
		out->need = dump.written;
	fail_clear();
	other_targets_find_raw(ctl->root, out);
	other_targets_find_boot(ctl->root, out);
	return true;
}

/* "; a dump of now takes 120 MB", where that is known. */
static const char *need_text(const struct other_targets *p, char out[80])
{
	out[0] = '\0';
	if (p->need)
		snprintf(out, 80, "; a dump of now takes %" PRIu64 " MB", p->need / MIB + 1);
	return out;
}

static void print_raw(const struct other_targets *p, const char *key)
{
	char need[80];

	if (p->raw.bytes == 0)
		message_info(
			"1. encrypted, to a partition without a file system: none is free here; "
			"make one and set \"raw PARTUUID=...\"%s%s",
			key, need_text(p, need));
	else
		message_info("1. encrypted, to the free partition %s (%" PRIu64
			     " MB, which are overwritten): set \"raw %s\"%s%s",
			     p->raw.node, p->raw.bytes / MIB, p->raw.name, key, need_text(p, need));
}

static void print_boot(const struct other_targets *p, const char *key)
{
	char need[80];

	if (!p->boot)
		message_info("2. encrypted, to /boot: not here, since /boot is no file system of "
			     "its own that can be mounted without a key");
	else if (p->boot_free < p->need + 16 * MIB)
		message_info("2. encrypted, to /boot: not now, since %" PRIu64
			     " MB are free there%s",
			     p->boot_free / MIB, need_text(p, need));
	else
		message_info("2. encrypted, to /boot (%" PRIu64
			     " MB free%s): run \"mkdir -p /boot/var/crash\" and set \"%s %s\", "
			     "\"path /var/crash\"%s; the next start moves the dump to /var/crash",
			     p->boot_free / MIB, need_text(p, need), p->boot_type, p->boot_uuid,
			     key);
}

void other_targets_print(const struct other_targets *p, const char *config)
{
	const char *key = p->keyed ? "" : " and \"encrypt_to PUBLIC-KEY\"";

	message_info(
		"dumps can go where no disk has to be unlocked (%s: encrypted). Best first, to be "
		"set in %s:",
		p->locked, config);
	print_raw(p, key);
	print_boot(p, key);
	message_info("3. to an NFS server: \"nfs HOST:/EXPORT\"%s",
		     p->keyed ? "" : "; with encrypt_to the server cannot read it");
	message_info("4. by ssh: \"ssh USER@HOST\", then \"kdumpctl propagate\"%s",
		     p->keyed ? "" : "; with encrypt_to the server cannot read it");
	if (!p->keyed)
		message_info(
			"PUBLIC-KEY is the public half of a key pair that is made on another, safe "
			"machine (age-keygen, or an ssh-ed25519 key); no key of the disks "
			"goes into the image");
}
