/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * save.h - save the kernel log, save a report of the crash, save a dump
 *
 *     save_open  ->  save_log, save_report, save_dump  ->  save_close
 *
 * Used by kdump-collect and by the capture program alike.
 */
#ifndef SAVE_H
#define SAVE_H

#include "dump.h"
#include "kernel/klog.h"
#include "output/sums.h"
#include "seal/recipient.h"
#include "summary/progress.h"

struct save {
	struct source *src;
	struct kernel *kernel;
	struct view *view;
	const char *const *part; /* borrowed */
	unsigned nr_parts;
};

/*
 * Open the core and detect its kernel. For a split dump, part has all its parts, in any order;
 * otherwise nr_parts is 1. vmcoreinfo: a file whose text replaces that of the core; or NULL.
 * vmlinux: as in kernel_open_with(); borrowed. Errors name the path.
 */
int save_open(const char *const *part, unsigned nr_parts, const char *vmcoreinfo,
	      const char *vmlinux, struct save *out);

/* Write the text of vmcoreinfo to a new file. -ENOENT: none. -EEXIST unless overwrite. */
int save_vmcoreinfo(struct save *s, const char *path, bool overwrite);
void save_close(struct save *s);

struct save_log_cfg {
	const char *path;
	bool partial;
	bool overwrite;
	const struct seal_recipients *seal; /* NULL: in clear */
	struct sums *sums;		    /* of all that is written; NULL: none */
};

/*
 * Write the kernel log to path (under another name, synced, renamed; mode 0600), or to
 * standard output if it is NULL.
 * -EEXIST unless overwrite. -ENOENT: the kernel's metadata does not say where the log is.
 */
int save_log(struct save *s, const struct save_log_cfg *cfg, struct klog_counts *counts);

/* Where save_report() writes the JSON beside the text path. -ENAMETOOLONG. */
#define SAVE_PATH_SIZE 4096
int save_report_beside(const char *path, char out[SAVE_PATH_SIZE]);

struct save_report_cfg {
	const char *text; /* its path, written as save_log() does; NULL: standard output */
	const char *json; /* NULL: beside text, NAME.json for NAME.txt; none for standard output */
	bool overwrite;
	const struct seal_recipients *seal; /* NULL: in clear */
};

/*
 * What the dump says of the kernel that died (report/report.h), as text and as JSON. A part of it
 * that cannot be made is a line in it. -ENOENT: there would be nothing but such lines.
 */
int save_report(struct save *s, const struct save_report_cfg *cfg);

struct save_cfg {
	const char *dump; /* NULL: standard output, flattened */
	/* The files of a split dump, in place of dump; nr_members 0: it is not split. */
	const char *const *member;
	unsigned nr_members;
	unsigned level;
	bool user_stacks;	    /* as in filter_cfg */
	bool unused_vm;		    /* likewise */
	const unsigned *next_level; /* where the disk is full: the levels to try after that */
	unsigned nr_next_levels;
	uint64_t size_limit;	   /* bytes of a file, as if the disk was full then; 0: none */
	const struct codec *codec; /* NULL: none */
	int codec_level;
	int nr_threads;	 /* -1: one for each CPU */
	bool recompress; /* input is a dump: compress pages that have this codec, too */
	bool as_stored;	 /* input is a dump: every page of it, each as it is stored */
	bool elf;	 /* an ELF core; codec is NULL then */
	bool overwrite;
	bool flat;
	bool dry_run;
	const struct seal_recipients *seal; /* a sealed stream; NULL: in clear */
	struct sums *sums;		    /* of the file or stream; NULL: none. Not when split */
	uint64_t sample; /* of a dry run: read only so many pages, spread evenly; 0: all */
	struct progress *progress;
	/* After each phase, on the caller's thread, while all memory is still held; may be NULL. */
	void (*phase_done)(void *arg);
	void *arg;
};

struct save_result {
	struct page_counts counts; /* the second part of the sample, if there is one */
	unsigned level;		   /* as in struct selection */
	struct memory_plan plan;
	uint64_t bytes_written;
	bool begun;    /* header and bitmaps are out: what follows is readable */
	bool complete; /* every selected page is there, under the final name */
	bool again;    /* for save_dump(): it was removed, the next level is to be tried */
};

/* Filter, compress, write. result is filled in on failure too. */
int save_dump(struct save *s, const struct save_cfg *cfg, struct save_result *result);

#endif
