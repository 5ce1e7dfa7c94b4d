/* SPDX-License-Identifier: GPL-2.0-or-later */
/* grub_text.h - between the edit of /etc/default/grub (grub_text.c) and its checks */
#ifndef SYSTEMD_CRASHKERNEL_GRUB_TEXT_H
#define SYSTEMD_CRASHKERNEL_GRUB_TEXT_H

#include "config/sysconfig/shell_source.h"
#include "systemd/crashkernel/bootloader.h"

/* -ENOTSUP, with the reason. */
int grub_text_refuse(const char *fmt, ...) __attribute__((format(printf, 1, 2), cold));

/* Must the text be changed, as far as can be seen? What cannot be read and names it must. */
bool grub_text_differs(const struct shell_source *source, const char *text,
		       const struct bootloader_change *c);

/*
 * Does the new text say what the old one said, but for what the change is about, and is
 * that as it is wanted? 0, -ENOTSUP, -ENOMEM.
 */
int grub_text_check(const struct shell_source *old, const char *old_text, const char *new_text,
		    const struct bootloader_change *c);

#endif
