/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gather.c - the order of the builder's concerns */
#include "initramfs/image/gather.h"

#include "initramfs/image/base_files.h"
#include "initramfs/image/device/targets.h"
#include "initramfs/image/module/modules.h"
#include "initramfs/image/network/network.h"
#include "initramfs/image/network/ssh.h"
#include "initramfs/image/program/programs.h"

/*
 * Targets come first: the devices, servers and drivers follow from them. Modules
 * come late, since each concern before may add some. The plan is last.
 */
int builder_gather(struct builder *b)
{
	int rc = targets_gather(b);

	if (rc == 0)
		rc = network_gather(b);
	if (rc == 0)
		rc = ssh_gather(b);
	if (rc == 0)
		rc = programs_gather(b);
	if (rc == 0)
		rc = modules_gather(b);
	if (rc == 0)
		rc = files_gather(b);
	if (rc == 0)
		tree_sort(&b->tree);
	return rc;
}
