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
	o->reassemble = has(o, OPT_REASSEMBLE);
	o->force = has(o, OPT_FORCE);
	o->user_stacks = has(o, OPT_USER_STACKS);
	o->unused_vm = has(o, OPT_UNUSED_VM);
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
	o->salvage = has(o, OPT_SALVAGE);
	o->record = has(o, OPT_RECORD);
	o->mode = has(o, OPT_REARRANGE)	 ? MODE_REARRANGE
		  : has(o, OPT_DECRYPT)	 ? MODE_DECRYPT
		  : has(o, OPT_VERIFY)	 ? MODE_VERIFY
		  : has(o, OPT_ENCRYPT)	 ? MODE_ENCRYPT
		  : has(o, OPT_GENERATE) ? MODE_GENERATE
		  : has(o, OPT_REPORT)	 ? MODE_REPORT
		  : has(o, OPT_DMESG)	 ? MODE_DMESG
					 : MODE_DUMP; /* or MODE_VTOP: see operands */
	/* As age has it: there -i is the key. */
	if (o->mode == MODE_DECRYPT && o->vmcoreinfo && !o->identity) {
		o->identity = o->vmcoreinfo;
		o->vmcoreinfo = NULL;
	}
}

bool options_stdout_taken(const struct options *o)
{
	bool to_stdout = o->mode == MODE_DMESG || o->mode == MODE_REPORT ||
			 o->mode == MODE_ENCRYPT || o->mode == MODE_DECRYPT;

	return o->flat || (o->json && !o->json_path) || (to_stdout && !o->dump);
}

int exit_code(const struct options *o, enum exit_code outcome)
{
	if (o->invoked_as_makedumpfile)
		return outcome == EXIT_CODE_COMPLETE ? EXIT_CODE_COMPLETE : EXIT_CODE_NOTHING;
	return (int)outcome;
}

const char *options_program(const struct options *o)
{
	return o->invoked_as_makedumpfile ? "makedumpfile" : "kdump-collect";
}
