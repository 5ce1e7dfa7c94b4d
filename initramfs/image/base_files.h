/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base_files.h - /init, the configuration, the plan, and what else any image has */
#ifndef INITRAMFS_IMAGE_BASE_FILES_H
#define INITRAMFS_IMAGE_BASE_FILES_H

#include "initramfs/image/builder.h"

/* The last step of gathering: the plan must be complete. */
int files_gather(struct builder *b);

/*
 * The bytes of an ELF program without what only debuggers read: everything
 * behind its last segment. *out is to be freed. -ENOEXEC when it is not an ELF
 * program or needs a dynamic linker (the image may have none).
 */
int init_check(const char *path); /* the same verdict from its headers alone */
int init_read(const char *path, char **out, size_t *len);

#endif
