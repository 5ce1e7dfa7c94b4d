/* SPDX-License-Identifier: GPL-2.0-or-later */
/* grub_text.h - what the editor of /etc/default/grub (grub_text.c) and its checks share */
#ifndef SYSTEMD_CRASHKERNEL_GRUB_TEXT_H
#define SYSTEMD_CRASHKERNEL_GRUB_TEXT_H

#include "config/sysconfig/shell_source.h"
#include "systemd/crashkernel/bootloader.h"

/* Must the text be changed? True too if it names crashkernel= in a form that cannot be parsed. */
bool grub_text_differs(const struct shell_source *source, const char *text,
		       const struct bootloader_change *c);

/*
 * Does the new text equal the old one except for the change, and is the change complete? 0,
 * -ENOTSUP, -ENOMEM.
 */
int grub_text_check(const struct shell_source *old, const char *old_text, const char *new_text,
		    const struct bootloader_change *c);

#endif
