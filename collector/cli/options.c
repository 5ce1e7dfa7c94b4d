/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options.c - the command line, checked before anything is opened */
#include "cli/options.h"

#include "base/err.h"
#include "base/io.h"
#include "base/log.h"
#include "base/near.h"
#include "base/util.h"
#include "codec/codec.h"
#include "cli/option_conflicts.h"
#include "cli/option_operands.h"
#include "cli/option_table.h"

#include <assert.h>
#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define LEVEL_LAST	31
#define MESSAGE_LAST	31
#define MESSAGE_DEFAULT (LOG_PROGRESS | LOG_COMMON | LOG_ERROR)
#define THREADS_LAST	1024
#define FD_LAST		65535

#define BIT(id)		(UINT64_C(1) << (id))

static_assert(NR_OPTIONS <= 64, "struct options.given has one bit for each");

/* One pass over argv: the operands so far, and the current option as the user wrote it. */
struct parser {
	struct options *out;
	const char *operand[OPTION_OPERANDS];
	unsigned nr_operands;
	enum option_id id;
	char name[32];
	const char *arg;
};

static bool has(const struct options *o, enum option_id id)
{
	return o->given & BIT(id);
}

/* Only digits: "3l" and "" are not numbers. */
static int number(const struct parser *p, unsigned last, unsigned *out)
{
	size_t len = strlen(p->arg);
	unsigned long v;

	if (len == 0 || len > 9 || strspn(p->arg, "0123456789") != len)
		goto wrong;
	v = strtoul(p->arg, NULL, 10);
	if (v > last)
		goto wrong;
	*out = (unsigned)v;
	return 0;
wrong:
	return fail_set(-EINVAL, "%s: '%s' is not a number between 0 and %u", p->name, p->arg,
			last);
}

/* N or N,N,...: each a level of its own, the first one is tried first. */
static int set_level(struct parser *p)
{
	struct options *o = p->out;
	char one[64];
	const char *whole = p->arg, *at = whole;
	int rc = 0;

	o->nr_next_levels = 0;
	for (unsigned n = 0; rc == 0 && at; n++) {
		size_t len = strcspn(at, ",");

		snprintf(one, sizeof(one), "%.*s", len < sizeof(one) ? (int)len : 63, at);
		if (n > OPTIONS_LEVELS)
			return fail_set(-EINVAL, "%s: a list of levels has at most %u", p->name,
					OPTIONS_LEVELS + 1);
		p->arg = one;
		rc = number(p, LEVEL_LAST, n == 0 ? &o->level : &o->next_level[n - 1]);
		o->nr_next_levels = n;
		at = at[len] ? at + len + 1 : NULL;
	}
	p->arg = whole;
	return rc;
}

/* Bytes, or with one letter KiB, MiB, ... */
static int set_size_limit(struct parser *p)
{
	static const char units[] = "KMGTPE";
	size_t digits = strspn(p->arg, "0123456789");
	char unit = p->arg[digits];
	const char *found = isalpha((unsigned char)unit) ? strchr(units, unit & ~0x20) : NULL;
	unsigned shift = found ? 10 * (unsigned)(found - units + 1) : 0;
	uint64_t v = digits > 0 && digits < 20 ? strtoull(p->arg, NULL, 10) : 0;

	if (v == 0 || (unit && (!found || p->arg[digits + 1])) || v > UINT64_MAX >> shift)
		return fail_set(-EINVAL, "%s: '%s' is not a size; write 500M or 2G, for example",
				p->name, p->arg);
	p->out->size_limit = v << shift;
	return 0;
}

/* Hexadecimal, with or without 0x. */
static int set_vtop(struct parser *p)
{
	const char *digits = strncasecmp(p->arg, "0x", 2) == 0 ? p->arg + 2 : p->arg;
	size_t len = strlen(digits);

	if (len == 0 || len > 16 || strspn(digits, "0123456789abcdefABCDEF") != len)
		return fail_set(-EINVAL, "%s: '%s' is not a hexadecimal address", p->name, p->arg);
	p->out->vtop = strtoull(digits, NULL, 16);
	return 0;
}

static int set_progress_fd(struct parser *p)
{
	unsigned n;
	int rc = number(p, FD_LAST, &n);

	if (rc == 0 && !io_is_writable((int)n))
		rc = fail_set(-EINVAL, "%s: descriptor %u is not open for writing", p->name, n);
	if (rc == 0)
		p->out->progress_fd = (int)n;
	return rc;
}

static int set_threads(struct parser *p)
{
	unsigned n;
	int rc = number(p, THREADS_LAST, &n);

	if (rc == 0)
		p->out->threads = (int)n;
	return rc;
}

