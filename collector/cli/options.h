/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options.h - the command line of kdump-collect, and of makedumpfile
 *
 *     options_parse -> log_setup(message_level, options_stdout_taken()) -> options_notes
 *
 * Strings in struct options point into argv and live as long.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/exit_code.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct codec;

enum mode {
	MODE_DUMP,
	MODE_DMESG,
	MODE_REPORT,	   /* why the kernel died, as text and as JSON */
	MODE_REARRANGE,	   /* flattened stream on stdin -> dump */
	MODE_GENERATE,	   /* vmcoreinfo -> a file */
	MODE_VERIFY,	   /* a dump -> what is wrong with it */
	MODE_ENCRYPT,	   /* a file -> the same, sealed */
	MODE_DECRYPT,	   /* a sealed file -> what is in it */
	MODE_VTOP,	   /* translate an address, and nothing else */
	MODE_CHECK_PARAMS, /* the command line is valid: nothing more to do */
	MODE_HELP,
	MODE_VERSION,
};

#define OPTIONS_LEVELS	   31 /* of a list, after the first */
#define OPTIONS_PARTS	   64
#define OPTIONS_RECIPIENTS 16

struct sums;

struct options {
	enum mode mode;
	const char *vmcore;		 /* NULL for -R */
	const char *part[OPTIONS_PARTS]; /* vmcore, and the other parts of a split dump */
	unsigned nr_parts;
	const char *member[OPTIONS_PARTS]; /* --split: the files, in place of dump */
	unsigned nr_members;		   /* 0: not split */
	const char *vmcoreinfo; /* a file with its text, in place of the core's own; or NULL */
	const char *identity;	/* the file with private keys for --decrypt, or NULL */
	const char *encrypt_to[OPTIONS_RECIPIENTS]; /* keys, or files with them */
	unsigned nr_encrypt_to;			    /* 0: in clear */
	bool salvage;
	const char *generate; /* the file to write its text to, or NULL */
	const char
		*dump;	/* or the log or report; NULL: standard output, or a dry run without one */
	unsigned level; /* 0..31, enum dump_level */
	unsigned next_level[OPTIONS_LEVELS]; /* -d 1,31: what follows the first of the list */
	unsigned nr_next_levels;
	uint64_t size_limit;	   /* of a file; 0: none */
	uint64_t vtop;		   /* valid if --vtop was given */
	const char *vmlinux;	   /* -x; NULL: none was named */
	const struct codec *codec; /* NULL: pages are stored as they are */
	int codec_level;	   /* valid for codec; its default if none was given */
	bool codec_level_given;
	int threads;	 /* -1: one for each CPU, as memory allows; 0: none but main */
	bool flat;	 /* flattened stream to standard output */
	bool elf;	 /* an ELF core instead of a dump in kdump format */
	bool reassemble; /* one dump of all parts, each page as it is */
	bool force;
	bool user_stacks; /* keep them at any level */
	bool unused_vm;	  /* leave out struct pages of pages that are left out */
	bool partial_dmesg;
	bool show_stats; /* LOG_REPORT is in message_level too */
	bool dry_run;
	bool mem_usage; /* a dry run over a sample of the pages */
	bool check_params;
	bool json;
	const char *json_path; /* NULL: standard output */
	const char *checksums; /* the file for checksums of what is written, or NULL */
	struct sums *sums;     /* them, once there is a sink: see checksums.h; NULL: none */
	bool record;	       /* --verify DIR: write the result beside the dump */
	bool invoked_as_makedumpfile;
	unsigned message_level; /* mask for log_setup() */
	int progress_fd;	/* -1: none was given */
	uint64_t given;		/* bit OPT_x: option x was there */
};

/*
 * 0, or -EINVAL with one line for the user in the trail, complete as it is.
 * invoked_as_makedumpfile is right even then.
 */
int options_parse(int argc, char **argv, struct options *out);

/* The dump, the log or the JSON goes to standard output: messages must not. */
bool options_stdout_taken(const struct options *o);

/* Debug lines about options that were accepted and do nothing. */
void options_notes(const struct options *o);

/*
 * What the program returns for how it ended: the value itself, or under the name makedumpfile 0 or
 * 1, since scripts that call makedumpfile know no other codes.
 */
int exit_code(const struct options *o, enum exit_code outcome);

/* The name to put in front of messages. */
const char *options_program(const struct options *o);

/* The text of --help, made from options.def, in lines of 80 columns. */
void usage_print(FILE *f);

/* as_makedumpfile: its first line is the one that scripts read makedumpfile's version from. */
void version_print(FILE *f, bool as_makedumpfile);

#endif
