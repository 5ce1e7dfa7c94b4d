/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump.h - one saved dump: what its files say
 *
 *     dump_init -> dump_file, once per file of the directory -> dump_end
 *
 * Pure: names, sizes and the first or last bytes of files go in, wherever they were
 * read (a directory, a server by ssh, a raw device).
 */
#ifndef SYSTEMD_DUMP_H
#define SYSTEMD_DUMP_H

#include "systemd/core_info.h"
#include "systemd/oops.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dump_state {
	DUMP_STATE_NOTHING, /* a directory without anything of use */
	DUMP_STATE_LOG,	    /* the kernel log alone */
	DUMP_STATE_PARTIAL, /* cut short, readable */
	DUMP_STATE_COMPLETE,
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
	char error[300];		/* why it is not complete, from its status file */
	struct core_info info;		/* what the core's first bytes say */
	struct oops_report panic;
};

/* How much of a file dump_file() wants: the end of a log, the beginning of all others. */
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

/* "complete", "incomplete", "log only", "nothing". */
const char *dump_state_name(enum dump_state state);

/* The date in a directory's name, by local time; 0: it has none. */
int64_t dump_name_time(const char *name);

#endif
