/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check.c - compare two values, and show both with the expressions they come from */
#include "check.h"

static void show(const char *text, uintmax_t value)
{
	if ((intmax_t)value < 0)
		print_error("  %s is %jd\n", text, (intmax_t)value);
	else
		print_error("  %s is %ju (0x%jx)\n", text, value, value);
}

void check_equal(uintmax_t a, uintmax_t b, const struct check_site *site)
{
	if (a == b)
		return;
	print_error("%s is not %s:\n", site->a, site->b);
	show(site->a, a);
	show(site->b, b);
	_fail(site->file, site->line);
}

void check_differs(uintmax_t a, const char *op, uintmax_t b, const struct check_site *site)
{
	print_error("%s %s %s does not hold:\n", site->a, op, site->b);
	show(site->a, a);
	show(site->b, b);
	_fail(site->file, site->line);
}
