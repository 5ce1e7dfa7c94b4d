/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * console.h - print lines on every console, and keep a transcript
 *
 *     console_open -> console_log, console_progress, console_drain ... -> console_transcript ->
 * (reboot)
 *
 * Lines go to every console of the kernel, without waiting for a stuck one, and into a transcript
 * in memory that becomes part of kexec-dmesg.log. One process has the consoles open. Its children
 * and forked copies write into a pipe, which it reads.
 */
#ifndef INITRAMFS_CAPTURE_CONSOLE_H
#define INITRAMFS_CAPTURE_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

struct system_path;

/* From now on all lines, children's too, show paths as the production system has them. */
void console_paths(const struct system_path *paths);

/* Log one line; "kdump: " and the newline are added. */
void console_log(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The same with a text that may be anything. */
void console_line(const char *line);

/* Log "kdump: WHAT: " and the thread's error message; clear the message. */
void console_log_failure(const char *what);

/*
 * Show progress. A terminal rewrites the line, a serial console gets a new one every few seconds,
 * the transcript gets only the last one.
 */
void console_progress(const char *line);

/*
 * Before this is called, console_log() writes to standard error. root: "", or the directory that a
 * test uses as "/". consoles: use the kernel's consoles, else standard error. 0 or a negative
 * errno; logging works with what could be opened in any case.
 */
int console_open(const char *root, bool consoles);
void console_close(void);

/* Call this first in a forked copy of this process: it then logs through the pipe. */
void console_in_child(void);

/* The pipe for children's standard output and error; -1 if there is none. */
int console_pipe(void);

/*
 * Poll this descriptor for reading and call console_drain(). It passes on a slice of what children
 * printed, for at most a fraction of a second; the rest waits in the pipe. After a child has ended,
 * console_drain_all() passes on as much as a pipe can hold.
 */
int console_poll_fd(void);
void console_drain(void);
void console_drain_all(void);

/*
 * Call these when a program starts and ends. Of its output, the consoles show the first 200 lines
 * or 16 KiB, and the transcript keeps 24 KiB; the rest is counted, and the count is logged at the
 * end. When the next program starts, the share of one that still runs ends.
 */
void console_share_begin(const char *name);
void console_share_end(void);

/*
 * The transcript, lines of "[   12.345678] text"; valid until the next call of a console function.
 */
const char *console_transcript(size_t *len);

#define CONSOLE_NAMES_SIZE 256

/* The kernel's consoles below root, as sysfs lists them: "tty0 ttyS0\n"; "" if it cannot be read.
 */
void console_names(const char *root, char names[CONSOLE_NAMES_SIZE]);

#endif
