/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_triage.c - the report of any bytes as a log: bounded, printable, the same twice */
#include "triage/triage.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void printable(const char *text)
{
	for (; *text; text++)
		if (iscntrl((unsigned char)*text) && *text != '\t')
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct triage_report one, two;
	char *json = NULL, line[600];
	size_t len;
	FILE *f;

	if (triage_parse((const char *)data, size, &one) < 0 ||
	    triage_parse((const char *)data, size, &two) < 0)
		return 0;
	if (memcmp(&one, &two, sizeof(one)) != 0 || one.nr_trace > FRAMES_MAX)
		abort();
	printable(one.reason);
	printable(one.function);
	printable(one.process);
	triage_line_of(&one, line, sizeof(line));
	printable(line);
	f = open_memstream(&json, &len);
	if (f) {
		triage_json(&one, f);
		fclose(f);
	}
	free(json);
	return 0;
}
