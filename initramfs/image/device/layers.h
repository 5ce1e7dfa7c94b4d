/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * layers.h - the devices below the targets, for an image built by dracut or mkinitramfs
 *
 * dracut and initramfs-tools find out themselves how to bring a device up. What that depends on
 * is written down here, so that another volume, another session or another network address leads
 * to another image.
 */
#ifndef INITRAMFS_IMAGE_DEVICE_LAYERS_H
#define INITRAMFS_IMAGE_DEVICE_LAYERS_H

#include "initramfs/image/builder.h"

/*
 * Text, to be freed, about the devices of the plan and all below them: one line a layer, then
 * the iSCSI sessions, independent of the order they were found in. Which paths of a multipath
 * device are there today is left out. Secrets are in it: it is for a digest. -ENOMEM.
 */
int layers_describe(const struct builder *b, char **out);

#endif
