/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crypttab.h - the line of /etc/crypttab for one encrypted device */
#ifndef SYSTEMD_DISTRO_CRYPTTAB_H
#define SYSTEMD_DISTRO_CRYPTTAB_H

#include <stdbool.h>
#include <stddef.h>

#define CRYPTTAB_FILE "/etc/crypttab"

struct crypttab_entry {
	char *line; /* what the others point into */
	const char *name, *device;
	const char *key;     /* a path; "" where there is none: "none", "-" */
	const char *options; /* "" if there are none */
};

/*
 * The line for the mapping of this name or, under whatever name, for the LUKS UUID
 * (hexadecimal digits; dashes do not count; "": not known). 1: found, to be freed;
 * 0: there is none.
 */
int crypttab_find(const char *root, const char *name, const char *uuid, struct crypttab_entry *out);

void crypttab_free(struct crypttab_entry *e);

/* Is "name" or "name=VALUE" among the options? VALUE or "" into value, if that is not NULL. */
bool crypttab_option(const struct crypttab_entry *e, const char *name, char *value, size_t room);

/*
 * Path of the key file: the line's or, if it names none, the one that systemd looks for. false:
 * there is none.
 */
bool crypttab_key_file(const char *root, const struct crypttab_entry *e, char *out, size_t room);

#endif
