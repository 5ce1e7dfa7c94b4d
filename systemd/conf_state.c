/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conf_state.c - have the configuration files changed? Compared by content */
#include "systemd/conf_state.h"

#include "base/err.h"
#include "config/config.h"
#include "config/sysconfig/sysconfig.h"
#include "initramfs/image/file_hash.h"
#include "systemd/files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *const paths[CONF_STATE_FILES] = { CONFIG_FILE, SYSCONFIG_FILE,
						     SYSCONFIG_FILE_OTHER };

const char *conf_state_path(unsigned i)
{
	return paths[i];
}

/* The second sysconfig file is used only if the first does not exist. */
static bool is_read(const char *root, unsigned i)
{
	return strcmp(paths[i], SYSCONFIG_FILE_OTHER) != 0 || !files_exist(root, SYSCONFIG_FILE);
}

void conf_state_read(const char *root, struct conf_state *out)
{
	char full[FILES_PATH_MAX];

	*out = (struct conf_state){ .known = true };
	for (unsigned i = 0; i < CONF_STATE_FILES; i++) {
		int rc;

		if (!is_read(root, i))
			continue;
		rc = files_path(root, paths[i], full);
		if (rc == 0)
			rc = file_hash(full, out->hash[i], NULL);
		if (rc < 0) {
			out->hash[i][0] = '\0';
			out->known = out->known && rc == -ENOENT;
			fail_clear();
		}
	}
}

void conf_state_mark(struct conf_state *s)
{
	unsigned i = 0;

	/* Without kdump.conf the sysconfig file is the whole configuration. */
	while (i < CONF_STATE_FILES && !s->hash[i][0])
		i++;
	snprintf(s->hash[i < CONF_STATE_FILES ? i : 0], sizeof(s->hash[0]), CONF_STATE_OTHER);
}

unsigned conf_state_changed(const struct conf_state *then, const struct conf_state *now,
			    const char **first, bool *gone)
{
	unsigned nr = 0;

	if (!then->known || !now->known)
		return 0;
	for (unsigned i = 0; i < CONF_STATE_FILES; i++) {
		if (strcmp(then->hash[i], now->hash[i]) == 0)
			continue;
		if (nr++ == 0) {
			*first = paths[i];
			*gone = !now->hash[i][0];
		}
	}
	return nr;
}
