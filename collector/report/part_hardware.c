/* SPDX-License-Identifier: GPL-2.0-or-later */
/* part_hardware.c - hardware errors that the kernel survived, as it counts them since 6.18 */
#include "report/json_out.h"
#include "report/part.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#define KINDS_MAX  16
#define KIND_NAME  24
#define NAMES_LEAD "HWERR_RECOV_" /* of the enumerators */

struct error_kind {
	char name[KIND_NAME]; /* "cpu", "memory"; "kind 7" where the dump has no name */
	uint64_t count;
	int64_t last; /* seconds since 1970; 0: never */
};

/* In the order of the table; of names that are not there the fallback stays. */
static void read_names(struct btf *btf, struct error_kind kind[KINDS_MAX])
{
	struct btf_type t;
	uint32_t id, name;
	int64_t value;
	char text[BTF_NAME_SIZE];

	for (unsigned i = 0; i < KINDS_MAX; i++)
		snprintf(kind[i].name, KIND_NAME, "kind %u", i);
	if (btf_find(btf, BTF_ENUM, "hwerr_error_type", 0, &id) < 0 || btf_type(btf, id, &t) < 0)
		return;
	for (uint32_t i = 0; i < t.vlen && i < 2 * KINDS_MAX; i++) {
		size_t lead = strlen(NAMES_LEAD);

		if (btf_enumerator_at(btf, &t, i, &name, &value) < 0 || value < 0 ||
		    value >= KINDS_MAX || btf_name(btf, name, text, sizeof(text)) < 0 ||
		    strncmp(text, NAMES_LEAD, lead) != 0)
			continue;
		snprintf(kind[value].name, KIND_NAME, "%.20s", text + lead);
		for (char *c = kind[value].name; *c; c++)
			*c = (char)tolower((unsigned char)*c);
	}
}

/* How many kinds the kernel counts; 0: it does not. */
static unsigned read_kinds(struct report *r, struct error_kind kind[KINDS_MAX])
{
	struct btf_field count, when;
	struct ksym table;
	int64_t step = r->btf ? btf_size_of(r->btf, "hwerr_info") : -1;
	unsigned nr = 0;

	if (step <= 0 || step > 256 ||
	    btf_member(r->btf, "hwerr_info", "count.counter", &count) < 0 ||
	    btf_member(r->btf, "hwerr_info", "timestamp", &when) < 0 ||
	    kallsyms_lookup(r->syms, "hwerr_data", &table) < 0)
		return 0;
	read_names(r->btf, kind);
	for (; nr < KINDS_MAX && (nr + 1) * (uint64_t)step <= table.size; nr++) {
		uint64_t at = table.va + nr * (uint64_t)step, n, last;

		if (btf_read(r->mem, at, &count, &n) < 0 || btf_read(r->mem, at, &when, &last) < 0)
			break;
		kind[nr].count = (uint32_t)n;
		kind[nr].last = (int64_t)last;
	}
	/* The symbol after it may begin behind padding. */
	while (nr && strncmp(kind[nr - 1].name, "kind ", 5) == 0 && !kind[nr - 1].count)
		nr--;
	return nr;
}

int part_hardware_text(struct report *r, FILE *f)
{
	struct error_kind kind[KINDS_MAX];
	unsigned nr = read_kinds(r, kind);

	for (unsigned i = 0; i < nr; i++) {
		time_t at = (time_t)kind[i].last;
		char when[40] = "at an unknown time";
		struct tm tm;

		if (!kind[i].count)
			continue;
		if (at > 0 && gmtime_r(&at, &tm))
			strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S UTC", &tm);
		fprintf(f, "  %-10s %" PRIu64 ", the last one %s\n", kind[i].name, kind[i].count,
			when);
	}
	return 0;
}

int part_hardware_json(struct report *r, FILE *f)
{
	struct error_kind kind[KINDS_MAX];
	unsigned nr = read_kinds(r, kind);
	struct json j;

	if (nr == 0)
		return 0;
	json_begin(&j, f, '[');
	for (unsigned i = 0; i < nr; i++) {
		json_object(&j, NULL);
		json_text(&j, "kind", kind[i].name);
		json_unsigned(&j, "count", kind[i].count);
		json_number(&j, "last", kind[i].last);
		json_end(&j);
	}
	json_end(&j);
	return 0;
}
