/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mount_options.c - options of fstab as mount(2) takes them */
#include "initramfs/capture/target/mount_options.h"

#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

static const struct {
	const char *name;
	unsigned long set;
} known[] = {
	{ "noatime", MS_NOATIME },
	{ "nodiratime", MS_NODIRATIME },
	{ "relatime", MS_RELATIME },
	{ "strictatime", MS_STRICTATIME },
	{ "lazytime", 1ul << 25 },
	{ "nosuid", MS_NOSUID },
	{ "nodev", MS_NODEV },
	{ "noexec", MS_NOEXEC },
	{ "sync", MS_SYNCHRONOUS },
	{ "dirsync", MS_DIRSYNC },
	/* Options for other programs than the kernel, and options without effect here. */
	{ "defaults", 0 },
	{ "ro", 0 },
	{ "rw", 0 },
	{ "atime", 0 },
	{ "norelatime", 0 },
	{ "suid", 0 },
	{ "dev", 0 },
	{ "exec", 0 },
	{ "async", 0 },
	{ "auto", 0 },
	{ "noauto", 0 },
	{ "nofail", 0 },
	{ "user", 0 },
	{ "users", 0 },
	{ "nouser", 0 },
	{ "owner", 0 },
	{ "group", 0 },
	{ "_netdev", 0 },
	{ "seclabel", 0 },
};

static bool is_known(const char *word, size_t len, unsigned long *flags)
{
	if (strncmp(word, "x-", 2) == 0 || strncmp(word, "comment=", 8) == 0)
		return true;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strlen(known[i].name) == len && strncmp(word, known[i].name, len) == 0) {
			*flags |= known[i].set;
			return true;
		}
	}
	return false;
}

void mount_options_split(const char *options, unsigned long *flags, char *data, size_t size)
{
	size_t n = 0;

	*flags = 0;
	data[0] = '\0';
	while (*options) {
		size_t len = strcspn(options, ",");

		if (len > 0 && !is_known(options, len, flags) && n + len + 2 <= size)
			n += (size_t)snprintf(data + n, size - n, "%s%.*s", n ? "," : "", (int)len,
					      options);
		options += len;
		options += *options == ',';
	}
}

bool mount_options_have(const char *options, const char *word)
{
	while (*options) {
		size_t len = strcspn(options, ",");

		if (len == strlen(word) && strncmp(options, word, len) == 0)
			return true;
		options += len;
		options += *options == ',';
	}
	return false;
}
