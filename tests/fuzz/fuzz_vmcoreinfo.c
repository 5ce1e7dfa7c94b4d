/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_vmcoreinfo.c - any bytes as vmcoreinfo text, and what is done by its facts
 *
 * Reading it twice must change nothing: fields already known stay. Then the text stands in front
 * of a sound machine's own, and the first line of a key wins: its memory is scanned and its log
 * printed with the facts as the bytes have them.
 */
#include "base/err.h"
#include "base/log.h"
#include "filter/filter.h"
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

static void check_text(struct blob text, const char *key)
{
	char out[65];

	memset(out, 'x', sizeof(out));
	if (vmcoreinfo_text(text, key, out, sizeof(out)) && !memchr(out, '\0', sizeof(out)))
		abort();
}

/* A machine of each kind, made once. */
static struct fix *machine(unsigned nr)
{
	static const char *const eras[] = { "5.10", "7.1", "5.4", "6.1" };
	static struct fix *made[4];
	struct fix_records records;
	struct fix_ring ring;

	nr %= 4;
	if (made[nr])
		return made[nr];
	made[nr] = fix_new();
	fix_machine(made[nr], &(struct fix_opts){ .era = eras[nr], .ram = 40 << 20 });
	/* The image is searched for the format of the caller column: keep it small. */
	made[nr]->load[0].size = made[nr]->load[0].file = 16 * FIX_PAGE;
	if (nr == 2) {
		fix_records_open(made[nr], 1024, true, &records);
		fix_records_log(&records, 1, "a record");
	} else {
		fix_ring_open(made[nr], 4, 9, &ring);
		fix_ring_log(&ring, 1, "a record");
	}
	fix_memmap(made[nr], &(struct fix_memmap){ .vmemmap = nr != 2 });
	return made[nr];
}

static void scan(struct fix *f)
{
	struct source *src = fix_source(f);
	struct selection s;
	struct kernel *k;

	if (kernel_open(src, &k) == 0) {
		if (filter_open(k, &(struct filter_cfg){ .level = 31 }, &s) == 0)
			filter_close(&s);
		kernel_close(k);
	}
	source_close(src);
	fail_clear();
}

static void print(struct fix *f)
{
	struct klog_counts counts;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)fix_print_to(f, true, out, &counts);
	fclose(out);
	free(text);
	fail_clear();
}

static void use_facts(const uint8_t *data, size_t size)
{
	struct fix *f = machine(size ? data[0] : 0);
	char *own = f->info, *text = malloc(size + 1 + f->info_len);
	size_t own_len = f->info_len;

	if (!text)
		return;
	if (size)
		memcpy(text, data, size);
	text[size] = '\n';
	memcpy(text + size + 1, own, own_len);
	f->info = text;
	f->info_len = size + 1 + own_len;
	scan(f);
	print(f);
	f->info = own;
	f->info_len = own_len;
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	struct layout once, twice;

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	layout_init(&once);
	layout_from_vmcoreinfo(&once, (struct blob){ copy, size });
	twice = once;
	layout_from_vmcoreinfo(&twice, (struct blob){ copy, size });
	if (memcmp(&once, &twice, sizeof(once)) != 0)
		abort();
	check_text((struct blob){ copy, size }, "OSRELEASE");
	check_text((struct blob){ copy, size }, "");
	free(copy);
	log_setup(0, true);
	use_facts(data, size);
	return 0;
}
