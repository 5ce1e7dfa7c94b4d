/* SPDX-License-Identifier: GPL-2.0-or-later */
/* distro_network.c - fence_kdump in an image built by dracut or mkinitramfs: the way to the
 * cluster's nodes */
#include "initramfs/image/distro/distro_plan.h"

#include "initramfs/image/module/kmods.h"
#include "initramfs/image/network/network.h"

static int add_modules(const struct builder *b, struct kmods *k, struct strlist *out)
{
	int rc = 0;

	for (size_t i = 0; i < b->required.nr && rc == 0; i++)
		rc = kmods_want(k, b->required.at[i]);
	for (size_t i = 0; i < b->optional.nr && rc == 0; i++)
		rc = kmods_like(k, b->optional.at[i]);
	for (size_t i = 0; i < k->nr && rc == 0; i++)
		rc = strlist_add(out, k->at[i].name);
	return rc;
}

int distro_plan_network(struct builder *b, struct distro_plan *out)
{
	struct kmods k = { 0 };
	int rc = network_gather(b);

	if (rc < 0 || !b->network)
		return rc;
	rc = kmods_open(b->modules, b->root, &k);
	if (rc == 0)
		rc = add_modules(b, &k, &out->modules);
	kmods_close(&k);
	return rc;
}
