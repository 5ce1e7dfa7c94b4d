/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump_info.h - one saved dump: what its files say
 *
 *     dump_init -> dump_file, once per file of the directory -> dump_end
 *
 * Pure: names, sizes and the first or last bytes of files go in, wherever they were
 * read (a directory, a server by ssh, a raw device).
 */
#ifndef SYSTEMD_DUMPS_DUMP_INFO_H
#define SYSTEMD_DUMPS_DUMP_INFO_H

#include "systemd/dumps/core_info.h"
#include "triage/triage.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dump_state {
	DUMP_STATE_NOTHING, /* a directory without anything of use */
	DUMP_STATE_LOG,	    /* the kernel log alone */
	DUMP_STATE_PARTIAL, /* cut short, readable */
	DUMP_STATE_COMPLETE,
};

enum dump_added_state {
	DUMP_ADDED_TRIED, /* begun; whether it will ever end is not known */
	DUMP_ADDED_FAILED,
	DUMP_ADDED_COMPLETE,
};

#define DUMP_ADDED_MAX 4

/* A file that was made from the core after the reboot, or was to be. */
struct dump_added {
	char name[64];
	enum dump_added_state state;
	char error[300];
};

struct dump {
	char name[256]; /* of its directory: 127.0.0.1-2026-11-21-14:03:22 */
	char core[64];	/* name of the core file, "" if there is none */
	uint64_t size;	/* of it */
	int64_t time;	/* of the crash, seconds since 1970; 0: not known */
	enum dump_state state;
	bool test;	     /* made by kdumpctl test */
	char state_text[64]; /* for people: dump_state_name(), with levels where they differ */
	int level_asked;     /* dump level of core_collector, from the status file; -1: not known */
	int level_saved;     /* and that of the core */
	char release[CORE_RELEASE_MAX]; /* of the crashed kernel */
	char error[2048];		/* of the capture, from its status file; "": none */
	bool has_status;		/* there is such a file */
	char log[64]; /* name of the whole kernel log; "": none, or a part of it */
	bool has_log; /* there is something of it */
	struct dump_added added[DUMP_ADDED_MAX]; /* files made after the capture */
	unsigned nr_added;
	struct core_info info; /* what the core's first bytes say */
	struct triage_report panic;
};

/* How much of a file dump_file() wants: the end of a log and of JSON, the beginning of a core. */
#define DUMP_HEAD (16u << 10)
#define DUMP_TAIL (256u << 10)

/* Does this file tell something? *tail: its last DUMP_TAIL bytes are wanted, not the first. */
bool dump_wants(const char *file, bool *tail);

void dump_init(struct dump *d, const char *name);

/* One file: its size, time, and as much of it as was read. Any bytes. */
void dump_file(struct dump *d, const char *file, uint64_t size, int64_t mtime, const void *data,
	       size_t len);

/* The first CORE_INFO_MAX bytes of its core file, where info.more asks for them. */
void dump_more(struct dump *d, const void *data, size_t len);

/* All files were seen. False: it is no dump, by name or content. */
bool dump_end(struct dump *d);

/* Is every page there that was asked for? Not so where a fallback saved another level. */
bool dump_as_asked(const struct dump *d);

/* One line about the panic for a person, as triage_line_of(); or that there is no log to find it
 * in. */
void dump_panic_text(const struct dump *d, char *out, size_t size);

/* What is told of the state: state_text, and the errors of the capture. */
void dump_state_text(const struct dump *d, char *out, size_t size);

/* "complete", "incomplete", "log only", "nothing". */
const char *dump_state_name(enum dump_state state);

/* The date in a directory's name, by local time; 0: it has none. */
int64_t dump_name_time(const char *name);

#endif
