/* SPDX-License-Identifier: GPL-2.0-or-later */
/* build_id.h - the number that a build of the kernel and its vmlinux have in common */
#ifndef KERNEL_BUILD_ID_H
#define KERNEL_BUILD_ID_H

#include <stdbool.h>
#include <stddef.h>

#define BUILD_ID_SIZE	72    /* hexadecimal digits of at most 35 bytes, and the NUL */
#define BUILD_NOTES_MAX 65536 /* more than any kernel's notes */

/* The build ID among len bytes of ELF notes, as hexadecimal digits; false if there is none. */
bool notes_build_id(const char *notes, size_t len, char out[BUILD_ID_SIZE]);

#endif
