/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keys.c - keys.def as data, and finding what a misspelt key was meant to be */
#include "config/parse/keys.h"

#include "base/near.h"
#include "base/util.h"
#include "config/config.h"

#include <string.h>

static const struct config_key keys[] = {
#define AT(name) offsetof(struct config, name)
#define NONE	 CONFIG_NO_MEMBER
#define KEY(id, name, kind, member, default_value, shape, help, manual) \
	[KEY_##id] = { name, KIND_##kind, member, default_value, shape, help, manual },
#include "config/parse/keys.def"
#undef KEY
#undef NONE
#undef AT
};

const struct config_key *config_key_at(unsigned i)
{
	return i < ARRAY_SIZE(keys) ? &keys[i] : NULL;
}

const struct config_key *config_key_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	}
	return NULL;
}

const struct config_key *config_key_near(const char *name)
{
	struct near near;

	near_init(&near, name);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (keys[i].kind != KIND_REFUSED)
			near_try(&near, keys[i].name);
	}
	return near.best ? config_key_find(near.best) : NULL;
}
