/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * say.h - what a person at any console is told, and the transcript of it
 *
 * Lines go to every console the kernel has, without waiting for one that is stuck, and
 * into a transcript in memory that becomes part of kexec-dmesg.log. One process says;
 * output of children comes in through a pipe (child.h).
 */
#ifndef CAPTURE_SAY_H
#define CAPTURE_SAY_H

/* One line; the newline and "kdump: " are added. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The words of the error trail, behind "kdump: WHAT: "; the trail is cleared. */
void say_failure(const char *what);

#endif
