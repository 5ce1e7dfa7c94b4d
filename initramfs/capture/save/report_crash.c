/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_crash.c - why the kernel died, from the report's JSON, for the status */
#include "initramfs/capture/save/report_crash.h"

#include "base/json_read.h"
#include "base/utf8.h"

#include <string.h>

/* Control characters, and bytes that are not UTF-8, become '?': people read it on terminals. */
static void clean(char *text)
{
	while (*text) {
		uint32_t c;
		size_t n = utf8_decode(text, SIZE_MAX, &c);

		if (n > 0 && !utf8_is_control(c)) {
			text += n;
			continue;
		}
		for (n = n ? n : 1; n > 0; n--)
			*text++ = '?';
	}
}

static bool is_fingerprint(const char *text)
{
	return strlen(text) == STATUS_FINGERPRINT - 1 &&
	       strspn(text, "0123456789abcdef") == STATUS_FINGERPRINT - 1;
}

void report_crash_read(const char *json, size_t len, struct status_crash *out)
{
	struct status_crash got = { .fatal = false };
	struct json_reader r;
	char key[32];

	json_read_init(&r, json, len);
	json_enter(&r, '{');
	while (json_key(&r, key, sizeof(key))) {
		if (strcmp(key, "reason") == 0) {
			json_get_text(&r, got.reason, sizeof(got.reason));
		} else if (strcmp(key, "fingerprint") == 0) {
			json_get_text(&r, got.fingerprint, sizeof(got.fingerprint));
		} else {
			if (strcmp(key, "fatal") == 0)
				got.fatal = json_next_is(&r, 't');
			json_skip(&r);
		}
	}
	*out = (struct status_crash){ .fatal = false };
	if (!json_done(&r) || !got.reason[0] || !is_fingerprint(got.fingerprint))
		return;
	clean(got.reason);
	*out = got;
}
