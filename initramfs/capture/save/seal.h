/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * seal.h - with encrypt_to, nothing of the crashed kernel's memory is written in clear
 *
 * Every file that holds something of it goes through here or through our own collector with
 * seal_args(). Where encryption is asked for and cannot be had, the file is not written.
 */
#ifndef INITRAMFS_CAPTURE_SAVE_SEAL_H
#define INITRAMFS_CAPTURE_SAVE_SEAL_H

#include "initramfs/capture/capture.h"

#define SEAL_KEYS_MAX 16

struct seal_args {
	unsigned nr; /* words; 0: nothing is encrypted */
	const char *word[2 * SEAL_KEYS_MAX];
	char text[PLAN_MAX_LINE];
};

/* The configuration or the plan asks for it. */
bool seal_required(const struct capture *c);

/* The collector's options: --encrypt-to KEY ... -EINVAL: wanted, and the image has no key. */
int seal_args(const struct capture *c, struct seal_args *out);

/* What a file is called: name, with ".age" behind it if it is encrypted. */
void seal_name(const struct capture *c, const char *name, char out[TARGET_NAME_MAX]);

struct seal_file {
	const char *name;
	enum capture_step step; /* what is being done, for the deadlines */
	const void *data;
	size_t len;
};

/* target_put() of something that holds memory of the crashed kernel. */
int seal_put(struct capture *c, struct target *t, const struct seal_file *f);

#endif
