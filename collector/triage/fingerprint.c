/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fingerprint.c - the same number for the same bug */
#include "triage/frame.h"
#include "triage/triage.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define CALLERS 4 /* frames that are no helpers: deeper ones differ by how the code was reached */

/* FNV-1a, 64 bits: unique for some thousand bugs, and the same in every build. */
static uint64_t mix(uint64_t h, const char *text)
{
	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3ull;
	return (h ^ '\n') * 0x100000001b3ull;
}

/* An address, and nothing that could be a word: "feed" is one. */
static bool is_address(const char *text)
{
	return strspn(text, "0123456789abcdef") >= 8;
}

/* The header without parts that differ from boot to boot: addresses, names of tasks, numbers. */
static uint64_t mix_kind(uint64_t h, const char *reason)
{
	static const char full_stack[] = "stack guard page"; /* since 5.16: of which stack */
	char kind[64];
	size_t n = 0;

	if (strstr(reason, full_stack))
		return mix(h, full_stack);

	for (; *reason && n < sizeof(kind) - 1 && !isdigit((unsigned char)*reason) &&
	       !strchr("+#[(", *reason) && !is_address(reason);
	     reason++)
		kind[n++] = *reason;
	kind[n] = '\0';
	/* Only words before the place: "in func", "at file", "task name", "atomic: name". */
	for (const char *const *cut =
		     (const char *const[]){ " in ", " at ", " task ", " for ", " atomic: ", NULL };
	     *cut; cut++) {
		char *at = strstr(kind, *cut);

		if (at)
			*at = '\0';
	}
	return mix(h, kind);
}

/* The name that a function has in every kernel: since 6.10 allocators end in _noprof. */
static uint64_t mix_function(uint64_t h, const char *name)
{
	static const char ending[] = "_noprof";
	char same[FRAME_NAME];
	size_t len;

	snprintf(same, sizeof(same), "%s", name);
	len = strlen(same);
	if (len >= sizeof(ending) && strcmp(same + len - strlen(ending), ending) == 0)
		same[len - strlen(ending)] = '\0';
	return mix(h, same);
}

/* Memory ran out: whoever asked for some next stands on the stack, on each boot another one. */
static bool is_anybody(const char *function)
{
	return strcmp(function, "out_of_memory") == 0 ||
	       strcmp(function, "mem_cgroup_out_of_memory") == 0;
}

/* Where the guilty function stands in the trace; the innermost frame if it does not. */
static unsigned guilty_frame(const struct triage_report *r)
{
	for (unsigned i = 0; i < r->nr_trace; i++)
		if (strcmp(r->trace[i], r->function) == 0)
			return i;
	return 0;
}

void triage_fingerprint(struct triage_report *r)
{
	uint64_t h = mix_kind(0xcbf29ce484222325ull, r->reason);
	unsigned nr = is_anybody(r->function) ? CALLERS : 0, guilty = guilty_frame(r);

	if (!r->reason[0])
		return;
	h = mix_function(h, r->function);
	for (unsigned i = 0; i < r->nr_trace && nr < CALLERS; i++) {
		if (i > guilty && frame_calls_back(r->trace[i]))
			break;
		if (frame_is_waiting(r->trace[i]))
			continue;
		h = mix_function(h, r->trace[i]);
		nr++;
	}
	snprintf(r->fingerprint, sizeof(r->fingerprint), "%016" PRIx64, h);
}