/* "zlib, lzo, none": the codecs of this build. */
static const char *codec_list(char *buf, size_t size)
{
	const struct codec *c;
	size_t n = 0;

	for (unsigned i = 0; (c = codec_at(i)) && n + 16 < size; i++)
		n += (size_t)snprintf(buf + n, size - n, "%.10s, ", c->name);
	snprintf(buf + n, size - n, "none");
	return buf;
}

/*
 * Storing raw pages instead of compressed ones would fill the target. Refuse now, while an
 * administrator can read the error.
 */
static int set_codec(struct parser *p, const struct codec *c, const char *name)
{
	const struct codec *known;
	struct near near;
	char list[128];

	near_init(&near, name);
	for (unsigned i = 0; (known = codec_at(i)); i++)
		near_try(&near, known->name);
	if (!c && near.best)
		return fail_set(-EINVAL, "%s: '%s' is not a compressor; did you mean '%s'?",
				p->name, name, near.best);
	if (!c)
		return fail_set(
			-EINVAL,
			"%s: compressor '%s' is not built into this program; choose from %s",
			p->name, name, codec_list(list, sizeof(list)));
	p->out->codec = c;
	p->out->codec_level = c->default_level;
	p->out->codec_level_given = false;
	return 0;
}

static int set_codec_level(struct parser *p, const char *text)
{
	const struct codec *c = p->out->codec;
	char *end;
	long v;

	if (!c || c->min == c->max)
		return fail_set(-EINVAL, "%s: %s has no levels; leave out ':%s'", p->name,
				c ? c->name : "none", text);
	/* strtol() would accept spaces and '+'. */
	v = strtol(text, &end, 10);
	if (!strchr("-0123456789", *text) || end == text || *end || v < c->min || v > c->max)
		return fail_set(-EINVAL,
				"%s: '%s' is not a level of %s; give a number from %d to %d",
				p->name, text, c->name, c->min, c->max);
	p->out->codec_level = (int)v;
	p->out->codec_level_given = true;
	return 0;
}

/* NAME or NAME:LEVEL */
static int set_compress(struct parser *p)
{
	size_t len = strcspn(p->arg, ":");
	char name[32];
	int rc = 0;

	snprintf(name, sizeof(name), "%.*s", (int)len, p->arg);
	if (strcmp(name, "none") == 0)
		p->out->codec = NULL;
	else
		rc = set_codec(p, codec_find(name), name);
	if (rc == 0 && p->arg[len])
		rc = set_codec_level(p, p->arg + len + 1);
	return rc;
}

static int set_file(struct parser *p, const char **out)
{
	*out = p->arg;
	if (p->arg && !*p->arg)
		return fail_set(-EINVAL, "%s%s: the file name is empty", p->name,
				p->name[1] == '-' ? "=" : "");
	return 0;
}

static int add_recipient(struct parser *p)
{
	const char *text;
	int rc = set_file(p, &text);

	if (rc == 0 && p->out->nr_encrypt_to == OPTIONS_RECIPIENTS)
		rc = fail_set(-EINVAL, "%s: given more than %d times; put the keys into a file",
			      p->name, OPTIONS_RECIPIENTS);
	if (rc == 0)
		p->out->encrypt_to[p->out->nr_encrypt_to++] = text;
	return rc;
}

/* One option; flags without a value are read from given later, in options_flags(). */
static int take_option(struct parser *p)
{
	const struct option_row *row = option_at(p->id);
	struct options *o = p->out;

	o->given |= BIT(p->id);
	if (row->group == GROUP_REFUSED)
		return fail_set(-EINVAL, "not planned: %s; %s", p->name, row->help);

	switch (p->id) {
	case OPT_LEVEL:
		return set_level(p);
	case OPT_ZLIB:
		return set_codec(p, codec_by_letter(row->letter), "zlib");
	case OPT_LZO:
		return set_codec(p, codec_by_letter(row->letter), "lzo");
	case OPT_SNAPPY:
		return set_codec(p, codec_by_letter(row->letter), "snappy");
	case OPT_ZSTD:
		return set_codec(p, codec_by_letter(row->letter), "zstd");
	case OPT_COMPRESS:
		return set_compress(p);
	case OPT_SIZE_LIMIT:
		return set_size_limit(p);
	case OPT_VTOP:
		return set_vtop(p);
	case OPT_VMLINUX:
		return set_file(p, &o->vmlinux);
	case OPT_THREADS:
		return set_threads(p);
	case OPT_PROGRESS_FD:
		return set_progress_fd(p);
	case OPT_MESSAGE_LEVEL:
		return number(p, MESSAGE_LAST, &o->message_level);
	case OPT_CHECKSUMS:
		return set_file(p, &o->checksums);
	case OPT_JSON:
		return set_file(p, &o->json_path);
	case OPT_VMCOREINFO:
		return set_file(p, &o->vmcoreinfo);
	case OPT_IDENTITY:
		return set_file(p, &o->identity);
	case OPT_ENCRYPT_TO:
		return add_recipient(p);
	case OPT_GENERATE:
		return set_file(p, &o->generate);
	default: /* a flag: its bit in given is all there is */
		return 0;
	}
}

