/* SPDX-License-Identifier: GPL-2.0-or-later */
/* save_impl.h - steps of saving a dump that one file and a split dump share */
#ifndef SAVE_IMPL_H
#define SAVE_IMPL_H

#include "save.h"

/* -EINVAL if path is the input, which would be overwritten. */
int save_refuse_input(const struct save *s, const char *path);

/* Warn that the input is the running kernel. */
void save_warn_live(const struct save *s, const struct save_cfg *cfg);

/* r->plan */
void save_plan(const struct save *s, const struct save_cfg *cfg, struct save_result *r);

/* Scan memory. The counts go to r, too. */
int save_select(struct save *s, const struct save_cfg *cfg, struct save_result *r,
		struct selection *sel);

/*
 * Of an incomplete dump: take pages that never came out of the selection, and return how many. An
 * ELF core cannot say of a page that it is missing; it would read as zeros.
 */
uint64_t save_leave_missing(struct save *s, struct selection *sel);

/* All but ram_arg, map and part, for the headers. */
void save_info(struct save *s, const struct save_cfg *cfg, struct selection *sel,
	       struct dump_info *info);

/*
 * A file that no reader opens, or without a single page, only takes space from the next try: true
 * if it was removed.
 */
bool save_drop_useless(struct sink *sink, const struct format *f, const struct page_counts *c);

/*
 * The file of the dump, with the limit for its size. The caller made sure that path is no input.
 */
int save_open_file(const struct save_cfg *cfg, const char *path, struct sink **out);

/*
 * After this error there is another level to try, and what was written is of no use, unless it
 * went into a pipe: a second dump behind it would be read as a part of it.
 */
bool save_tries_again(const struct save_cfg *cfg, int rc);

/* save_dump() to several files. */
int save_split(struct save *s, const struct save_cfg *cfg, struct save_result *result);

#endif
