/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * std_streams.h - standard input, output and error of a program that anybody may start
 *
 *     std_streams_hold  ->  open, printf, ...  ->  std_streams_end
 */
#ifndef BASE_STD_STREAMS_H
#define BASE_STD_STREAMS_H

/*
 * Call it first in main(), before anything is opened. The caller of the program may have closed
 * descriptors 0, 1 or 2 ("kdump-collect ... >&-"): the next files that are opened, the dump for
 * example, would get these numbers, and messages would be written into them. Here the numbers are
 * taken, also for children; reading and writing them still fails with EBADF.
 */
void std_streams_hold(void);

/*
 * Was all that was printed to standard output written? 0, or a negative errno with its message.
 * Call it at the end, where standard output is what the user asked for. A pipe whose
 * reader has gone, because it has read enough, is no failure.
 */
int std_streams_end(void);

#endif
