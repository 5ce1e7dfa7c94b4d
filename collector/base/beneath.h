/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * beneath.h - open what is in a directory that others may write to
 *
 * Any thread. Whatever is planted there, at whatever moment, nothing outside of the directory is
 * opened: no symbolic link is followed in any component of the path, and "..", an absolute path and
 * the links of /proc are refused.
 */
#ifndef BASE_BENEATH_H
#define BASE_BENEATH_H

/*
 * Open path beneath the directory dirfd. flags are open(2)'s; O_CLOEXEC is always added, and a file
 * that O_CREAT makes has mode 0600. Returns a descriptor or a negative errno without a message:
 * -ELOOP or -ENOTDIR for a link, -EXDEV for a path that leads out.
 *
 * The kernel does it (openat2, Linux 5.6); where it cannot, open_beneath_steps() does.
 */
int open_beneath(int dirfd, const char *path, int flags);

/* The same, one component after the other. For older kernels, and for tests. */
int open_beneath_steps(int dirfd, const char *path, int flags);

#endif
