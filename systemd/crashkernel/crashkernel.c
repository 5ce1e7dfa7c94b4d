/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crashkernel.c - values of crashkernel=, and arithmetic with them */
#include "systemd/crashkernel/crashkernel.h"

#include "base/err.h"
#include "base/util.h"
#include "systemd/bootargs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

static const char *const kind_suffixes[] = {
	[CRASHKERNEL_PLAIN] = "",
	[CRASHKERNEL_HIGH] = ",high",
	[CRASHKERNEL_LOW] = ",low",
	[CRASHKERNEL_CMA] = ",cma",
};

/* Decimal digits and a unit; hexadecimal as the kernel's memparse() takes it as well. */
static bool size_parse(const char **at, uint64_t *out)
{
	static const char units[] = "KMGTPE";
	const char *s = *at, *unit;
	uint64_t v = 0, base = 10;

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
	}
	for (const char *first = s;; s++) {
		unsigned digit = *s >= '0' && *s <= '9' ? (unsigned)(*s - '0') : 99;

		if (base == 16 && (*s | 32) >= 'a' && (*s | 32) <= 'f')
			digit = (unsigned)((*s | 32) - 'a' + 10);
		if (digit == 99 && s == first)
			return false;
		if (digit == 99)
			break;
		if (__builtin_mul_overflow(v, base, &v) || __builtin_add_overflow(v, digit, &v))
			return false;
	}
	unit = *s ? strchr(units, *s & ~32) : NULL;
	for (long i = 0; unit && i <= unit - units; i++) {
		if (__builtin_mul_overflow(v, 1024, &v))
			return false;
	}
	*at = unit ? s + 1 : s;
	*out = v;
	return true;
}

/* START-[END]:SIZE */
static int range_parse(const char **at, struct crashkernel_range *out)
{
	const char *s = *at;

	out->end = UINT64_MAX;
	if (!size_parse(&s, &out->start) || *s++ != '-')
		return fail(-EINVAL, "a range is START-END:SIZE or START-:SIZE, like 2G-4G:192M");
	if (*s != ':' && !size_parse(&s, &out->end))
		return fail(-EINVAL, "the end of a range is a size like 4G");
	if (out->end <= out->start)
		return fail(-EINVAL, "a range must end above its start");
	if (*s++ != ':' || !size_parse(&s, &out->size))
		return fail(-EINVAL, "a size like 192M must follow the colon of a range");
	if (out->size >= out->end)
		return fail(-EINVAL, "a range reserves more memory than the machine has");
	*at = s;
	return 0;
}

static int ranges_parse(const char **at, struct crashkernel *c)
{
	c->ranged = true;
	for (;;) {
		int rc;

		if (c->nr == CRASHKERNEL_RANGES_MAX)
			return fail(-EINVAL, "more than %d ranges", CRASHKERNEL_RANGES_MAX);
		rc = range_parse(at, &c->range[c->nr++]);
		if (rc < 0)
			return rc;
		if (**at != ',')
			return 0;
		(*at)++;
	}
}

static int plain_parse(const char **at, struct crashkernel *c)
{
	c->nr = 1;
	c->range[0].end = UINT64_MAX;
	if (!size_parse(at, &c->range[0].size))
		return fail(-EINVAL, "a size is a number with K, M, G or T, like 192M");
	for (unsigned k = CRASHKERNEL_HIGH; k < ARRAY_SIZE(kind_suffixes); k++) {
		if (strcmp(*at, kind_suffixes[k]) == 0) {
			c->kind = k;
			*at += strlen(*at);
		}
	}
	return 0;
}

static int value_parse(const char *s, struct crashkernel *c)
{
	/* As in the kernel: it is a list of ranges if a colon comes before any '@'. */
	size_t colon = strcspn(s, ":@");
	int rc = s[colon] == ':' ? ranges_parse(&s, c) : plain_parse(&s, c);

	if (rc < 0)
		return rc;
	if (*s == '@' && c->kind == CRASHKERNEL_PLAIN) {
		s++;
		c->has_offset = true;
		if (!size_parse(&s, &c->offset))
			return fail(-EINVAL, "an address like 16M must follow '@'");
	}
	if (*s)
		return fail(-EINVAL, "unknown suffix '%s'; valid are ,high ,low ,cma", s);
	return 0;
}

int crashkernel_parse(const char *text, struct crashkernel *out)
{
	int rc;

	*out = (struct crashkernel){ 0 };
	rc = value_parse(text, out);
	return rc < 0 ? fail(rc, "crashkernel=%s", text) : 0;
}

static void size_text(uint64_t v, char out[32])
{
	static const char units[] = "\0KMGTPE";
	unsigned u = 0;

	while (v && v % 1024 == 0 && u < 6) {
		v /= 1024;
		u++;
	}
	snprintf(out, 32, "%" PRIu64 "%.1s", v, &units[u]);
}

void crashkernel_format(const struct crashkernel *c, char out[CRASHKERNEL_TEXT_MAX])
{
	char start[32], end[32], size[32];
	size_t at = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < c->nr && at < CRASHKERNEL_TEXT_MAX; i++) {
		size_text(c->range[i].start, start);
		size_text(c->range[i].end, end);
		size_text(c->range[i].size, size);
		at += (size_t)snprintf(out + at, CRASHKERNEL_TEXT_MAX - at, "%s%s%s%s%s%s",
				       i ? "," : "", c->ranged ? start : "", c->ranged ? "-" : "",
				       c->ranged && c->range[i].end != UINT64_MAX ? end : "",
				       c->ranged ? ":" : "", size);
	}
	size_text(c->offset, start);
	if (at < CRASHKERNEL_TEXT_MAX)
		snprintf(out + at, CRASHKERNEL_TEXT_MAX - at, "%s%s%s", kind_suffixes[c->kind],
			 c->has_offset ? "@" : "", c->has_offset ? start : "");
}

uint64_t crashkernel_size(const struct crashkernel *c, uint64_t ram)
{
	for (unsigned i = 0; i < c->nr; i++) {
		if (ram >= c->range[i].start && ram < c->range[i].end)
			return c->range[i].size;
	}
	return 0;
}

int crashkernel_add(struct crashkernel *c, uint64_t bytes)
{
	for (unsigned i = 0; i < c->nr; i++) {
		uint64_t size = c->range[i].size;

		if (size == 0)
			continue;
		if (__builtin_add_overflow(size, bytes, &size) || size > UINT64_MAX - MIB)
			return fail(-ERANGE, "crashkernel= larger than any memory");
		c->range[i].size = (size + MIB - 1) / MIB * MIB;
	}
	return 0;
}

uint64_t crashkernel_ram_round(uint64_t system_ram)
{
	return (system_ram + 128 * MIB - 1) / (128 * MIB) * (128 * MIB) / GIB * GIB;
}
