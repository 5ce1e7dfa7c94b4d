/* SPDX-License-Identifier: GPL-2.0-or-later */
/* option_operands.c - what the operands of a command line mean, which depends on the mode */
#include "cli/option_operands.h"

#include "base/err.h"
#include "cli/option_table.h"

#include <string.h>

#define LIVE_MEMORY "/proc/kcore"

struct operands {
	struct options *out;
	const char **name;
	unsigned nr;
};

/* --split VMCORE DUMP DUMP... */
static int assign_members(struct operands *p)
{
	static const char shape[] = "--split VMCORE DUMP1 DUMP2...";
	struct options *o = p->out;

	if (o->check_params && p->nr == 0)
		return 0;
	if (p->nr > OPTIONS_PARTS + 1)
		return fail_set(-EINVAL, "a dump can be split into %u files at most",
				OPTIONS_PARTS);
	if (p->nr < (o->dry_run ? 1 : 3))
		return fail_set(-EINVAL, "%s; give %s", p->nr < 2 ? "no output" : "a single output",
				shape);
	o->vmcore = o->part[0] = p->name[0];
	o->nr_parts = 1;
	o->nr_members = p->nr - 1;
	o->dump = o->nr_members ? p->name[1] : NULL;
	memcpy(o->member, p->name + 1, o->nr_members * sizeof(o->member[0]));
	for (unsigned i = 0; i < p->nr; i++) {
		if (i > 0 && strcmp(p->name[i], "-") == 0)
			return fail_set(-EINVAL, "--split writes files; '-' is none");
		for (unsigned n = 0; n < i; n++)
			if (strcmp(p->name[n], p->name[i]) == 0)
				return fail_set(-EINVAL, "'%s' is named twice; give %s", p->name[i],
						shape);
	}
	return 0;
}

/* What each operand means depends on the mode. */
static int assign_operands(struct operands *p)
{
	struct options *o = p->out;
	bool stdin_only = o->mode == MODE_REARRANGE;
	bool translate = o->given & UINT64_C(1) << OPT_VTOP && p->nr == 1 && o->mode == MODE_DUMP;
	bool verify = o->mode == MODE_VERIFY;
	bool log_to_stdout = o->flat && o->mode == MODE_DMESG;
	bool one = stdin_only || o->flat || o->mem_usage || o->generate || translate || verify;
	unsigned want = one ? 1 : 2;
	bool copy = o->mode == MODE_ENCRYPT || o->mode == MODE_DECRYPT;
	/* Only a person names the parts of a split dump; elsewhere one operand too many is a
	 * mistake. */
	bool parts = o->reassemble || (!copy && !stdin_only && !verify && !o->check_params &&
				       !o->invoked_as_makedumpfile);
	unsigned most = parts ? OPTIONS_PARTS + (want - 1) : want;
	const char *shape = stdin_only		      ? "-R DUMP < STREAM"
			    : log_to_stdout	      ? "-F --dump-dmesg VMCORE"
			    : o->flat		      ? "-F VMCORE"
			    : o->mem_usage	      ? "--mem-usage [VMCORE]"
			    : o->generate	      ? "-g FILE VMCORE"
			    : verify		      ? "--verify DUMP|DIR"
			    : o->mode == MODE_ENCRYPT ? "--encrypt FILE OUT.age"
			    : o->mode == MODE_DECRYPT ? "--decrypt -i KEYFILE IN.age OUT"
			    : o->reassemble	      ? "--reassemble PART PART... DUMP"
			    : o->mode == MODE_REPORT  ? "--report VMCORE FILE"
			    : o->mode == MODE_DMESG   ? "--dump-dmesg VMCORE LOG"
						      : "VMCORE DUMP";

	if (o->check_params && p->nr == 0) /* options alone may be checked */
		return 0;
	if (p->nr > most)
		return fail_set(-EINVAL, "'%s' is one operand too many; give %s", p->name[most],
				shape);
	if (o->mem_usage && p->nr == 0)
		p->name[p->nr++] = LIVE_MEMORY;
	if (p->nr < want && !(o->dry_run && p->nr == 1))
		return fail_set(-EINVAL, "%s; give %s", p->nr == 0 ? "no operands" : "no output",
				shape);

	if (translate && !o->flat && !o->dry_run)
		o->mode = MODE_VTOP;
	o->flat = o->flat && !log_to_stdout; /* it is a text, as makedumpfile writes it */
	o->vmcore = stdin_only ? NULL : p->name[0];
	o->nr_parts = p->nr > want ? p->nr - (want - 1) : 1;
	o->dump = stdin_only ? p->name[0] : one ? NULL : p->name[o->nr_parts];
	memcpy(o->part, p->name, o->nr_parts * sizeof(o->part[0]));
	for (unsigned i = 0; !stdin_only && o->dump && i < o->nr_parts; i++)
		if (strcmp(o->part[i], o->dump) == 0 && strcmp(o->dump, "-") != 0)
			return fail_set(-EINVAL,
					"'%s' is input and output; give the dump another name",
					o->dump);
	return 0;
}

int option_operands(struct options *o, const char *name[OPTION_OPERANDS], unsigned nr)
{
	struct operands p = { o, name, nr };

	return o->given & UINT64_C(1) << OPT_SPLIT ? assign_members(&p) : assign_operands(&p);
}
