/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * console.h - lines for every console, and the transcript of them
 *
 *     console_open -> console_log, console_progress, console_drain ... -> console_transcript ->
 * (reboot)
 *
 * Lines go to every console the kernel has, without waiting for one that is stuck, and
 * into a transcript in memory that becomes part of kexec-dmesg.log. One process has
 * the consoles; its children, and its own forked copies, reach them through a pipe.
 */
#ifndef INITRAMFS_CAPTURE_CONSOLE_H
#define INITRAMFS_CAPTURE_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

struct system_path;

/* From now on the paths in all lines, children's too, are those of the production system. */
void console_paths(const struct system_path *paths);

/* One line; the newline and "kdump: " are added. */
void console_log(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The thread's error message behind "kdump: WHAT: "; the message is cleared. */
void console_log_failure(const char *what);

/*
 * How far it is. A terminal rewrites the line, a serial console gets one every few
 * seconds; the transcript gets the last one only.
 */
void console_progress(const char *line);

/*
 * Before the first of these, console_log() writes to standard error. root: "" or the folder
 * that stands for "/" in a test. consoles: all of the kernel's, else standard error.
 * 0 or a negative errno; without consoles or pipe it goes on with what it has.
 */
int console_open(const char *root, bool consoles);
void console_close(void);

/* A forked copy logs through the pipe: call this first in it. */
void console_in_child(void);

/* For children's standard output and error; -1 if there is none. */
int console_pipe(void);

/*
 * Poll this one for reading and call console_drain(): what children wrote is passed on, a slice
 * of it that takes no longer than a fraction of a second; the rest waits in the pipe.
 * console_drain_all() passes on what one pipe can hold, after a child has ended.
 */
int console_poll_fd(void);
void console_drain(void);
void console_drain_all(void);

/*
 * A program starts, and ends: of what children print in between, the consoles show the first
 * 200 lines or 16 KiB, and the transcript keeps 24 KiB; what was left out is counted and
 * logged at the end. The share of a program that still runs ends where the next one begins.
 */
void console_share_begin(const char *name);
void console_share_end(void);

/* The transcript, lines of "[   12.345678] text"; valid until the next call here. */
const char *console_transcript(size_t *len);

#define CONSOLE_NAMES_SIZE 256

/* The kernel's consoles below root, as sysfs lists them: "tty0 ttyS0\n"; "" if it cannot be read.
 */
void console_names(const char *root, char names[CONSOLE_NAMES_SIZE]);

#endif
