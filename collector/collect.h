/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect.h - kdump-collect as a function, for programs that bring it along */
#ifndef COLLECT_H
#define COLLECT_H

/*
 * All of kdump-collect: reads its command line, prints, returns the exit code.
 * Once per process: it sets the log up and ignores SIGPIPE.
 */
int collect_main(int argc, char **argv);

#endif
