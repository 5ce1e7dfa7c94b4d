/* SPDX-License-Identifier: GPL-2.0-or-later */
/* debian.c - what Debian's kdump-config was asked to do, as a command of kdumpctl */
#include "config/debian.h"

#include "base/util.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *verb, *command;
} words[] = {
	{ "load", "start" },	    { "unload", "stop" },	  { "reload", "restart" },
	{ "try-reload", "reload" }, { "status", "status" },	  { "show", "estimate" },
	{ "test", "test" },	    { "propagate", "propagate" }, { "help", "help" },
};

const char *debian_command(const char *verb)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(verb, words[i].verb) == 0)
			return words[i].command;
	}
	return NULL;
}

const char *debian_verb_at(size_t i)
{
	return i < ARRAY_SIZE(words) ? words[i].verb : NULL;
}

int debian_run(const char *command)
{
	const char *program = getenv("KDUMPCTL");

	if (!program || !*program)
		program = "kdumpctl";
	execlp(program, "kdumpctl", command, (char *)NULL);
	fprintf(stderr, "kdump-config: %s: %s; is it installed?\n", program, strerror(errno));
	return 1;
}
