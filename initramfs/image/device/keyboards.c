/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keyboards.c - keyboard drivers, for a shell on the console */
#include "initramfs/image/device/chain.h"

#include "initramfs/image/device/sysfs.h"

#include <limits.h>
#include <linux/input-event-codes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A keyboard repeats its keys; a power button or a mouse does not. */
static bool is_keyboard(const char *input)
{
	char *text = sys_attr(input, "capabilities/ev");
	unsigned long bits = text ? strtoul(text, NULL, 16) : 0;
	const unsigned long both = 1ul << EV_KEY | 1ul << EV_REP;

	free(text);
	return (bits & both) == both;
}

/* drivers_add() makes drivers required; these are only optional. */
static int like_drivers(struct builder *b, const char *input)
{
	struct builder own = { .cfg = b->cfg };
	int rc = drivers_add(&own, input);

	for (size_t i = 0; i < own.required.nr && rc == 0; i++)
		rc = strlist_add(&b->optional, own.required.at[i]);
	for (size_t i = 0; i < own.optional.nr && rc == 0; i++)
		rc = strlist_add(&b->optional, own.optional.at[i]);
	strlist_free(&own.required);
	strlist_free(&own.optional);
	return rc;
}

static int look_at_input(const char *dir, const char *name, void *arg)
{
	char *input = strncmp(name, "input", 5) == 0 ? sys_link(dir, name) : NULL;
	int rc = input && is_keyboard(input) ? like_drivers(arg, input) : 0;

	free(input);
	return rc;
}

int keyboards_add(struct builder *b)
{
	char class[PATH_MAX];

	snprintf(class, sizeof(class), "%s/class/input", b->sysfs);
	return sys_each(class, look_at_input, b);
}
