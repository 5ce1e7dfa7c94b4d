/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capture_args_unused.h - find parameters that nothing in the capture image reads */
#ifndef SYSTEMD_LOAD_CAPTURE_ARGS_UNUSED_H
#define SYSTEMD_LOAD_CAPTURE_ARGS_UNUSED_H

#include <stdbool.h>
#include <stddef.h>

#define CAPTURE_WORD_MAX 160

/*
 * Find the next parameter in *line that is for programs of an initramfs (dracut, systemd) and has
 * no effect in our image. Advances *line, copies the parameter to word, and sets *advice to the
 * replacement. Parameters in this machine's own table are skipped. False: no more.
 */
bool capture_unused_next(const char **line, const char *machine, char word[CAPTURE_WORD_MAX],
			 const char **advice);

#endif
