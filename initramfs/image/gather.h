/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gather.h - what goes into the image, in the order in which it can be found out
 *
 * One concern per file:
 *
 *     targets.c -> mounts.c, chain*.c    devices of the plan, required drivers
 *     network.c, ssh.c                   what a remote target needs
 *     hooks.c -> programs.c, elf.c       hooks and programs with their libraries
 *     modules.c -> kmods.c, firmware.c   required and optional modules, in load order
 *     base_files.c                       the plan itself, and fixed files
 */
#ifndef INITRAMFS_IMAGE_GATHER_H
#define INITRAMFS_IMAGE_GATHER_H

#include "initramfs/image/builder.h"

/* Fill b->plan and b->tree. 0, or the error of the first concern that fails. */
int builder_gather(struct builder *b);

#endif
