/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keys.h - the rows of keys.def, for the parser, the manual and the tests */
#ifndef CONFIG_PARSE_KEYS_H
#define CONFIG_PARSE_KEYS_H

#include <stddef.h>

/* How a value is read; lines.c has one function for each. */
enum config_kind {
	KIND_TARGET_FS,
	KIND_TARGET_NFS,
	KIND_TARGET_SSH,
	KIND_TARGET_VIRTIOFS,
	KIND_TARGET_RAW,
	KIND_FALLBACK,	/* may be repeated, as the next; all other kinds at most once */
	KIND_RECIPIENT, /* a vector of whole lines */
	KIND_PATH,
	KIND_COMMAND,
	KIND_FILE,
	KIND_HOOK,
	KIND_FILES,
	KIND_MODULES,
	KIND_HOSTS,
	KIND_ARGS,
	KIND_DRACUT,
	KIND_FAILURE_ACTION,
	KIND_FINAL_ACTION,
	KIND_OLD_DEFAULT,
	KIND_BIT,
	KIND_YES_NO,
	KIND_SUMMARY, /* "clear" or "sealed": a bool, true for clear */
	KIND_NOT_NO,  /* everything but "no" means yes */
	KIND_COUNT,
	KIND_SIZE,
	KIND_TIMEOUTS,
	KIND_REFUSED,
	NR_CONFIG_KINDS
};

enum config_key_id {
#define KEY(id, name, kind, member, default_value, shape, help, manual) KEY_##id,
#include "config/parse/keys.def"
#undef KEY
	NR_CONFIG_KEYS
};

#define CONFIG_NO_MEMBER ((size_t)-1)

struct config_key {
	const char *name;
	enum config_kind kind;
	size_t member;		   /* its offset in struct config, or CONFIG_NO_MEMBER */
	const char *default_value; /* NULL: none */
	const char *shape;	   /* NULL for those refused */
	const char *help;
	const char *manual;
};

/* Indexed by enum config_key_id; NULL past the last. */
const struct config_key *config_key_at(unsigned i);
const struct config_key *config_key_find(const char *name);

/* The key that was probably meant by this misspelt name; NULL: no key is similar. */
const struct config_key *config_key_near(const char *name);

#endif
