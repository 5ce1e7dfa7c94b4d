/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * uki.h - unified kernel images: one PE file with a kernel and its release in sections
 *
 * Such a file carries an initramfs and a command line, too. It is never loaded as a whole: a
 * kernel that took it would boot the initramfs in it, and not the one that saves a dump.
 */
#ifndef SYSTEMD_LOAD_UKI_H
#define SYSTEMD_LOAD_UKI_H

#include "systemd/ctl.h"

#include "systemd/load/pe.h"

#include <stdbool.h>
#include <stddef.h>

/* Called with the path below the root and the release; true ends the search. */
typedef bool uki_visit_fn(void *arg, const char *path, const char *release);

/*
 * Visit all UKIs that name their release: on the EFI system partition, wherever it is mounted,
 * then in /usr/lib/modules. What is there and is not a UKI is left out silently. True if a
 * visit was true.
 */
bool uki_visit(const char *root, uki_visit_fn *visit, void *arg);

/* The first UKI of this release, below the root; false: none. */
bool uki_find(const char *root, const char *release, char out[CTL_PATH_MAX]);

/*
 * If *fd is a UKI, replace it by the kernel in it: a file in memory, open for reading; the old
 * descriptor is closed. 1 if it was replaced, 0 if it is another file, which stays as it is.
 * -EBADMSG: a UKI whose kernel is cut. On errors *fd stays open; name is for messages.
 */
int uki_unpack(int *fd, const char *name);

/* A part of a file as a file in memory, open for reading; -EBADMSG: it ends before. */
int uki_section_open(int fd, const struct pe_section *s);

/* The same file, open for reading: kexec_file_load(2) refuses one that is open for writing
 * anywhere. */
int uki_reopen(int fd);

#endif
