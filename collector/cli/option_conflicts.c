/* SPDX-License-Identifier: GPL-2.0-or-later */
/* option_conflicts.c - options that do not go together */
#include "cli/option_conflicts.h"

#include "base/err.h"
#include "base/util.h"
#include "cli/option_table.h"

#include <string.h>

static bool has(const struct options *o, enum option_id id)
{
	return o->given & UINT64_C(1) << id;
}

/* Pairs that contradict each other, and the way out. */
static const struct {
	enum option_id a, b;
	const char *message;
} conflicts[] = {
	{ OPT_REARRANGE, OPT_FLATTEN, "-R reads a flattened stream and -F writes one: choose" },
	{ OPT_REARRANGE, OPT_DMESG, "-R makes a dump, --dump-dmesg a log: choose" },
	{ OPT_REARRANGE, OPT_DRY_RUN, "--dry-run goes with making a dump, not with -R" },
	{ OPT_REARRANGE, OPT_JSON, "--json describes the dump that is made; leave it out with -R" },
	{ OPT_DMESG, OPT_DRY_RUN, "--dry-run goes with making a dump, not with --dump-dmesg" },
	{ OPT_MEM_USAGE, OPT_REARRANGE, "--mem-usage only counts; leave out -R" },
	{ OPT_MEM_USAGE, OPT_DMESG, "--mem-usage only counts; leave out --dump-dmesg" },
	{ OPT_MEM_USAGE, OPT_FLATTEN, "--mem-usage only counts; leave out -F" },
	{ OPT_GENERATE, OPT_REARRANGE, "-g writes vmcoreinfo, -R makes a dump: choose" },
	{ OPT_GENERATE, OPT_DMESG, "-g writes vmcoreinfo, --dump-dmesg a log: choose" },
	{ OPT_GENERATE, OPT_FLATTEN, "-g writes vmcoreinfo, -F a dump: choose" },
	{ OPT_GENERATE, OPT_MEM_USAGE, "--mem-usage only counts; leave out -g" },
	{ OPT_GENERATE, OPT_DRY_RUN, "--dry-run goes with making a dump, not with -g" },
	{ OPT_GENERATE, OPT_JSON, "--json describes the dump that is made; leave it out with -g" },
	{ OPT_REARRANGE, OPT_VMCOREINFO, "-R does not read a kernel; leave out -i" },
	{ OPT_ELF, OPT_REARRANGE, "-R writes what its stream holds; leave out -E" },
	{ OPT_ELF, OPT_DMESG, "-E is for dumps, --dump-dmesg writes a log: choose" },
	{ OPT_REPORT, OPT_REARRANGE, "--report says why a kernel died, -R makes a dump: choose" },
	{ OPT_REPORT, OPT_DMESG, "--report and --dump-dmesg write different texts: choose" },
	{ OPT_REPORT, OPT_GENERATE, "--report and -g write different texts: choose" },
	{ OPT_REPORT, OPT_FLATTEN,
	  "-F is for dumps; for a report on standard output write --report VMCORE -" },
	{ OPT_REPORT, OPT_DRY_RUN, "--dry-run goes with making a dump, not with --report" },
	{ OPT_REPORT, OPT_MEM_USAGE, "--mem-usage only counts; leave out --report" },
	{ OPT_REPORT, OPT_ELF, "-E is for dumps, --report writes a text: choose" },
	{ OPT_SPLIT, OPT_ENCRYPT_TO, "an encrypted dump is one stream; leave out --split" },
	{ OPT_SPLIT, OPT_ENCRYPT, "--encrypt takes a file as it is; leave out --split" },
	{ OPT_SPLIT, OPT_DECRYPT, "--decrypt writes one dump; leave out --split" },
	{ OPT_VERIFY, OPT_REARRANGE, "--verify only reads, -R makes a dump: choose" },
	{ OPT_VERIFY, OPT_DMESG, "--verify only reads; leave out --dump-dmesg" },
	{ OPT_VERIFY, OPT_REPORT, "--verify only reads; leave out --report" },
	{ OPT_VERIFY, OPT_GENERATE, "--verify only reads; leave out -g" },
	{ OPT_VERIFY, OPT_ENCRYPT, "--verify only reads; leave out --encrypt" },
	{ OPT_VERIFY, OPT_DECRYPT, "verify what --decrypt wrote, in a second step" },
	{ OPT_VERIFY, OPT_ENCRYPT_TO, "--verify writes no dump; leave out --encrypt-to" },
	{ OPT_VERIFY, OPT_FLATTEN, "--verify only reads; leave out -F" },
	{ OPT_VERIFY, OPT_ELF, "--verify only reads; leave out -E" },
	{ OPT_VERIFY, OPT_SPLIT, "--verify only reads; leave out --split" },
	{ OPT_VERIFY, OPT_DRY_RUN, "--verify only reads; leave out --dry-run" },
	{ OPT_VERIFY, OPT_MEM_USAGE, "--verify reads a dump, --mem-usage a core: choose" },
	{ OPT_ENCRYPT, OPT_DECRYPT, "--encrypt or --decrypt: choose" },
	{ OPT_REARRANGE, OPT_ENCRYPT, "-R writes a dump in clear; encrypt that with --encrypt" },
	{ OPT_REARRANGE, OPT_DECRYPT, "--decrypt makes a dump of the stream inside; leave out -R" },
	{ OPT_REARRANGE, OPT_ENCRYPT_TO, "-R writes a dump in clear; encrypt that with --encrypt" },
	{ OPT_DECRYPT, OPT_ENCRYPT_TO, "--decrypt writes in clear; leave out --encrypt-to" },
	{ OPT_DECRYPT, OPT_DMESG, "--decrypt writes what is inside; leave out --dump-dmesg" },
	{ OPT_DECRYPT, OPT_FLATTEN, "--decrypt writes what is inside; leave out -F" },
	{ OPT_DECRYPT, OPT_ELF, "--decrypt writes what is inside; leave out -E" },
	{ OPT_DECRYPT, OPT_DRY_RUN, "--dry-run goes with making a dump, not with --decrypt" },
	{ OPT_DECRYPT, OPT_GENERATE, "--decrypt writes what is inside; leave out -g" },
	{ OPT_ENCRYPT, OPT_DMESG, "--dump-dmesg encrypts with --encrypt-to; leave out --encrypt" },
	{ OPT_ENCRYPT, OPT_FLATTEN, "--encrypt takes a file as it is; leave out -F" },
	{ OPT_ENCRYPT, OPT_ELF, "--encrypt takes a file as it is; leave out -E" },
	{ OPT_ENCRYPT, OPT_DRY_RUN, "--dry-run goes with making a dump, not with --encrypt" },
	{ OPT_ENCRYPT, OPT_GENERATE, "--encrypt takes a file as it is; leave out -g" },
	{ OPT_GENERATE, OPT_ENCRYPT_TO, "-g writes in clear; encrypt its file with --encrypt" },
	{ OPT_DRY_RUN, OPT_ENCRYPT_TO, "a dry run writes nothing; leave out --encrypt-to" },
	{ OPT_MEM_USAGE, OPT_ENCRYPT_TO, "--mem-usage only counts; leave out --encrypt-to" },
	{ OPT_REPORT, OPT_DECRYPT, "--decrypt writes what is inside; leave out --report" },
	{ OPT_REPORT, OPT_ENCRYPT, "--report encrypts with --encrypt-to; leave out --encrypt" },
	{ OPT_VTOP, OPT_DMESG, "--vtop goes with making a dump, or alone" },
	{ OPT_VTOP, OPT_REPORT, "--vtop goes with making a dump, or alone" },
	{ OPT_VTOP, OPT_GENERATE, "--vtop goes with making a dump, or alone" },
	{ OPT_VTOP, OPT_REARRANGE, "-R does not read a kernel; leave out --vtop" },
	{ OPT_SIZE_LIMIT, OPT_REARRANGE, "-R writes what its stream holds; leave out -L" },
	{ OPT_SIZE_LIMIT, OPT_DRY_RUN, "--dry-run says how large the dump would be; leave out -L" },
	{ OPT_SIZE_LIMIT, OPT_REASSEMBLE, "--reassemble copies every page; leave out -L" },
	{ OPT_SPLIT, OPT_ELF, "an ELF core cannot be split: leave out -E or --split" },
	{ OPT_SPLIT, OPT_FLATTEN, "--split writes files, -F a stream: choose" },
	{ OPT_SPLIT, OPT_REARRANGE, "-R writes what its stream holds; leave out --split" },
	{ OPT_SPLIT, OPT_DMESG, "--split is for dumps, --dump-dmesg writes a log: choose" },
	{ OPT_SPLIT, OPT_REPORT, "--split is for dumps, --report writes a text: choose" },
	{ OPT_SPLIT, OPT_GENERATE, "--split is for dumps, -g writes vmcoreinfo: choose" },
	{ OPT_SPLIT, OPT_MEM_USAGE, "--mem-usage only counts; leave out --split" },
	{ OPT_SPLIT, OPT_ENCRYPT_TO, "--split writes in clear; encrypt its files with --encrypt" },
	{ OPT_SPLIT, OPT_ENCRYPT, "--encrypt takes a file as it is; leave out --split" },
	{ OPT_SPLIT, OPT_DECRYPT, "--decrypt writes what is inside; leave out --split" },
	{ OPT_REASSEMBLE, OPT_ENCRYPT, "--encrypt takes a file as it is; leave out --reassemble" },
	{ OPT_REASSEMBLE, OPT_DECRYPT, "--decrypt writes what is inside; leave out --reassemble" },
	{ OPT_SPLIT, OPT_REASSEMBLE, "--split makes several files, --reassemble one: choose" },
	{ OPT_REASSEMBLE, OPT_ELF, "to make an ELF core of all parts, leave out --reassemble" },
	{ OPT_REASSEMBLE, OPT_LEVEL,
	  "--reassemble keeps every page; to filter all parts again, leave it out" },
	{ OPT_REASSEMBLE, OPT_UNUSED_VM,
	  "--reassemble keeps every page; to filter all parts again, leave it out" },
	{ OPT_REASSEMBLE, OPT_FLATTEN, "--reassemble writes a file; leave out -F" },
	{ OPT_REASSEMBLE, OPT_REARRANGE, "-R reads a stream, --reassemble files: choose" },
	{ OPT_REASSEMBLE, OPT_DMESG,
	  "for the log of a split dump leave out --reassemble, and name all parts" },
	{ OPT_REASSEMBLE, OPT_REPORT,
	  "for the report of a split dump leave out --reassemble, and name all parts" },
	{ OPT_REASSEMBLE, OPT_GENERATE, "--reassemble makes a dump, -g writes vmcoreinfo: choose" },
	{ OPT_REASSEMBLE, OPT_DRY_RUN, "--dry-run goes with making a dump of a core" },
	{ OPT_REASSEMBLE, OPT_VMCOREINFO, "--reassemble changes nothing; leave out -i" },
	{ OPT_DMESG, OPT_JSON,
	  "--json describes the dump that is made; leave it out with --dump-dmesg" },
};

