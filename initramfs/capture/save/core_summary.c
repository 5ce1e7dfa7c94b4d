/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core_summary.c - what the summary of our collector (--json) says of a failure */
#include "initramfs/capture/save/save_core.h"

#include <stdlib.h>
#include <string.h>

bool core_summary_error(const char *json, char *out, size_t size)
{
	const char *at = strstr(json, "\"error\":\"");
	size_t n = 0;

	if (!at)
		return false;
	for (at += strlen("\"error\":\""); *at && *at != '"' && n + 1 < size; at++) {
		if (*at == '\\' && at[1])
			at++;
		out[n++] = *at;
	}
	out[n] = '\0';
	return n > 0;
}

int core_summary_errno(const char *json)
{
	const char *at = strstr(json, "\"errno\":");

	return at ? atoi(at + strlen("\"errno\":")) : 0;
}
