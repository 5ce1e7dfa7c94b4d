/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * generator.c - kdump-generator: what kdump.service must wait for, from the target
 *
 * A systemd generator: run early at boot, with the directory for units of its own as
 * first argument. It reads kdump.conf and nothing else; whatever is wrong with it is
 * for kdump.service to say.
 */
#include "systemd/ctl.h"

#include "base/err.h"
#include "systemd/files.h"

#include <stdio.h>
#include <string.h>

/* Without the network neither a server's name nor the way to it can be found out. */
static const char network_needs[] = "Wants=network-online.target\nAfter=network-online.target\n";

static void needs_of(const struct config *c, FILE *f)
{
	bool network = false;

	for (unsigned i = 0; i < c->nr_targets; i++) {
		switch (c->targets[i].kind) {
		case CONFIG_TARGET_NFS:
			network = true;
			fputs("After=remote-fs.target\n", f);
			break;
		case CONFIG_TARGET_SSH:
			network = true;
			break;
		case CONFIG_TARGET_PATH:
			/* A directory on a mount of its own, which may be a remote one. */
			if (!strpbrk(c->path, " \t\"'\\%"))
				fprintf(f, "RequiresMountsFor=%s\nAfter=remote-fs.target\n",
					c->path);
			break;
		default:
			break;
		}
	}
	if (network || c->fence_kdump_nodes[0])
		fputs(network_needs, f);
}

int generator_run(const char *root, const char *dir)
{
	char path[FILES_PATH_MAX], text[16384] = "# Made by kdump-generator\n[Unit]\n";
	size_t len = strlen(text);
	struct config config;
	FILE *f = fmemopen(text + len, sizeof(text) - len, "w");
	int rc = files_path(root, CONFIG_FILE, path);

	if (!f || rc < 0)
		return CTL_FAILED;
	rc = config_load(path, CONFIG_LENIENT, &config);
	if (rc == 0)
		needs_of(&config, f);
	config_free(&config);
	fclose(f);
	snprintf(path, sizeof(path), "%s/kdump.service.d/10-target.conf", dir);
	if (rc == 0)
		rc = files_write("", path, 0644, text);
	return rc < 0 ? ctl_fail("kdump-generator") : CTL_OK;
}
