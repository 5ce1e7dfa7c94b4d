/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell.h - failure_action shell: one on every console, for as long as somebody wants it */
#ifndef CAPTURE_SHELL_H
#define CAPTURE_SHELL_H

/* Returns when one of them was left, or when none could be started (which is said). */
void shell_run(const char *root);

#endif
