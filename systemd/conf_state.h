/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conf_state.h - the files that the configuration is read from, by their content
 *
 * Taken before they are read, stored with what was loaded, and compared later: a file that was
 * only touched is no change.
 */
#ifndef SYSTEMD_CONF_STATE_H
#define SYSTEMD_CONF_STATE_H

#include <stdbool.h>
#include <stddef.h>

#define CONF_STATE_FILES 3

/* Stands for the hash of a file whose content is known to be another one. */
#define CONF_STATE_OTHER "other"

struct conf_state {
	bool known;			 /* false: never taken */
	char hash[CONF_STATE_FILES][33]; /* of conf_state_path(); "": not there, or not read */
};

/* "/etc/kdump.conf", then the sysconfig files; i below CONF_STATE_FILES. */
const char *conf_state_path(unsigned i);

/* root as in files.h. A file that may not be read is as one that is not known: see below. */
void conf_state_read(const char *root, struct conf_state *out);

/* What is loaded was made from another configuration than the one these files hold. */
void conf_state_mark(struct conf_state *s);

/*
 * Which files are others now? The number of them; *first is the first one's path, *gone: it is
 * not there any more. 0 where one of the two states is not known.
 */
unsigned conf_state_changed(const struct conf_state *then, const struct conf_state *now,
			    const char **first, bool *gone);

#endif
