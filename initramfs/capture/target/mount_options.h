/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mount_options.h - options of fstab as mount(2) wants them: flags, and text for the file system */
#ifndef INITRAMFS_CAPTURE_TARGET_MOUNT_OPTIONS_H
#define INITRAMFS_CAPTURE_TARGET_MOUNT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Split options ("noatime,nofail,commit=60"): *flags gets what the kernel knows for
 * every file system, data the rest; what only mount(8) and systemd understand, and
 * ro and rw, are dropped. data is cut at room.
 */
void mount_options_split(const char *options, unsigned long *flags, char *data, size_t room);

/* Is this word, without a value, one of them? */
bool mount_options_have(const char *options, const char *word);

#endif
