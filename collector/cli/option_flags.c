/* SPDX-License-Identifier: GPL-2.0-or-later */
/* option_flags.c - the combined meaning of options without a value */
#include "cli/option_conflicts.h"

#include "base/log.h"
#include "cli/option_table.h"

#define LEVEL_LAST 31

static bool has(const struct options *o, enum option_id id)
{
	return o->given & UINT64_C(1) << id;
}

/* The message level that the bits in given stand for together. */
void options_flags(struct options *o)
{
	o->flat = has(o, OPT_FLATTEN);
	o->elf = has(o, OPT_ELF);
	o->force = has(o, OPT_FORCE);
	o->partial_dmesg = has(o, OPT_PARTIAL);
	o->show_stats = has(o, OPT_STATS);
	o->mem_usage = has(o, OPT_MEM_USAGE);
	o->dry_run = has(o, OPT_DRY_RUN) || o->mem_usage;
	if (o->mem_usage && !has(o, OPT_LEVEL))
		o->level = LEVEL_LAST;
	o->check_params = has(o, OPT_CHECK);
	o->json = has(o, OPT_JSON);
	/* Order must not matter: first what is taken off, then what is added. */
	if (o->progress_fd >= 0) /* the program that reads it shows progress */
		o->message_level &= ~(unsigned)LOG_PROGRESS;
	if (has(o, OPT_QUIET))
		o->message_level &= ~(unsigned)(LOG_PROGRESS | LOG_COMMON);
	if (has(o, OPT_DEBUG))
		o->message_level |= LOG_DEBUG;
	if (o->show_stats)
		o->message_level |= LOG_REPORT;
	o->mode = has(o, OPT_REARRANGE)	 ? MODE_REARRANGE
		  : has(o, OPT_GENERATE) ? MODE_GENERATE
		  : has(o, OPT_REPORT)	 ? MODE_REPORT
		  : has(o, OPT_DMESG)	 ? MODE_DMESG
					 : MODE_DUMP;
}