/* An empty name is a mistake in a script. */
static int take_operand(struct parser *p, const char *text)
{
	if (!*text)
		return fail_set(-EINVAL, "operand %u is empty; is a shell variable unset?",
				p->nr_operands + 1);
	if (p->nr_operands < ARRAY_SIZE(p->operand))
		p->operand[p->nr_operands] = text;
	p->nr_operands++;
	return 0;
}

static bool identify(struct parser *p, int code)
{
	return option_identify(code, &p->id, p->name, sizeof(p->name));
}

/* getopt returned '?' or ':': find out what is wrong, and suggest what to do instead. */
static int complain(struct parser *p, int code, const char *text)
{
	const char *near = optopt ? NULL : option_near(text);

	if (near)
		return fail_set(-EINVAL, "'%s' is not an option; did you mean '--%s'?", text, near);
	if (!optopt)
		return fail_set(-EINVAL,
				"'%s' is not an option, or short for several; --help lists all",
				text);
	if (!identify(p, optopt))
		return fail_set(-EINVAL, "-%c is not an option; --help lists all", optopt);
	if (code == ':')
		return fail_set(-EINVAL, "%s needs a value: %s", p->name, option_at(p->id)->arg);
	return fail_set(-EINVAL, "%s takes no value; write it without '%s'", p->name,
			strchrnul(text, '='));
}

/* Read argv up to the first mistake. */
static int scan(struct parser *p, int argc, char **argv)
{
	char shorts[OPTION_SHORTS];
	struct option longs[OPTION_LONGS];
	int code, rc = 0;

	option_getopt_tables(shorts, longs);
	optind = 0; /* GNU: start afresh */
	opterr = 0;
	while (rc == 0 && (code = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		p->arg = optarg;
		if (code == 1)
			rc = take_operand(p, optarg);
		else if (code == '?' || code == ':' || !identify(p, code))
			rc = complain(p, code, argv[optind - 1]);
		else
			rc = take_option(p);
		/* --help and --version work even if an option after them is wrong. */
		if (has(p->out, OPT_HELP) || has(p->out, OPT_VERSION))
			return rc;
	}
	while (rc == 0 && optind < argc) /* behind "--" */
		rc = take_operand(p, argv[optind++]);
	return rc;
}

/* "-" as output is standard output; a dump there must be a flattened stream. */
static void dash_is_stdout(struct options *o)
{
	if (!o->dump || strcmp(o->dump, "-") != 0 || o->mode == MODE_REARRANGE)
		return;
	o->dump = NULL;
	o->flat = o->mode == MODE_DUMP;
}

/* A link named makedumpfile is enough to get its behaviour. */
static bool named_makedumpfile(const char *argv0)
{
	const char *slash = argv0 ? strrchr(argv0, '/') : NULL;

	return argv0 && strcmp(slash ? slash + 1 : argv0, "makedumpfile") == 0;
}

int options_parse(int argc, char **argv, struct options *out)
{
	struct parser p = { .out = out };
	int rc;

	*out = (struct options){
		.threads = -1,
		.progress_fd = -1,
		.message_level = MESSAGE_DEFAULT,
		.invoked_as_makedumpfile = named_makedumpfile(argv[0]),
	};
	rc = scan(&p, argc, argv);
	/* The caller prints the error, so it needs to know whether stdout is free. */
	if (rc < 0) {
		options_flags(out);
		return rc;
	}
	if (has(out, OPT_HELP) || has(out, OPT_VERSION)) {
		out->mode = has(out, OPT_HELP) ? MODE_HELP : MODE_VERSION;
		return 0;
	}
	options_flags(out);
	rc = option_operands(out, p.operand, p.nr_operands);
	if (rc < 0)
		return rc;
	dash_is_stdout(out);
	rc = options_conflicts(out);
	if (rc == 0 && out->check_params)
		out->mode = MODE_CHECK_PARAMS;
	return rc;
}
