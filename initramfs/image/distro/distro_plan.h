/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * distro_plan.h - data that an image built by dracut or initramfs-tools needs from us
 *
 * Those images bring up all devices themselves. The plan of such an image
 * only has the UUID by which the file system of each target is found. Targets are local
 * file systems alone: what network these lie behind (iSCSI) is the image's own business. The
 * way to fence_kdump_nodes is ours.
 */
#ifndef INITRAMFS_IMAGE_DISTRO_DISTRO_PLAN_H
#define INITRAMFS_IMAGE_DISTRO_DISTRO_PLAN_H

#include "initramfs/image/builder.h"

/* A mapping of dm-crypt below a target. */
struct distro_plan_crypt {
	char *name;   /* "crash" */
	char *uuid;   /* of its LUKS header, as device-mapper has it: without dashes; "" for other
			 kinds */
	char *header; /* the node that has it, "/dev/vdb"; "" if not known */
};

struct distro_plan {
	char *plan;		 /* its text */
	struct strlist nodes;	 /* of the devices with the file systems: "/dev/dm-3" */
	struct strlist modules;	 /* kernel modules, for the way to fence_kdump_nodes */
	struct strlist programs; /* paths of hooks, extra_bins..., and of what scripts import */
	struct strlist warnings; /* what a person should know */
	struct tree inputs; /* what should lead to another image when it changes: for inputs.h */
	struct distro_plan_crypt *crypts;
	size_t nr_crypts;
};

/*
 * For the targets of the request's configuration; a fallback target that is not local
 * is left out, with a warning. -EOPNOTSUPP when the main target is none. files (NULL: none;
 * ends with NULL): system paths of files and directories that count as inputs too, as far
 * as they are there.
 */
int distro_plan_gather(const struct image_request *req, const char *const *files,
		       struct distro_plan *out);

void distro_plan_free(struct distro_plan *o);

/* For distro_plan.c: network and drivers for fence_kdump_nodes, if there are any. */
int distro_plan_network(struct builder *b, struct distro_plan *out);

/*
 * For distro_plan.c: the programs the configuration names and the needs of scripts, but no shell,
 * which these images have, and no libraries, which their makers look for. What is in extra_bins may
 * be data, too (dracut's --install).
 */
int distro_plan_programs(struct builder *b, struct distro_plan *out);

/* For distro_plan.c: add those below the devices of the plan; forget all. */
int distro_plan_crypts(const struct builder *b, struct distro_plan *out);
void distro_plan_crypts_free(struct distro_plan *o);

#endif
