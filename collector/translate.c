/* SPDX-License-Identifier: GPL-2.0-or-later */
/* translate.c - where a virtual address of the crashed kernel lies */
#include "translate.h"

#include "base/err.h"
#include "base/log.h"

#include <inttypes.h>

bool translate(struct save *s, uint64_t va)
{
	const struct kernel *k = s->kernel;
	uint64_t pa, left;
	const void *page;
	int rc;

	rc = k->vtop_works ? kernel_vtop(k, s->view, va, &pa, &left)
			   : fail(-ENOTSUP, "page tables of this kernel cannot be read");
	if (rc < 0) {
		log_msg(LOG_ERROR, "virtual address 0x%" PRIx64 ": %s", va,
			*fail_text() ? fail_text() : "nothing is mapped there");
		fail_clear();
		return false;
	}
	rc = view_map(s->view, pa, 1, &page);
	fail_clear();
	log_msg(LOG_COMMON,
		"virtual address 0x%" PRIx64 " is physical address 0x%" PRIx64
		", page frame 0x%" PRIx64 ", %" PRIu64 " bytes to the end of its mapping%s",
		va, pa, pa >> k->page_shift, left, rc < 0 ? "; the page is not in the input" : "");
	return true;
}

enum exit_code translate_only(const struct options *o)
{
	struct save s;
	bool found;

	if (save_open(o->part, o->nr_parts, o->vmcoreinfo, o->vmlinux, &s) < 0) {
		log_msg(LOG_ERROR, "%s: %s", options_program(o), fail_text());
		fail_clear();
		return EXIT_CODE_NOTHING;
	}
	found = translate(&s, o->vtop);
	save_close(&s);
	return found ? EXIT_CODE_COMPLETE : EXIT_CODE_NOTHING;
}
