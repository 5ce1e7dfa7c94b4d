/* SPDX-License-Identifier: GPL-2.0-or-later */
/* show_log.c - print the end of the kernel log on the consoles, if it could not be saved */
#include "initramfs/capture/capture.h"

#include "base/err.h"
#include "initramfs/capture/console.h"
#include "initramfs/capture/save/seal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SHOWN 12000 /* bytes: a second at 115200 baud; an oops has about 5000 */

/* The last whole lines, at most SHOWN bytes, as a string; NULL: none. */
static char *read_end(int fd, uint64_t bytes)
{
	uint64_t from = bytes > SHOWN ? bytes - SHOWN : 0;
	char *text = malloc(SHOWN + 1), *line;
	ssize_t n;

	if (!text)
		return NULL;
	n = pread(fd, text, SHOWN, (off_t)from);
	if (n <= 0) {
		free(text);
		return NULL;
	}
	text[n] = '\0';
	line = from ? strchr(text, '\n') : NULL;
	if (line)
		memmove(text, line + 1, strlen(line + 1) + 1);
	return text;
}

void show_log(struct capture *c)
{
	struct stat st;
	char *text = NULL, *rest;
	int fd;

	if (seal_required(c)) {
		console_log("the kernel log is not shown: encrypt_to is set");
		return;
	}
	fd = memfd_create("log", MFD_CLOEXEC);
	if (fd < 0)
		return;
	fail_clear();
	if (save_log_extract(c, &(struct log_sink){ .fd = fd }) < 0)
		console_log_failure("the kernel log");
	if (fstat(fd, &st) == 0 && st.st_size > 0)
		text = read_end(fd, (uint64_t)st.st_size);
	close(fd);
	if (!text)
		return;
	console_log("the end of the crashed kernel's log, which could not be saved anywhere:");
	rest = text;
	for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
		if (*line || rest)
			console_log("| %s", line);
	}
	free(text);
}
