/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_kexec_symbols.c - the symbol that kexec-tools need, worked out from what the kernel shows */
#include "systemd/load/kexec_symbols.h"

#include "base/util.h"
#include "check.h"

/* Debian's 6.1 for arm64: "Kernel code" begins at _stext. */
static const char shown[] = "ffffce88d6610000 T _stext\n"
			    "ffffce88d6610000 T __irqentry_text_start\n"
			    "ffffce88d6620000 t not_text\n"
			    "ffffce88d71e0000 D _etext\n"
			    "ffffce88d7990000 T __init_begin\n"
			    "ffffce88c0000000 t _text\t[module]\n";
static const char iomem[] = "09010000-09010fff : pl031@9010000\n"
			    "40000000-7fffffff : System RAM\n"
			    "  40210000-4158ffff : Kernel code\n"
			    "  41590000-41a0ffff : reserved\n"
			    "  41a10000-41caffff : Kernel data\n";

struct row {
	const char *kallsyms, *iomem;
	uint64_t text; /* 0: there is nothing to show */
};

static const struct row rows[] = {
	{ shown, iomem, 0xffffce88d6610000 },
	/* Kernels before 5.11: it begins at _text. */
	{ shown, "40000000-7fffffff : System RAM\n  40200000-4158ffff : Kernel code\n",
	  0xffffce88d6600000 },
	/* The kernel shows it, at the end of the file, too. */
	{ "ffffce88d6600000 T _text\nffffce88d6610000 T _stext\nffffce88d7990000 T __init_begin\n",
	  iomem, 0 },
	{ "ffffce88d6610000 T _stext\nffffce88d7990000 T __init_begin\nffffce88d6600000 t _text",
	  iomem, 0 },
	/* Addresses are hidden, or missing. */
	{ "0000000000000000 T _stext\n0000000000000000 T __init_begin\n", iomem, 0 },
	{ "ffffce88d6610000 T _stext\n", iomem, 0 },
	{ "ffffce88d7990000 T __init_begin\n", iomem, 0 },
	{ "", "", 0 },
	{ shown, "", 0 },
	{ shown, "  00000000-00000000 : Kernel code\n", 0 },
	/* These do not belong together. */
	{ shown, "  41590000-40210000 : Kernel code\n", 0 },
	{ shown, "  40210000-4158efff : Kernel code\n", 0 },
	{ shown, "  40210000-ffffffff : Kernel code\n", 0 },
	{ shown, " : Kernel code\n", 0 },
	{ "ffffce88d7990000 T _stext\nffffce88d6610000 T __init_begin\n", iomem, 0 },
};

TEST(missing)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t text = 0;
		int rc = kexec_symbols_missing(rows[i].kallsyms, rows[i].iomem, &text);

		if (rc != (rows[i].text != 0) || text != rows[i].text)
			fail_msg("row %zu: %d, %#llx", i, rc, (unsigned long long)text);
	}
}

RUN(missing)
