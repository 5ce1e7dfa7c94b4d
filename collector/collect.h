/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect.h - kdump-collect as a function, for programs that contain it */
#ifndef COLLECT_H
#define COLLECT_H

/*
 * All of kdump-collect: reads its command line, prints, returns the exit code (base/exit_code.h).
 * Once per process: it sets the log up and ignores SIGPIPE.
 */
int collect_main(int argc, char **argv);

/*
 * Test a program with the small ELF core that is shipped for it: program is its main function, and
 * must be collect_main() under the names kdump-collect and makedumpfile. It is called in children
 * for every codec built in, at levels 0 and 31, for a stream and for the kernel log; what they
 * wrote is compared with core page by page. Files go to a new directory in $TMPDIR or /tmp, which
 * is removed. Returns an exit code, 0 or 1, and prints one line that says what is wrong or passed.
 */
int collect_self_test(const char *core, int (*program)(int argc, char **argv));

#endif
