/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bootargs.c - a kernel command line as a list of words */
#include "systemd/bootargs.h"

#include "base/err.h"
#include "base/util.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A word may be given many times; each one counts. */
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

/* Names are equal when the kernel's parameq() says so. */
static bool name_equal(const char *a, size_t len, const char *name)
{
	if (strlen(name) != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		char x = a[i] == '-' ? '_' : a[i], y = name[i] == '-' ? '_' : name[i];

		if (x != y)
			return false;
	}
	return true;
}

/* The name of a word, which may be quoted as a whole: "name=a value". */
static const char *word_name(const char *word, size_t *len)
{
	if (*word == '"')
		word++;
	*len = strcspn(word, "=\"");
	return word;
}

static bool word_is(const char *word, const char *name)
{
	size_t len;
	const char *start = word_name(word, &len);

	return name_equal(start, len, name);
}

/* Length of the word at s: up to a blank outside quotes. */
static size_t word_len(const char *s)
{
	bool quoted = false;
	size_t n = 0;

	for (; s[n] && (quoted || !isspace((unsigned char)s[n])); n++) {
		if (s[n] == '"')
			quoted = !quoted;
	}
	return n;
}

/* Put an owned word at place i. */
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

	while (*(line += strspn(line, " \t\r\n\v\f"))) {
		size_t len = word_len(line);
		char *word = strndup(line, len);
		int rc;

		if (word && strcmp(word, "--") == 0)
			init = true;
		rc = insert(args, init ? args->nr : args->nr_kernel, word);
		if (rc < 0)
			return rc;
		if (!init)
			args->nr_kernel++;
		line += len;
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
		size_t len = strlen(args->word[i]);

		if (len > 0 && args->word[i][len - 1] == '=')
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
	int rc = insert(args, args->nr_kernel, strdup(word));

	if (rc == 0)
		args->nr_kernel++;
	return rc;
}

int bootargs_set(struct bootargs *args, const char *word)
{
	bool often = false;
	char name[128];
	size_t len;
	const char *start = word_name(word, &len);

	for (size_t i = 0; i < ARRAY_SIZE(repeatable); i++)
		often = often || name_equal(start, len, repeatable[i]);
	if (!often && len > 0 && len < sizeof(name)) {
		memcpy(name, start, len);
		name[len] = '\0';
		bootargs_remove(args, name);
	}
	return bootargs_add(args, word);
}

const char *bootargs_value_at(const struct bootargs *args, size_t i, const char *name)
{
	const char *word;

	if (i >= args->nr_kernel || !word_is(args->word[i], name))
		return NULL;
	word = strchr(args->word[i], '=');
	return word ? word + 1 : "";
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
