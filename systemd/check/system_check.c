/* SPDX-License-Identifier: GPL-2.0-or-later */
/* system_check.c - does the configuration fit this system? */
#include "systemd/check/system_check.h"

#include "systemd/check/cluster.h"

#include "base/err.h"
#include "config/check/check.h"
#include "config/check/trust.h"
#include "systemd/files.h"
#include "systemd/load/image_state.h"
#include "systemd/message.h"
#include "systemd/load/kernel_paths.h"

#include <stdio.h>

/* There is an image of this same configuration, or one that is used regardless of its inputs. */
static bool was_good(const struct ctl *ctl)
{
	struct kernel_paths at;
	bool good = false;

	if (kernel_paths_find(ctl, &at) == 0)
		good = at.prebuilt || ctl->config.force_no_rebuild
			       ? files_exist(ctl->root, at.image)
			       : image_state_same_config(ctl, at.image);
	fail_clear();
	return good;
}

/* from: the ones before it were printed when the file was read. */
static void print_complaints(const struct config_report *r, unsigned from,
			     struct findings *findings)
{
	char line[CTL_PATH_MAX + REPORT_TEXT_MAX];

	for (unsigned i = from; config_report_line(r, i, line, sizeof(line)); i++) {
		if (findings && r->complaints[i].severity == CONFIG_WARNING)
			findings_add(findings, "%s", r->complaints[i].text);
		else
			message_error("%s", line);
	}
}

/* A user who may write to what is read here decides what root does. */
static int check_own_files(const struct ctl *ctl)
{
	char why[CONFIG_TRUST_MAX];

	for (unsigned i = 0; i < CONF_STATE_FILES; i++) {
		const char *file = conf_state_path(i);

		if (files_exist(ctl->root, file) && config_trusted(ctl->root, file, why) == -EPERM)
			return fail_adopt(-EPERM, why);
	}
	return 0;
}

static void warn_of_cluster(const struct ctl *ctl, struct findings *findings)
{
	char text[CLUSTER_TEXT_MAX];

	if (!cluster_waits(ctl, text))
		return;
	if (findings)
		findings_add(findings, "%s", text);
	else
		message_warn("%s", text);
}

int system_check(struct ctl *ctl, struct findings *findings)
{
	struct config_system system = {
		.root = *ctl->root ? ctl->root : NULL,
		.collector = ctl->collector,
		.kernel = ctl->kernel,
		.was_good = findings && was_good(ctl),
	};
	unsigned printed = ctl->config.report.nr;
	struct kernel_paths at;
	int rc = check_own_files(ctl);

	if (rc == 0) {
		rc = config_check_system(&ctl->config, &system);
		print_complaints(&ctl->config.report, printed, findings);
	}
	if (rc == 0)
		warn_of_cluster(ctl, findings);
	if (rc == 0 && ctl->sysconfig.kernel_version)
		rc = kernel_paths_find(ctl, &at);
	return rc;
}
