/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * set_value.c - the values of most keys; those of targets are in set_target.c
 *
 * One function for each kind of value. A wrong value is complained about and leaves the
 * member as it is, with the default: that is what makes lenient reading safe.
 */
#include "config/parse/value.h"

#include "config/parse/values.h"

#include <string.h>

#define COUNT_LAST 9999

/* Where the key's member is; its type follows from the kind of the key. */
static void *member(const struct line_value *v)
{
	return (char *)v->c + v->key->member;
}

static void set_text(struct line_value *v)
{
	*(const char **)member(v) = v->value;
}

static void set_file(struct line_value *v)
{
	if (v->value[0] == '/')
		set_text(v);
	else
		bad_value(v, "%s: '%.80s' is not a full path; write one that begins with '/'",
			  v->key->name, v->value);
}

/* True if one of the parts between slashes is "..". */
static bool climbs(const char *path)
{
	for (const char *at = path; (at = strstr(at, "..")); at += 2) {
		if ((at == path || at[-1] == '/') && (!at[2] || at[2] == '/'))
			return true;
	}
	return false;
}

/* Relative ones are for rules.c: what they mean depends on the target. */
static void set_path(struct line_value *v)
{
	if (strchr("'\"", v->value[0]))
		bad_value(v, "path: quotes stay part of the name; write it without them");
	else if (climbs(v->value))
		bad_value(v, "path: '%.80s' has '..' in it; write the path it leads to", v->value);
	else
		set_text(v);
}

/* Older tools let other values pass here and failed at start; better now. */
static void set_bit(struct line_value *v)
{
	if (strcmp(v->value, "0") == 0 || strcmp(v->value, "1") == 0)
		*(bool *)member(v) = v->value[0] == '1';
	else
		bad_value(v, "%s: '%.80s' is not understood; write 0 or 1", v->key->name, v->value);
}

static void set_yes_no(struct line_value *v)
{
	bool yes = strcmp(v->value, "yes") == 0;

	if (yes || strcmp(v->value, "no") == 0)
		*(bool *)member(v) = yes;
	else
		bad_value(v, "%s: '%.80s' is not understood; write yes or no", v->key->name,
			  v->value);
}

/* Older tools took everything but "no" for yes, so files in use may say anything. */
static void set_not_no(struct line_value *v)
{
	bool no = strcmp(v->value, "no") == 0;

	*(bool *)member(v) = !no;
	if (!no && strcmp(v->value, "yes") != 0)
		config_report_add(&v->c->report, CONFIG_WARNING, v->line->value_position,
				  "%s: '%.80s' is taken for yes; write yes or no", v->key->name,
				  v->value);
}

static void set_count(struct line_value *v)
{
	if (!config_read_count(v->value, COUNT_LAST, member(v)))
		bad_value(v, "%s: '%.80s' is not a number between 0 and %u", v->key->name, v->value,
			  COUNT_LAST);
}

static void set_size(struct line_value *v)
{
	uint64_t *to = member(v);

	if (v->key->member == offsetof(struct config, max_unfiltered) &&
	    strcmp(v->value, "unlimited") == 0)
		*to = CONFIG_NO_LIMIT;
	else if (!config_read_size(v->value, to))
		bad_value(v,
			  "%s: '%.80s' is not a size; write a number of bytes, or one with K, M, G "
			  "or T behind it, such as 512M",
			  v->key->name, v->value);
}

/* The first nr actions are allowed. */
static void set_action(struct line_value *v, unsigned nr)
{
	char choice[64] = "";
	size_t n = 0;

	for (unsigned i = 0; i < nr; i++) {
		const char *name = config_action_name((enum config_action)i);

		if (strcmp(v->value, name) == 0) {
			*(enum config_action *)member(v) = (enum config_action)i;
			return;
		}
		n += (size_t)snprintf(choice + n, sizeof(choice) - n, " %s", name);
	}
	bad_value(v, "%s: '%.80s' is not an action; write one of:%s", v->key->name, v->value,
		  choice);
}

static void set_failure_action(struct line_value *v)
{
	set_action(v, NR_CONFIG_ACTIONS);
}

static void set_final_action(struct line_value *v)
{
	set_action(v, CONFIG_SHELL);
}

static void set_old_default(struct line_value *v)
{
	config_report_add(
		&v->c->report, CONFIG_WARNING, v->line->key_position,
		"'default' is the old name of failure_action; write 'failure_action %.80s'",
		v->value);
	set_failure_action(v);
}

static int phase_find(const char *name, size_t len)
{
	for (int i = 0; i < NR_CONFIG_PHASES; i++) {
		const char *phase = config_phase_name((enum config_phase)i);

		if (strlen(phase) == len && strncmp(phase, name, len) == 0)
			return i;
	}
	return -1;
}

/* One PHASE=TIME; seen has a bit for each phase that was there before. */
static void set_timeout(struct line_value *v, const char *word, struct config_position position,
			unsigned *seen)
{
	struct config_report *r = &v->c->report;
	size_t len = strcspn(word, "=");
	int phase = phase_find(word, len);

	if (phase < 0 || !word[len]) {
		config_report_add(r, CONFIG_ERROR, position,
				  "timeout: '%.80s' names no phase; write PHASE=TIME with one of "
				  "device network mount hook stall total",
				  word);
		return;
	}
	if (*seen & 1u << phase)
		config_report_add(r, CONFIG_ERROR, position,
				  "timeout: '%s' is there twice; remove one of them",
				  config_phase_name((enum config_phase)phase));
	*seen |= 1u << phase;
	if (!config_read_seconds(word + len + 1, &v->c->timeout[phase]))
		config_report_add(
			r, CONFIG_ERROR, position,
			"timeout: '%.80s' is not a time of a week at most; write one like "
			"90s, 5min or 1h30min",
			word + len + 1);
}

