/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crashkernel_check.c - find implausible values of crashkernel= */
#include "systemd/crashkernel/crashkernel.h"

#include "base/err.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MIB   (UINT64_C(1) << 20)
/* The smallest kernel that was measured saving a dump needs three times as much. */
#define LEAST (16 * MIB)

/* Does text end with a number without a unit, like "64"? */
static bool ends_without_unit(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && strchr(":,@-", text[digits]);
}

/* Refuse a number of bytes that is plausible as a number of MiB or GiB. */
static int refuse_bytes(uint64_t bytes, const char *text, char unit)
{
	return fail_set(-EINVAL,
			"crashkernel=%s: %" PRIu64 " without a unit is %" PRIu64
			" bytes; write %" PRIu64 "%c",
			text, bytes, bytes, bytes, unit);
}

/* 0,low and 0,high are valid: no reservation of that kind. */
static int check_size(const struct crashkernel *c, uint64_t size, const char *text)
{
	bool main_part = c->kind == CRASHKERNEL_PLAIN || c->kind == CRASHKERNEL_HIGH;

	if (size == 0)
		return 0;
	if (size < MIB && (c->ranged || ends_without_unit(text)))
		return refuse_bytes(size, text, 'M');
	if (size < (main_part ? LEAST : MIB))
		return fail_set(-EINVAL,
				"crashkernel=%s: %" PRIu64
				" KB are too small for a kernel; \"kdumpctl "
				"get-default-crashkernel\" prints a useful value",
				text, size >> 10);
	return 0;
}

static int check_range(const struct crashkernel_range *r, const char *text)
{
	if (r->start && r->start < MIB)
		return refuse_bytes(r->start, text, 'G');
	if (r->end < MIB)
		return refuse_bytes(r->end, text, 'G');
	return 0;
}

int crashkernel_check(const struct crashkernel *c, const char *text, uint64_t ram)
{
	uint64_t size = crashkernel_size(c, ram ? crashkernel_ram_round(ram) : 0);
	int rc = 0;

	for (unsigned i = 0; i < c->nr && rc == 0; i++) {
		rc = check_size(c, c->range[i].size, text);
		if (rc == 0 && c->ranged)
			rc = check_range(&c->range[i], text);
	}
	if (rc == 0 && ram && size >= ram)
		rc = fail_set(
			-EINVAL,
			"crashkernel=%s is more than the %" PRIu64
			" MB of this machine; \"kdumpctl get-default-crashkernel\" prints the "
			"default",
			text, ram / MIB);
	return rc;
}
