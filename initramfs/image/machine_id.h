/* SPDX-License-Identifier: GPL-2.0-or-later */
/* machine_id.h - the ID that marks this machine's dumps */
#ifndef INITRAMFS_IMAGE_MACHINE_ID_H
#define INITRAMFS_IMAGE_MACHINE_ID_H

struct builder;

/*
 * Put the root's machine-id(5) into the plan. A system without one, or where it is made at each
 * boot anew ("uninitialized"), has none in its plan: then no old dump is ever removed. -ENOMEM.
 */
int machine_id_gather(struct builder *b);

#endif
