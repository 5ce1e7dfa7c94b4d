/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_service.c - any bytes as a kernel log, a command line, crashkernel=, GRUB's defaults, a boot
 * entry, the first bytes of a dump, a name of a file */
#include "base/err.h"
#include "systemd/bootargs.h"
#include "systemd/bootloader.h"
#include "systemd/crashkernel.h"
#include "systemd/core_info.h"
#include "systemd/printable.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was written back must be read as the same. */
static void crashkernel(const char *text)
{
	struct crashkernel a, b;
	struct crashkernel_sum sum;
	char out[CRASHKERNEL_TEXT_MAX];

	if (crashkernel_parse(text, &a) == 0) {
		crashkernel_format(&a, out);
		if (crashkernel_parse(out, &b) != 0 ||
		    crashkernel_size(&a, 1ull << 33) != crashkernel_size(&b, 1ull << 33))
			abort();
	}
	crashkernel_cmdline(text, 1ull << 33, &sum);
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

/* What was put in must be what the kernel gets. */
static void grub_default(const char *text)
{
	const struct bootloader_change c = { .value = "128M" };
	char *out = NULL, *value;

	if (boottext_grub_default(text, &c, &out) != 0)
		return;
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
