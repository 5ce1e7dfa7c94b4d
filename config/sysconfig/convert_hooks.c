/* SPDX-License-Identifier: GPL-2.0-or-later */
/* convert_hooks.c - commands to run, as hooks and actions; and what has no counterpart */
#include "config/sysconfig/convert.h"

#include "base/util.h"

#include <string.h>

/* "reboot -f", "/sbin/poweroff": the first word without its directory. */
void convert_failure(struct convert *v)
{
	static const char *const actions[] = { "reboot", "poweroff", "halt" };
	const char *command = convert_value(v, "KDUMP_FAIL_CMD");
	const char *go_on = convert_value(v, "KDUMP_CONTINUE_ON_ERROR");
	size_t len = command ? strcspn(command, " \t") : 0;

	for (size_t i = 0; command && i < ARRAY_SIZE(actions); i++) {
		size_t want = strlen(actions[i]);

		if (len < want || strncmp(command + len - want, actions[i], want) != 0 ||
		    (len > want && command[len - want - 1] != '/'))
			continue;
		convert_line(v, "KDUMP_FAIL_CMD", "failure_action", "%s", actions[i]);
		return;
	}
	if (command)
		convert_complain(v, CONFIG_WARNING, "KDUMP_FAIL_CMD",
				 "only reboot, poweroff and halt are known; put other commands "
				 "into a script in /etc/kdump/emergency.d");
	else if (go_on && convert_is_off(go_on))
		convert_line(v, "KDUMP_CONTINUE_ON_ERROR", "failure_action", "shell");
	else if (go_on && !convert_is_on(go_on))
		convert_complain(v, CONFIG_WARNING, "KDUMP_CONTINUE_ON_ERROR",
				 "no effect; write true or false");
}

/* Only a plain file name: arguments would need a shell, and the image may not have one. */
static void convert_hook(struct convert *v, const char *name, const char *key)
{
	const char *command = convert_value(v, name);

	if (command && command[0] == '/' && !strpbrk(command, " \t;|&$"))
		convert_line(v, name, key, "%s", command);
	else if (command)
		convert_complain(v, CONFIG_WARNING, name,
				 "shell code is not run; put it into a script, and write its full "
				 "path here");
}

static void convert_programs(struct convert *v)
{
	const char *list = convert_value(v, "KDUMP_REQUIRED_PROGRAMS");
	bool full = list && list[0] == '/';

	for (const char *c = list; full && *c; c++)
		full = *c != ' ' || c[1] == ' ' || c[1] == '/' || !c[1];
	if (full)
		convert_line(v, "KDUMP_REQUIRED_PROGRAMS", "extra_bins", "%s", list);
	else if (list)
		convert_complain(v, CONFIG_WARNING, "KDUMP_REQUIRED_PROGRAMS",
				 "write full paths, such as /usr/bin/lftp");
}

void convert_hooks(struct convert *v)
{
	convert_hook(v, "KDUMP_PRESCRIPT", "kdump_pre");
	convert_hook(v, "KDUMP_POSTSCRIPT", "kdump_post");
	convert_programs(v);
}
