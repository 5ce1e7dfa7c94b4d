/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text.c - print addresses and names for people */
#include "report/report.h"

#include "base/utf8.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

void report_symbol(struct report *r, uint64_t va, bool exact, char out[REPORT_SYMBOL_SIZE])
{
	const struct kmodule *mod = kmodules_owner(r->mods, va);
	uint64_t at = exact ? va : va - 1;
	struct ksym sym;
	int rc = -ENOENT;

	if (mod)
		rc = kmodules_at(r->mods, at, &sym);
	else if (r->syms)
		rc = kallsyms_at(r->syms, at, &sym);
	if (rc < 0)
		snprintf(out, REPORT_SYMBOL_SIZE, "%#" PRIx64 "%s%s%s", va, mod ? " [" : "",
			 mod ? mod->name : "", mod ? "]" : "");
	else
		snprintf(out, REPORT_SYMBOL_SIZE, "%s+%#" PRIx64 "/%#" PRIx64 "%s%s%s", sym.name,
			 va - sym.va, sym.size, mod ? " [" : "", mod ? mod->name : "",
			 mod ? "]" : "");
}

void report_escape(const char *text, char *out, size_t size)
{
	size_t len = 0;

	while (*text && len + 5 < size) {
		uint32_t c = (unsigned char)*text;
		size_t n = utf8_decode(text, SIZE_MAX, &c);

		if (n == 0 || utf8_is_control(c) || n > 4) {
			len += (size_t)snprintf(out + len, size - len, "\\x%02x",
						(unsigned)(unsigned char)*text);
			text++;
			continue;
		}
		memcpy(out + len, text, n);
		len += n;
		text += n;
	}
	out[len] = '\0';
}
