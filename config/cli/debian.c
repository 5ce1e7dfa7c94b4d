/* SPDX-License-Identifier: GPL-2.0-or-later */
/* debian.c - what Debian's kdump-config was asked to do, as a command of kdumpctl */
#include "config/cli/debian.h"

#include "base/util.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *verb, *command;
	int most; /* arguments after it */
} verbs[] = {
	{ "load", "start", 0 },
	{ "unload", "stop", 0 },
	{ "reload", "restart", 0 },
	{ "condreload", "_debian-condreload", 0 },
	{ "try-reload", "_debian-condreload", 0 },
	{ "status", "_debian-status", 0 },
	{ "show", "_debian-show", 0 },
	{ "test", "test", 0 },
	{ "savecore", "_debian-savecore", 0 },
	{ "symlinks", "_debian-symlinks", 1 },
	{ "propagate", "propagate", 0 },
};

const char *debian_command(const char *verb, int *most)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (strcmp(verb, verbs[i].verb) == 0) {
			*most = verbs[i].most;
			return verbs[i].command;
		}
	}
	return NULL;
}

const char *debian_verb_at(size_t i)
{
	return i < ARRAY_SIZE(verbs) ? verbs[i].verb : NULL;
}

int debian_run(const char *command, const char *word)
{
	execlp("kdumpctl", "kdumpctl", command, word, (char *)NULL);
	fprintf(stderr, "kdump-config: kdumpctl: %s; is it installed?\n", strerror(errno));
	return 1;
}