/* Only what is named changes. */
static void set_timeouts(struct line_value *v)
{
	const char *const *list = config_split(v->c->text, v->value, false);
	const char *at = v->value;
	unsigned seen = 0;

	for (; *list; list++) {
		at = strstr(at, *list);
		set_timeout(v, *list, config_position_of(v, at), &seen);
		at += strlen(*list);
	}
}

/* NULL: the word is good; else what to write instead. */
typedef const char *check_word(const char *word);

/* A name without a directory would depend on a user's PATH. */
static const char *check_file(const char *word)
{
	return word[0] == '/' ? NULL : "write its full path, which begins with '/'";
}

static const char *check_module(const char *word)
{
	return config_is_module(word) ? NULL
				      : "write the name of a module, without directory and '.ko'";
}

/* These become arguments of fence_kdump_send: "-x" must not pass. */
static const char *check_host(const char *word)
{
	return config_is_host(word, strlen(word)) ? NULL : "write a host name or an address";
}

/* Valid entries are kept: a dump may succeed with one entry missing. */
static void set_list(struct line_value *v, check_word *check)
{
	const char **list = (const char **)config_split(v->c->text, v->value, false);
	const char *at = v->value;
	size_t nr = 0;

	*(const char *const **)member(v) = list;
	for (size_t i = 0; list[i]; i++) {
		const char *word = list[i], *advice = check ? check(word) : NULL;

		at = strstr(at, word);
		if (advice)
			config_report_add(&v->c->report, CONFIG_ERROR, config_position_of(v, at),
					  "%s: '%.80s' cannot be used; %s", v->key->name, word,
					  advice);
		else
			list[nr++] = word;
		at += strlen(word);
	}
	/* Not in the shared empty vector, which cannot be written to. */
	if (list[nr])
		list[nr] = NULL;
}

static void set_files(struct line_value *v)
{
	set_list(v, check_file);
}

static void set_modules(struct line_value *v)
{
	set_list(v, check_module);
}

static void set_hosts(struct line_value *v)
{
	set_list(v, check_host);
}

static void set_args(struct line_value *v)
{
	set_list(v, NULL);
}

/* One more of them. Whatever the line says, it is remembered: who encrypts must not do without. */
static void set_recipient(struct line_value *v)
{
	const char *const *old = v->c->encrypt_to;
	const char **all;
	size_t nr = 0;

	while (old[nr])
		nr++;
	all = config_text_alloc(v->c->text, (nr + 2) * sizeof(*all));
	if (!all) /* the text remembers that there was no memory */
		return;
	memcpy(all, old, nr * sizeof(*all));
	all[nr] = v->value;
	all[nr + 1] = NULL;
	v->c->encrypt_to = all;
}

static void set_summary(struct line_value *v)
{
	bool *clear = member(v);

	*clear = strcmp(v->value, "clear") == 0;
	if (!*clear && strcmp(v->value, "sealed") != 0)
		bad_value(v, "%s: '%.80s' is not understood; write clear or sealed", v->key->name,
			  v->value);
}

static void refuse(struct line_value *v)
{
	config_report_add(&v->c->report, CONFIG_ERROR, v->line->key_position,
			  "'%s' is not supported any more; %s", v->key->name, v->key->manual);
}

static void (*const setters[NR_CONFIG_KINDS])(struct line_value *v) = {
	[KIND_TARGET_FS] = config_set_target,
	[KIND_TARGET_NFS] = config_set_target,
	[KIND_TARGET_SSH] = config_set_target,
	[KIND_TARGET_VIRTIOFS] = config_set_target,
	[KIND_TARGET_RAW] = config_set_target,
	[KIND_FALLBACK] = config_set_fallback,
	[KIND_RECIPIENT] = set_recipient,
	[KIND_SUMMARY] = set_summary,
	[KIND_PATH] = set_path,
	[KIND_COMMAND] = set_text,
	[KIND_FILE] = set_file,
	[KIND_HOOK] = set_file,
	[KIND_FILES] = set_files,
	[KIND_MODULES] = set_modules,
	[KIND_HOSTS] = set_hosts,
	[KIND_ARGS] = set_args,
	[KIND_DRACUT] = config_set_dracut,
	[KIND_FAILURE_ACTION] = set_failure_action,
	[KIND_FINAL_ACTION] = set_final_action,
	[KIND_OLD_DEFAULT] = set_old_default,
	[KIND_BIT] = set_bit,
	[KIND_YES_NO] = set_yes_no,
	[KIND_NOT_NO] = set_not_no,
	[KIND_COUNT] = set_count,
	[KIND_SIZE] = set_size,
	[KIND_TIMEOUTS] = set_timeouts,
	[KIND_REFUSED] = refuse,
};

void config_set(struct line_value *v)
{
	setters[v->key->kind](v);
}
