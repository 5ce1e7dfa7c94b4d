/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump_info.h - one saved dump, described from its files
 *
 *     dump_init -> dump_file, once per file of the directory -> dump_end
 *
 * Pure: the input is names, sizes and the first or last bytes of files, read from anywhere (a
 * directory, a server by ssh, a raw device). All bytes of the core are untrusted. An encrypted file
 * comes without bytes, or with those that were in it: dump_sealed.h.
 */
#ifndef SYSTEMD_DUMPS_DUMP_INFO_H
#define SYSTEMD_DUMPS_DUMP_INFO_H

#include "systemd/dumps/core_info.h"
#include "triage/triage.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DUMP_REPORT_FILE   "vmcore-report.txt"
#define DUMP_MANIFEST_FILE "kdump-manifest.json"
#define DUMP_VERIFIED_FILE "kdump-verified.json"

enum dump_state {
	DUMP_STATE_NOTHING, /* a directory without a usable file */
	DUMP_STATE_LOG,	    /* the kernel log alone */
	DUMP_STATE_PARTIAL, /* truncated, but readable */
	DUMP_STATE_COMPLETE,
};

enum dump_added_state {
	DUMP_ADDED_TRIED, /* started; no result was recorded */
	DUMP_ADDED_FAILED,
	DUMP_ADDED_COMPLETE,
};

#define DUMP_ADDED_MAX	  4

/*
 * Sizes of messages that are kept for each of many dumps: smaller than the longest message there
 * can be, so one that is cut ends in "...".
 */
#define DUMP_MESSAGE_MAX  512
#define DUMP_MESSAGES_MAX 2048

/* A file that was made from the core after the reboot, or the attempt. */
struct dump_added {
	char name[64];
	enum dump_added_state state;
	char error[DUMP_MESSAGE_MAX];
};

/*
 * What the status file says of the crash, for a dump whose log and core are not read: encrypted
 * ones with "encrypt_summary clear". Empty or 0: nothing.
 */
struct dump_status_crash {
	char reason[200];
	char fingerprint[17]; /* 16 hex digits; "" without a reason */
	bool fatal;
	char release[CORE_RELEASE_MAX];
	int64_t time;
};

struct dump {
	char name[256]; /* of its directory: 127.0.0.1-2026-11-21-14:03:22 */
	char core[64];	/* name of the core file, "" if there is none */
	uint64_t size;	/* of it */
	int64_t time;	/* of the crash, seconds since 1970; 0: not known */
	enum dump_state state;
	bool test;	     /* made by kdumpctl test */
	char state_text[64]; /* "complete", "incomplete", "log only" or "nothing", and the
				dump levels if they differ */
	int level_asked;     /* dump level of core_collector, from the status file; -1: unknown */
	int level_saved;     /* the level that was saved */
	char release[CORE_RELEASE_MAX]; /* of the crashed kernel */
	char error[DUMP_MESSAGES_MAX];	/* of the capture, from its status file; "": none */
	bool has_status;		/* there is a status file */
	char log[64];	   /* name of the complete kernel log; "": none, or only a part */
	bool has_report;   /* there is a DUMP_REPORT_FILE, the report of the crash */
	bool has_log;	   /* there is at least a part of the log */
	bool has_manifest; /* there is a DUMP_MANIFEST_FILE, which says what all files are */
	/* The last check of all files, from DUMP_VERIFIED_FILE; "": none. */
	char verified[16];     /* "whole", "incomplete" (what is there is sound), "damaged" */
	int64_t verified_time; /* of the check, seconds since 1970 */
	char fault[DUMP_MESSAGE_MAX]; /* what was damaged first */
	bool sealed;		      /* files of it are encrypted; the next three are about them */
	bool opened;		      /* at least one was opened, with a key that was given */
	bool sealed_log;	      /* the log is encrypted, and was not opened */
	bool sealed_report;	      /* so is the report; it may be opened by dumps_report() */
	char seal_error[DUMP_MESSAGE_MAX];	 /* why one could not be opened; "" */
	struct dump_added added[DUMP_ADDED_MAX]; /* files made after the capture */
	unsigned nr_added;
	struct dump_status_crash reported;
	struct core_info info; /* facts from the core's first bytes */
	struct triage_report panic;
};

/* Bytes of a file that dump_file() needs: the end of a log and of JSON, the beginning of a core. */
#define DUMP_HEAD (16u << 10)
#define DUMP_TAIL (256u << 10)

/* Is this file needed? *tail: pass its last DUMP_TAIL bytes, not its first. */
bool dump_wants(const char *file, bool *tail);

/* Is it encrypted: NAME.age, or NAME.age-incomplete? */
bool dump_is_sealed(const char *file);

void dump_init(struct dump *d, const char *name);

/* Add one file: its size, time, and the bytes that were read. */
void dump_file(struct dump *d, const char *file, uint64_t size, int64_t mtime, const void *data,
	       size_t len);

/* Add the first CORE_INFO_MAX bytes of the core file, if info.more is set. */
void dump_more(struct dump *d, const void *data, size_t len);

/* All files were added. False: it is not a dump, by name and content. */
bool dump_end(struct dump *d);

/* Does it have every page that was configured? Not if a fallback saved another level. */
bool dump_as_asked(const struct dump *d);

/* One line about the panic for people, as triage_line_of(), or that there is no log. */
void dump_panic_text(const struct dump *d, char *out, size_t size);

/* The state for people: state_text and the errors of the capture. */
void dump_state_text(const struct dump *d, char *out, size_t size);

/* The date in a directory's name, as local time; 0: none. */
int64_t dump_name_time(const char *name);

#endif
