/* SPDX-License-Identifier: GPL-2.0-or-later */
/* armed_message.c - which configuration is loaded, and is it still current */
#include "systemd/load/armed.h"

#include "systemd/date.h"

#include <stdio.h>

void armed_text(const struct state_armed *armed, char *out, size_t size)
{
	char date[DATE_SIZE];

	date_text(armed->time, date);
	if (armed->time)
		snprintf(out, size, "armed with the configuration of %s", date);
	else
		snprintf(out, size, "armed with a capture kernel that kdumpctl did not load");
}

bool armed_outdated(const struct ctl *ctl, const struct state_armed *armed, char *out, size_t size)
{
	struct conf_state now;
	const char *path;
	char text[100];
	bool gone;
	unsigned nr;

	conf_state_read(ctl->root, &now);
	nr = conf_state_changed(&armed->conf, &now, &path, &gone);
	if (nr == 0)
		return false;
	armed_text(armed, text, sizeof(text));
	snprintf(out, size, "%s; %s%s is %s: kdumpctl restart", text, path,
		 nr > 1 ? " and another file" : "", gone ? "gone" : "newer");
	return true;
}
