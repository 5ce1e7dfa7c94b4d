/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mount_options.h - options of fstab as mount(2) takes them: flags, and text for the file system */
#ifndef INITRAMFS_CAPTURE_TARGET_MOUNT_OPTIONS_H
#define INITRAMFS_CAPTURE_TARGET_MOUNT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Split options ("noatime,nofail,commit=60"): *flags gets the options that the kernel knows for
 * every file system, data the rest. Options that only mount(8) and systemd understand are dropped,
 * and so are ro and rw. data is cut at size.
 */
void mount_options_split(const char *options, unsigned long *flags, char *data, size_t size);

/* Is word, without a value, one of the options? */
bool mount_options_have(const char *options, const char *word);

#endif
