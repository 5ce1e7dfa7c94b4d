/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bootargs.c - a kernel command line as a list of parameters */
#include "systemd/bootargs.h"

#include "base/err.h"
#include "base/karg.h"
#include "base/util.h"

#include <stdlib.h>
#include <string.h>

/* May be given many times; each one counts. */
static const char *const repeatable[] = {
	"console",
	"earlycon",
	"cgroup_disable",
	"memmap",
	"module_blacklist",
	"modprobe.blacklist",
	"rd.driver.blacklist",
	"acpi_osi",
	"efi",
	"dyndbg",
	"ip",
	"crashkernel",
	"systemd.setenv",
	"systemd.mask",
	"systemd.wants",
	"rd.neednet",
	"initcall_blacklist",
	"pci",
	"iommu",
	"mitigations",
};

/* One parameter of the list, parsed. It has no blank outside quotes, so it is exactly one. */
static struct karg word_read(const char *word)
{
	struct karg k;

	karg_next(&word, &k);
	return k;
}

static bool word_is(const char *word, const char *name)
{
	struct karg k = word_read(word);

	return karg_is(&k, name);
}

/* The parameter, its NUL, then its unquoted value, in one block. */
static char *word_copy(const struct karg *k)
{
	char *copy = calloc(1, k->len + k->value_len + 2);

	if (!copy)
		return NULL;
	memcpy(copy, k->word, k->len);
	if (k->value)
		memcpy(copy + k->len + 1, k->value, k->value_len);
	return copy;
}

/* Insert an owned parameter at index i. */
static int insert(struct bootargs *args, size_t i, char *word)
{
	char **grown = word ? realloc(args->word, (args->nr + 1) * sizeof(*grown)) : NULL;

	if (!grown) {
		free(word);
		return fail(-ENOMEM, "kernel command line");
	}
	memmove(&grown[i + 1], &grown[i], (args->nr - i) * sizeof(*grown));
	grown[i] = word;
	args->word = grown;
	args->nr++;
	return 0;
}

static void drop(struct bootargs *args, size_t i)
{
	free(args->word[i]);
	memmove(&args->word[i], &args->word[i + 1], (args->nr - i - 1) * sizeof(*args->word));
	args->nr--;
	if (i < args->nr_kernel)
		args->nr_kernel--;
}

int bootargs_parse(const char *line, struct bootargs *args)
{
	bool init = args->nr_kernel < args->nr;
	struct karg k;

	while (karg_next(&line, &k)) {
		int rc;

		init = init || karg_is_end(&k);
		rc = insert(args, init ? args->nr : args->nr_kernel, word_copy(&k));
		if (rc < 0)
			return rc;
		if (!init)
			args->nr_kernel++;
	}
	return 0;
}

void bootargs_fini(struct bootargs *args)
{
	for (size_t i = 0; i < args->nr; i++)
		free(args->word[i]);
	free(args->word);
	*args = (struct bootargs){ 0 };
}

void bootargs_remove(struct bootargs *args, const char *name)
{
	for (size_t i = args->nr_kernel; i-- > 0;) {
		if (word_is(args->word[i], name))
			drop(args, i);
	}
}

void bootargs_remove_empty(struct bootargs *args)
{
	for (size_t i = args->nr_kernel; i-- > 0;) {
		struct karg k = word_read(args->word[i]);

		if (k.value && k.value_len == 0)
			drop(args, i);
	}
}

void bootargs_unique(struct bootargs *args)
{
	for (size_t i = args->nr_kernel; i-- > 0;) {
		for (size_t later = i + 1; later < args->nr_kernel; later++) {
			if (strcmp(args->word[i], args->word[later]) == 0) {
				drop(args, i);
				break;
			}
		}
	}
}

int bootargs_add(struct bootargs *args, const char *word)
{
	struct karg k = word_read(word);
	int rc = insert(args, args->nr_kernel, word_copy(&k));

	if (rc == 0)
		args->nr_kernel++;
	return rc;
}

static bool is_repeatable(const struct karg *k)
{
	for (size_t i = 0; i < ARRAY_SIZE(repeatable); i++) {
		if (karg_is(k, repeatable[i]))
			return true;
	}
	return false;
}

void bootargs_remove_same(struct bootargs *args, const char *word)
{
	struct karg k = word_read(word);

	for (size_t i = args->nr_kernel; i-- > 0;) {
		struct karg old = word_read(args->word[i]);

		if (karg_same_name(old.name, old.name_len, k.name, k.name_len))
			drop(args, i);
	}
}

int bootargs_set(struct bootargs *args, const char *word)
{
	struct karg k = word_read(word);

	if (!is_repeatable(&k))
		bootargs_remove_same(args, word);
	return bootargs_add(args, word);
}

const char *bootargs_value_at(const struct bootargs *args, size_t i, const char *name)
{
	if (i >= args->nr_kernel || !word_is(args->word[i], name))
		return NULL;
	return args->word[i] + strlen(args->word[i]) + 1;
}

const char *bootargs_value(const struct bootargs *args, const char *name)
{
	for (size_t i = args->nr_kernel; i-- > 0;) {
		const char *value = bootargs_value_at(args, i, name);

		if (value)
			return value;
	}
	return NULL;
}

int bootargs_text(const struct bootargs *args, char **out)
{
	size_t len = 1, at = 0;
	char *text;

	for (size_t i = 0; i < args->nr; i++)
		len += strlen(args->word[i]) + 1;
	text = calloc(1, len);
	if (!text)
		return fail(-ENOMEM, "kernel command line");
	for (size_t i = 0; i < args->nr; i++) {
		size_t n = strlen(args->word[i]);

		if (i)
			text[at++] = ' ';
		memcpy(text + at, args->word[i], n);
		at += n;
	}
	*out = text;
	return 0;
}
