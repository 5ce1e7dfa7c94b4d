/* SPDX-License-Identifier: GPL-2.0-or-later */
/* module_params.c - the module parameters on a kernel command line */
#include "initramfs/plan/module_params.h"

#include "base/karg.h"
#include "base/util.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const lists[] = { "modprobe.blacklist", "rd.driver.blacklist",
				     "module_blacklist" };

const char *module_params_blacklist(unsigned i)
{
	return i < ARRAY_SIZE(lists) ? lists[i] : NULL;
}

bool module_params_any_blacklist(const char *cmdline)
{
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		if (karg_has(cmdline, lists[i]))
			return true;
	}
	return false;
}

/* "a,b,c" of len bytes. */
static bool list_has(const char *list, size_t len, const char *module)
{
	const char *end = list + len;

	while (list < end) {
		const char *comma = memchr(list, ',', (size_t)(end - list));
		const char *stop = comma ? comma : end;

		if (karg_same_name(list, (size_t)(stop - list), module, strlen(module)))
			return true;
		list = stop + 1;
	}
	return false;
}

const char *module_params_blacklisted(const char *cmdline, const char *module)
{
	struct karg k;

	while (karg_next(&cmdline, &k) && !karg_is_end(&k)) {
		for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
			if (k.value && karg_is(&k, lists[i]) &&
			    list_has(k.value, k.value_len, module))
				return lists[i];
		}
	}
	return NULL;
}

/* MODULE.PARAM: where PARAM begins; NULL: it is another word. */
static const char *param_of(const struct karg *k, const char *module)
{
	const char *dot = memchr(k->name, '.', k->name_len);
	size_t len = dot ? (size_t)(dot - k->name) : 0;

	if (!dot || len + 1 == k->name_len || !karg_same_name(k->name, len, module, strlen(module)))
		return NULL;
	return dot + 1;
}

/* Its text for finit_module(2), which reads quotes as the command line's reader does. */
static int put_param(FILE *f, const struct karg *k, const char *param)
{
	return fprintf(f, "%s%.*s", k->word[0] == '"' ? "\"" : "", (int)(k->word + k->len - param),
		       param);
}

char *module_params_options(const char *cmdline, const char *module, const char *options)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	bool any = *options;
	struct karg k;

	if (!f)
		return NULL;
	fputs(options, f);
	while (karg_next(&cmdline, &k) && !karg_is_end(&k)) {
		const char *param = param_of(&k, module);

		if (!param)
			continue;
		if (any)
			fputc(' ', f);
		put_param(f, &k, param);
		any = true;
	}
	if (fclose(f) == 0)
		return text;
	free(text);
	return NULL;
}

void module_params_strip(const char *cmdline, const char *module, char *options)
{
	char *added = module_params_options(cmdline, module, "");
	size_t len = strlen(options), n = added ? strlen(added) : 0;

	if (n > 0 && len >= n && strcmp(options + len - n, added) == 0 &&
	    (len == n || options[len - n - 1] == ' '))
		options[len == n ? 0 : len - n - 1] = '\0';
	free(added);
}

void module_params_name(const char *path, char *out, size_t size)
{
	const char *slash = strrchr(path, '/');
	size_t n = 0;

	for (const char *c = slash ? slash + 1 : path; *c && *c != '.' && n + 1 < size; c++)
		out[n++] = *c == '-' ? '_' : *c;
	out[n] = '\0';
}
