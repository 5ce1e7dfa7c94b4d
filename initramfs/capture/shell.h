/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell.h - failure_action shell: one shell on every console, until one of them is left */
#ifndef CAPTURE_SHELL_H
#define CAPTURE_SHELL_H

/* Returns when one of them was left, or when none could be started (which is logged). */
void shell_run(const char *root);

#endif
