/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_capture.c - any bytes where the capture reads text that others made
 *
 * Kernel records, logs that are merged, the kernel's command line, mount options,
 * names of directories, the last block of a raw device, the JSON of a report.
 */
#include "initramfs/plan/dump_name.h"
#include "initramfs/capture/target/mount_options.h"
#include "initramfs/capture/save/own_log.h"
#include "initramfs/capture/save/report_crash.h"
#include "initramfs/plan/raw_area.h"

#include "base/err.h"
#include "base/karg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define DEVICE RAW_MIN_SIZE

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void logs(const char *text, size_t len)
{
	char *out = malloc(len + 1), line[256];
	size_t half = len / 2, n;

	must(out && own_log_merge(text, half, text + half, len - half, out) == len);
	n = own_log_record(text, len, line, sizeof(line));
	must(n <= sizeof(line) && (n == 0 || line[n - 1] == '\n'));
	must(!memchr(line, '\033', n));
	free(out);
}

static void words(const char *text)
{
	const char *stamp;
	char out[32], data[64];
	unsigned long flags;

	if (karg_find(text, "key", out, sizeof(out)))
		must(strlen(out) < sizeof(out));
	mount_options_split(text, &flags, data, sizeof(data));
	must(strlen(data) < sizeof(data));
	if (dump_name_has_date(text, &stamp))
		must(stamp > text && stamp < text + strlen(text) && !strchr(text, '/'));
	fail_clear();
}

/* What is believed lies within the device. */
static void trailer(const uint8_t *bytes, size_t len)
{
	static int fd = -1;
	static char block[RAW_BLOCK];
	struct raw_trailer t;

	if (fd < 0) {
		fd = memfd_create("device", MFD_CLOEXEC);
		must(fd >= 0 && ftruncate(fd, (off_t)DEVICE) == 0);
	}
	memset(block, 0, sizeof(block));
	memcpy(block, RAW_MAGIC, 8); /* or it would be found once in a lifetime */
	if (len > sizeof(block) - 8)
		len = sizeof(block) - 8;
	memcpy(block + 8, bytes, len);
	must(pwrite(fd, block, sizeof(block), (off_t)raw_trailer_at(DEVICE)) == RAW_BLOCK);
	if (raw_trailer_read(fd, DEVICE, &t) != 1)
		return;
	for (uint32_t i = 0; i < t.nr_files; i++) {
		must(t.files[i].off >= raw_files_at(DEVICE));
		must(t.files[i].len <= DEVICE && t.files[i].off <= DEVICE - t.files[i].len);
		must(strlen(t.files[i].name) < RAW_NAME_MAX && !strchr(t.files[i].name, '/'));
	}
}

/* The bytes are a reason, or all of the JSON. What gets out is text of one line, and has a
 * fingerprint. */
static void report(const char *text, size_t len)
{
	static const char behind[] = "\",\"fingerprint\":\"0123456789abcdef\"}";
	char json[1024];
	struct status_crash c;

	for (int i = 0; i < 2; i++) {
		if (i)
			len = (size_t)snprintf(json, sizeof(json), "{\"reason\":\"%.900s%s", text,
					       behind);
		report_crash_read(i ? json : text, len, &c);
		must(strlen(c.reason) < sizeof(c.reason) && !strpbrk(c.reason, "\n\r\033\177"));
		must(strlen(c.fingerprint) == (c.reason[0] ? STATUS_FINGERPRINT - 1 : 0));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char *text = malloc(len + 1);

	must(text);
	memcpy(text, bytes, len);
	text[len] = '\0';
	logs(text, len);
	words(text);
	trailer(bytes, len);
	report(text, len);
	free(text);
	return 0;
}
