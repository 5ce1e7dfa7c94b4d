/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kmods.h - names and aliases to module files in load order, by libkmod
 *
 *     kmods_open  ->  kmods_want / kmods_like ...  ->  each of kmods.at  ->  kmods_close
 */
#ifndef INITRAMFS_IMAGE_MODULE_KMODS_H
#define INITRAMFS_IMAGE_MODULE_KMODS_H

#include "initramfs/image/builder.h"

struct kmod_ctx;

struct kmods_file {
	char *name; /* "ext4" */
	char *path; /* real path of the .ko */
	char *options;
	char **firmware; /* names; NULL at the end */
};

struct kmods {
	struct kmod_ctx *ctx;
	struct kmods_file *at; /* what a module needs stands before it */
	size_t nr;
	struct strlist visited; /* names that were dealt with, builtin ones too */
	struct strlist
		omitted; /* names that stay out; the caller's to fill before the first want */
	const char
		*command_line; /* of the capture kernel: what it blacklists stays out; borrowed */
	char *running;	       /* private: this kernel's, whose parameters libkmod mixes in */
	const char
		*required; /* private: what kmods_want() was asked for, NULL for what is optional */
};

/*
 * dir is lib/modules/RELEASE; root is where etc/modprobe.d and the like are
 * read from (options, softdeps, blacklist).
 */
int kmods_open(const char *dir, const char *root, struct kmods *out);

/*
 * Add the modules that a name or an alias stands for, with dependencies,
 * softdeps and weakdeps. Built into the kernel: nothing to add. -ENOENT when the kernel
 * knows no such thing; -EINVAL when a module that is required for it is among omitted.
 */
int kmods_want(struct kmods *k, const char *name);

/*
 * The same for an alias of a device or a softdep: unknown is fine, blacklisted
 * ones stay out, and so do drivers of displays, sound, media and RDMA.
 */
int kmods_like(struct kmods *k, const char *alias);

void kmods_close(struct kmods *k);

#endif
