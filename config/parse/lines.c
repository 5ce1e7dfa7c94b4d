/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lines.c - from lines to keys: known, unknown, given twice
 *
 * A wrong line is reported and ignored; reading always goes on, so
 * that one pass finds all mistakes.
 */
#include "config/parse/lines.h"

#include "config/parse/value.h"

#include "base/util.h"

#include <string.h>

/*
 * Defaults go the way of written values, so that a table is all that has to be right;
 * a mistake in it would be a complaint at line 0, which the tests do not let pass.
 */
void config_apply_defaults(struct config *c)
{
	static const struct config_line nowhere = { 0 };

	for (unsigned i = 0; i < NR_CONFIG_KEYS; i++) {
		const struct config_key *key = config_key_at(i);
		struct line_value v = {
			.c = c, .key = key, .line = &nowhere, .value = key->default_value
		};

		if (key->default_value)
			config_set(&v);
	}
}

static void complain_duplicate(struct config *c, const struct config_line *line,
			       const struct config_line *first)
{
	bool same = strcmp(line->key, first->key) == 0;

	config_report_add(&c->report, CONFIG_ERROR, line->key_position,
			  "'%s' was given on line %u already%s%s%s; keep one of the two lines",
			  line->key, first->key_position.line, same ? "" : ", as '",
			  same ? "" : first->key, same ? "" : "'");
}

/* Where each key was first; 'default' and 'failure_action' are one key. */
static void check_duplicate(struct config *c, const struct config_line *line, unsigned id,
			    const struct config_line **first)
{
	if (id == KEY_DEFAULT)
		id = KEY_FAILURE_ACTION;
	if (first[id] && id != KEY_FALLBACK_TARGET && id != KEY_ENCRYPT_TO)
		complain_duplicate(c, line, first[id]);
	else
		first[id] = line;
}

/*
 * Advice for names that are often tried: those of other tools, older ones, and file
 * systems that cannot be a target. A misspelt key of ours needs no row here.
 */
static const struct {
	const char *name, *advice;
} tried[] = {
	{ "nfs3", "write 'nfs HOST:/EXPORT'; the version is that of the live mount" },
	{ "nfs4", "write 'nfs HOST:/EXPORT'; the version is that of the live mount" },
	{ "ext", "write ext4, ext3 or ext2" },
	{ "vfat", "files larger than 4 GiB do not fit there; use ext4, xfs or btrfs" },
	{ "fat", "files larger than 4 GiB do not fit there; use ext4, xfs or btrfs" },
	{ "f2fs", "write 'dracut_args --mount \"DEVICE DIRECTORY f2fs OPTIONS\"'" },
	{ "zfs", "use ext4, xfs or btrfs, or a target on the network" },
	{ "cifs", "use nfs or ssh" },
	{ "smb", "use nfs or ssh" },
	{ "ftp", "use ssh" },
	{ "sftp", "use ssh" },
	{ "scp", "write 'ssh USER@HOST', and 'core_collector scp' if need be" },
	{ "target", "write the kind of target instead, such as 'ext4 UUID=...'" },
	{ "override_resettable", "remove the line" },
};

static const char *tried_advice(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(tried); i++) {
		if (strcmp(name, tried[i].name) == 0)
			return tried[i].advice;
	}
	return NULL;
}

/* "path=/a" and "path:": true if the text before it is a key; then the error is reported. */
static bool complain_glued(struct config *c, const struct config_line *line)
{
	size_t len = strcspn(line->key, "=:#");
	char name[40];

	if (!line->key[len] || len >= sizeof(name))
		return false;
	memcpy(name, line->key, len);
	name[len] = '\0';
	if (!config_key_find(name))
		return false;
	config_report_add(&c->report, CONFIG_ERROR, line->key_position,
			  "unknown key '%.80s'; write '%s', a blank, and the value", line->key,
			  name);
	return true;
}

/* Looking for a similar key takes time; the report drops what is beyond its limit. */
static void complain_unknown(struct config *c, const struct config_line *line)
{
	bool kept = c->report.nr < REPORT_MAX;
	const struct config_key *near = kept ? config_key_near(line->key) : NULL;
	const char *advice = tried_advice(line->key);

	if (complain_glued(c, line))
		return;
	if (advice || !near)
		config_report_add(&c->report, CONFIG_ERROR, line->key_position,
				  "unknown key '%.80s'; %s", line->key,
				  advice ? advice : "kdump.conf(5) lists all; remove the line");
	else
		config_report_add(&c->report, CONFIG_ERROR, line->key_position,
				  "unknown key '%.80s'; write '%s' if that is what you mean",
				  line->key, near->name);
}

/* The sign of "path = /a" or "path : /a"; of a wrong export, the colon is followed by more. */
static bool begins_with_sign(const char *value)
{
	return *value == '=' || (*value == ':' && (!value[1] || strchr(" \t", value[1])));
}

/* An empty value is never meant: older tools refuse it as well. */
static void apply_known(struct config *c, const struct config_line *line,
			const struct config_key *key)
{
	struct line_value v = { .c = c, .key = key, .line = line, .value = line->value };

	if (begins_with_sign(v.value))
		config_report_add(&c->report, CONFIG_ERROR, line->value_position,
				  "no '%c' here; write '%s', a blank, and the value", *v.value,
				  line->key);
	else if (*v.value || key->kind == KIND_REFUSED)
		config_set(&v);
	else
		config_report_add(&c->report, CONFIG_ERROR, line->value_position,
				  "'%s' has no value; write %s %s, or remove the line", line->key,
				  line->key, key->shape);
}

void config_apply_lines(struct config *c)
{
	const struct config_line *first[NR_CONFIG_KEYS] = { NULL };

	for (unsigned i = 0; i < c->text->nr; i++) {
		const struct config_line *line = &c->text->lines[i];
		const struct config_key *key = config_key_find(line->key);

		if (!key) {
			complain_unknown(c, line);
			continue;
		}
		check_duplicate(c, line, (unsigned)(key - config_key_at(0)), first);
		apply_known(c, line, key);
	}
}