static bool is_dash(const char *path)
{
	return path && strcmp(path, "-") == 0;
}

/* Nobody wants a file of that name. Only a dump, a log or a report goes to standard output. */
static int check_dashes(const struct options *o)
{
	if (o->mode == MODE_REARRANGE && is_dash(o->dump))
		return fail_adopt(-EINVAL, "-R writes a file; '-' is none");
	if (is_dash(o->generate))
		return fail_adopt(-EINVAL, "-g writes a file; '-' is none");
	if (is_dash(o->checksums))
		return fail_adopt(-EINVAL, "--checksums writes a file; '-' is none");
	if (is_dash(o->json_path))
		return fail_adopt(-EINVAL, "--json=FILE writes a file; for standard output write "
					   "--json alone");
	return 0;
}

int options_conflicts(const struct options *o)
{
	for (size_t i = 0; i < ARRAY_SIZE(conflicts); i++) {
		if (has(o, conflicts[i].a) && has(o, conflicts[i].b))
			return fail_adopt(-EINVAL, conflicts[i].message);
	}
	if (has(o, OPT_PARTIAL) && !has(o, OPT_DMESG))
		return fail_adopt(-EINVAL, "--partial-dmesg is about a log; add --dump-dmesg");
	if (has(o, OPT_REPORT) && o->json && !o->json_path)
		return fail_adopt(-EINVAL, "the report's JSON needs a file: write --json=FILE, or "
					   "leave it out for one beside the text");
	if (has(o, OPT_REPORT) && o->json_path && o->nr_encrypt_to)
		return fail_adopt(-EINVAL, "the JSON of an encrypted report is written beside it, "
					   "encrypted; leave out --json");
	if (has(o, OPT_DECRYPT) && !o->identity)
		return fail_adopt(-EINVAL, "--decrypt needs the private key: -i KEYFILE");
	if (has(o, OPT_ENCRYPT) && o->nr_encrypt_to == 0)
		return fail_adopt(-EINVAL, "--encrypt needs a key: --encrypt-to RECIPIENT");
	if ((has(o, OPT_IDENTITY) || o->salvage) && !has(o, OPT_DECRYPT))
		return fail_adopt(-EINVAL, "--identity and --salvage go with --decrypt");
	if (o->record && !has(o, OPT_VERIFY))
		return fail_adopt(-EINVAL, "--record goes with --verify");
	if (o->checksums &&
	    (o->nr_members || o->dry_run ||
	     (o->mode != MODE_DUMP && o->mode != MODE_DMESG && o->mode != MODE_ENCRYPT)))
		return fail_adopt(-EINVAL, "--checksums goes with a dump in one file, --dump-dmesg "
					   "and --encrypt");
	if (o->reassemble && o->codec)
		return fail_adopt(-EINVAL, "--reassemble copies pages as they are; to compress "
					   "them anew, leave it out");
	if (o->elf && o->codec)
		return fail_adopt(-EINVAL,
				  "an ELF core has no compressed pages: leave out -E, or -c, "
				  "-l, -p, -z and --compress");
	if (o->json && !o->json_path && o->flat)
		return fail_adopt(
			-EINVAL,
			"standard output can hold the dump or the JSON; write --json=FILE");
	return check_dashes(o);
}
