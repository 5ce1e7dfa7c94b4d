/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conf_state.h - have the configuration files changed? Compared by content
 *
 * The state is taken before the files are read, stored with what was loaded, and compared later. A
 * new time stamp alone is not a change.
 */
#ifndef SYSTEMD_CONF_STATE_H
#define SYSTEMD_CONF_STATE_H

#include <stdbool.h>
#include <stddef.h>

#define CONF_STATE_FILES 3

/* In place of a hash: the file is known to differ. */
#define CONF_STATE_OTHER "other"

struct conf_state {
	bool known;			 /* false: never taken, or a file could not be read */
	char hash[CONF_STATE_FILES][33]; /* of conf_state_path(); "": missing, or not used */
};

/* "/etc/kdump.conf", then the sysconfig files; i below CONF_STATE_FILES. */
const char *conf_state_path(unsigned i);

/* root as in files.h. If a file cannot be read, known is false. */
void conf_state_read(const char *root, struct conf_state *out);

/* Record that what is loaded was made from a different configuration than these files hold. */
void conf_state_mark(struct conf_state *s);

/*
 * The number of files whose content changed. *first is the path of the first, *gone: it was
 * removed. 0 if one of the two states is unknown.
 */
unsigned conf_state_changed(const struct conf_state *then, const struct conf_state *now,
			    const char **first, bool *gone);

#endif
