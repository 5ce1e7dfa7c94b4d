/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zboot.h - kernels that unpack themselves as EFI programs, as arm64's with CONFIG_EFI_ZBOOT */
#ifndef SYSTEMD_ZBOOT_H
#define SYSTEMD_ZBOOT_H

/*
 * If *fd is such a file, replace it by the kernel in it: a file in memory, open for reading; the
 * old descriptor is closed. 1 if it was replaced, 0 if it is another file, which stays as it is.
 * -EBADMSG: it is cut or damaged. On errors *fd stays open; name is for messages.
 */
int zboot_unpack(int *fd, const char *name);

#endif
