/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capture_args_unused.h - words for the capture kernel that nothing there reads */
#ifndef SYSTEMD_LOAD_CAPTURE_ARGS_UNUSED_H
#define SYSTEMD_LOAD_CAPTURE_ARGS_UNUSED_H

#include <stdbool.h>
#include <stddef.h>

#define CAPTURE_WORD_MAX 160

/*
 * The next word in *line, which moves on, that is for programs of an initramfs (dracut's,
 * systemd's) and means nothing to an image of ours: into word, and *advice what to do instead.
 * Words of this machine's own table are fine. False: there is none any more.
 */
bool capture_words_next(const char **line, const char *machine, char word[CAPTURE_WORD_MAX],
			const char **advice);

#endif
