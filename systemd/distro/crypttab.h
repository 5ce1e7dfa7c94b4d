/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crypttab.h - the line of /etc/crypttab for one encrypted device */
#ifndef SYSTEMD_DISTRO_CRYPTTAB_H
#define SYSTEMD_DISTRO_CRYPTTAB_H

#include <stdbool.h>
#include <stddef.h>

#define CRYPTTAB_FILE "/etc/crypttab"

struct crypttab_entry {
	char *line; /* owns the text that the pointers below point into */
	const char *name, *device;
	const char *key;     /* a path; "" for "none" and "-" */
	const char *options; /* "" if there are none */
};

/*
 * Find the line for the mapping of this name, or for the LUKS UUID under any name (hexadecimal
 * digits; dashes are ignored; "": unknown). 1: found, the caller frees it; 0: there is none.
 */
int crypttab_find(const char *root, const char *name, const char *uuid, struct crypttab_entry *out);

void crypttab_free(struct crypttab_entry *e);

/* Is "name" or "name=VALUE" among the options? Copies VALUE or "" to value unless that is NULL. */
bool crypttab_option(const struct crypttab_entry *e, const char *name, char *value, size_t size);

/*
 * Path of the key file: the one in the line, or else the one that systemd looks for. false: there
 * is none.
 */
bool crypttab_key_file(const char *root, const struct crypttab_entry *e, char *out, size_t size);

#endif
