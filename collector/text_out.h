/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text_out.h - text as a FILE that is published by the same rules as a dump
 *
 *     text_out_open  ->  fprintf(o.f, ...)  ->  text_out_close
 *
 * The file is made by the first byte under a name that says incomplete: no text, no file.
 */
#ifndef TEXT_OUT_H
#define TEXT_OUT_H

#include "output/sink.h"
#include "output/sums.h"
#include "seal/recipient.h"

#include <stdio.h>

struct text_out_cfg {
	const char *path;		    /* NULL: standard output */
	bool overwrite;			    /* an existing file may be replaced */
	const struct seal_recipients *seal; /* NULL: in clear */
	struct sums *sums;		    /* of what is written; NULL: none */
};

struct text_out {
	FILE *f;
	/* private */
	struct text_out_cfg cfg;
	struct sink *sink;
	uint64_t pos;
	int rc;
};

/*
 * Standard output is not closed at the end. -ENOMEM. The file itself is opened by
 * the first byte; that it exists already (unless overwrite) is a failure of text_out_close().
 */
int text_out_open(struct text_out *o, const struct text_out_cfg *cfg);

/*
 * rc: what the writer returned. A failure of the output comes before it; with neither the text is
 * synced and gets its name. -ENODATA: no byte was written. Else an incomplete file stays.
 */
int text_out_close(struct text_out *o, int rc);

/*
 * What print() writes becomes the file path; an older one is replaced. A name that stands for
 * something else (a device, a pipe, a descriptor that another program handed over, a link) is
 * written as it is, and so is standard output, for NULL. Returns what print() returned, or a
 * failure of the output, with its message.
 */
int text_out_write(const char *path, int (*print)(void *arg, FILE *f), void *arg);

#endif
