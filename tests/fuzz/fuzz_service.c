/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_service.c - any bytes as a kernel log, a command line, crashkernel=, GRUB's defaults, a boot
 * entry, the first bytes of a dump, a name of a file */
#include "base/err.h"
#include "config/sysconfig/shell_source.h"
#include "systemd/bootargs.h"
#include "systemd/crashkernel/bootloader.h"
#include "systemd/crashkernel/crashkernel.h"
#include "systemd/dumps/core_info.h"
#include "base/printable.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was written back must be read as the same. */
static void crashkernel(const char *text)
{
	struct crashkernel a, b;
	char out[CRASHKERNEL_TEXT_MAX];

	if (crashkernel_parse(text, &a) == 0) {
		crashkernel_format(&a, out);
		if (crashkernel_parse(out, &b) != 0 ||
		    crashkernel_size(&a, 1ull << 33) != crashkernel_size(&b, 1ull << 33))
			abort();
	}
}

static void words(const char *text)
{
	struct bootargs args = { 0 };
	char *line = NULL;

	if (bootargs_parse(text, &args) == 0) {
		bootargs_remove(&args, "crashkernel");
		bootargs_remove_empty(&args);
		bootargs_unique(&args);
		if (bootargs_value(&args, "crashkernel") || bootargs_text(&args, &line) < 0)
			abort();
	}
	free(line);
	bootargs_fini(&args);
}

static bool is_cmdline(const char *name)
{
	return strcmp(name, "GRUB_CMDLINE_LINUX") == 0 ||
	       strcmp(name, "GRUB_CMDLINE_LINUX_DEFAULT") == 0;
}

/* The same, but for crashkernel= in a command line. What a command gives is compared as text. */
static bool same_assignment(const char *old, const struct shell_assignment *a, const char *new,
			    const struct shell_assignment *b, const struct bootloader_change *c)
{
	size_t len = a->end - a->at;

	if (strcmp(a->name, b->name) != 0 || !a->value != !b->value)
		return false;
	if (!a->value || !is_cmdline(a->name))
		return len == b->end - b->at && memcmp(old + a->at, new + b->at, len) == 0;
	return strcmp(a->value, b->value) == 0 || boottext_keeps(a->value, b->value, c);
}

static void keeps_all_else(const char *old, const char *new, const struct bootloader_change *c)
{
	struct shell_source a, b;

	if (strcmp(old, new) == 0)
		return;
	if (shell_source_read(old, strlen(old), &a) < 0 ||
	    shell_source_read(new, strlen(new), &b) < 0 || a.other_line || b.other_line ||
	    b.nr < a.nr || b.nr > a.nr + 1)
		abort();
	for (size_t i = 0; i < a.nr; i++) {
		if (!same_assignment(old, &a.list[i], new, &b.list[i], c))
			abort();
	}
	if (b.nr > a.nr &&
	    (!is_cmdline(b.list[a.nr].name) || shell_source_find(&a, b.list[a.nr].name)))
		abort();
	shell_source_free(&a);
	shell_source_free(&b);
}

/* What was put in must be what the kernel gets, and all else must be as it was. */
static void grub_default(const char *text)
{
	const struct bootloader_change c = { .value = "128M" };
	char *out = NULL, *value;

	if (boottext_grub_default(text, &c, &out) != 0)
		return;
	keeps_all_else(text, out, &c);
	value = boottext_grub_value(out);
	if (!value || strcmp(value, "128M") != 0)
		abort();
	free(value);
	free(out);
}

static void boot_texts(const char *text)
{
	static const char start[] = "GRUB_CMDLINE_LINUX=\"crashkernel=64M ";
	const struct bootloader_change c = { .value = "128M" };
	char *out = NULL, *grub = malloc(sizeof(start) + strlen(text));

	if (boottext_entry(text, &c, &out) == 0)
		free(out);
	grub_default(text);
	if (grub) {
		strcpy(grub, start);
		strcat(grub, text);
		grub_default(grub);
	}
	free(grub);
	if (boottext_template(text, &c, &out) == 0)
		free(out);
	if (boottext_cmdline(text, &c, &out) == 0) {
		if (!boottext_keeps(text, out, &c) || boottext_differs(out, &c))
			abort();
		free(out);
	}
	free(boottext_entry_value(text, "linux"));
}

/* What comes out goes into paths and to terminals. */
static void dump(const uint8_t *data, size_t size, const char *text)
{
	struct core_info info;
	char out[200];

	core_info_read(data, size, &info);
	if (info.build_id[strspn(info.build_id, "0123456789abcdef")] || !is_printable(info.release))
		abort();
	printable(text, out, sizeof(out));
	if (!is_printable(out))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	crashkernel(text);
	words(text);
	boot_texts(text);
	dump(data, size, text);
	fail_clear();
	free(text);
	return 0;
}
