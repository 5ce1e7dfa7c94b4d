/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysconfig_table.h - the rows of sysconfig.def, for the reader, the manual and the tests */
#ifndef CONFIG_SYSCONFIG_SYSCONFIG_TABLE_H
#define CONFIG_SYSCONFIG_SYSCONFIG_TABLE_H

#include <stddef.h>

enum sysconfig_kind {
	SYSCONFIG_TEXT,
	SYSCONFIG_FLAG,
	SYSCONFIG_NUMBER,
	SYSCONFIG_CONF, /* becomes a line of kdump.conf */
	SYSCONFIG_NOTE, /* has no counterpart: help explains what to do */
};

struct sysconfig_row {
	const char *name;
	enum sysconfig_kind kind;
	size_t member;	  /* offset in struct sysconfig, or CONFIG_NO_MEMBER */
	const char *fine; /* values of a NOTE that need no warning, with blanks between; or NULL */
	const char *help;
};

/* NULL past the last. */
const struct sysconfig_row *sysconfig_row_at(unsigned i);

#endif
