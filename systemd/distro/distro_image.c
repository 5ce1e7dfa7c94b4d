/* SPDX-License-Identifier: GPL-2.0-or-later */
/* distro_image.c - an image built by dracut or initramfs-tools: tool, plan, is it stale */
#include "systemd/distro/distro_image.h"

#include "base/err.h"
#include "base/run.h"
#include "base/util.h"
#include "initramfs/image/image.h"
#include "initramfs/image/inputs.h"
#include "initramfs/image/distro/distro_plan.h"
#include "systemd/files.h"
#include "systemd/distro/distro_crypt.h"
#include "systemd/distro/distro_run.h"
#include "systemd/message.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RECORD_MAX    (16u << 20)

/* Our parts, in their directories. */
#define DRACUT_MODULE "/usr/lib/dracut/modules.d/99kdump-capture/module-setup.sh"
#define TOOLS_HOOK    "/usr/share/initramfs-tools/hooks/kdump-capture"

/* Further inputs of such an image: settings of the tool and of the storage it brings up. */
static const char *const settings[] = {
	DRACUT_MODULE,
	"/usr/share/initramfs-tools/conf-hooks.d/kdump-capture",
	TOOLS_HOOK,
	"/usr/share/initramfs-tools/scripts/init-premount/kdump-capture",
	"/etc/dracut.conf",
	"/etc/dracut.conf.d",
	"/etc/initramfs-tools/initramfs.conf",
	"/etc/initramfs-tools/modules",
	"/etc/initramfs-tools/conf.d",
	"/etc/initramfs-tools/hooks",
	"/etc/modprobe.d",
	"/etc/lvm/lvm.conf",
	"/etc/lvm/lvmlocal.conf",
	"/etc/crypttab",
	"/etc/mdadm.conf",
	"/etc/mdadm/mdadm.conf",
	"/etc/multipath.conf",
	"/etc/multipath/conf.d",
	"/etc/multipath/bindings",
	"/etc/multipath/wwids",
	"/etc/iscsi/initiatorname.iscsi",
	"/etc/iscsi/iscsid.conf",
	"/etc/iscsi/iscsi.initramfs",
	NULL,
};

/* The tool alone is not enough: our part must be installed in it. */
static const struct {
	const char *program;
	const char *ours;
} tools[] = {
	{ "dracut", DRACUT_MODULE },
	{ "mkinitramfs", TOOLS_HOOK },
};

const char *distro_tool(const struct ctl *ctl)
{
	for (size_t i = 0; i < ARRAY_SIZE(tools); i++) {
		if (run_exists(tools[i].program) && files_exist(ctl->root, tools[i].ours))
			return tools[i].program;
	}
	return NULL;
}

int distro_check(const struct ctl *ctl, const struct image_request *req, const char *inputs,
		 char **why)
{
	char *old = NULL, *now = NULL;
	struct distro_plan o = { .plan = NULL };
	int rc = files_read("", inputs, RECORD_MAX, &old);

	*why = NULL;
	if (rc < 0) {
		*why = strdup("there is no record of its inputs");
		return *why ? 1 : fail(-ENOMEM, "check");
	}
	rc = distro_plan_gather(req, settings, &o);
	if (rc == 0)
		rc = distro_crypt_check(ctl, distro_tool(ctl), &o, false);
	if (rc == 0)
		rc = inputs_record(&o.inputs, old, &now);
	if (rc == 0)
		rc = inputs_compare(old, now, why);
	distro_plan_free(&o);
	free(now);
	free(old);
	return rc;
}

/* Sync it and make it readable by root only: it may contain keys. */
static int settle(const char *image, uint64_t *bytes)
{
	int fd = open(image, O_RDONLY | O_CLOEXEC), rc = 0;
	struct stat sb;

	if (fd < 0)
		return fail(-errno, "%s", image);
	if (fchmod(fd, 0600) < 0 || fsync(fd) < 0 || fstat(fd, &sb) < 0)
		rc = fail(-errno, "%s", image);
	else if (sb.st_size == 0)
		rc = fail(-EIO, "%s is empty", image);
	else
		*bytes = (uint64_t)sb.st_size;
	close(fd);
	return rc;
}

/* On a full disk some tools do not fail but leave a broken image. */
static int walk(const char *image)
{
	int rc = image_walk(image);

	if (rc != -EOPNOTSUPP)
		return rc;
	fail_clear();
	return 0;
}

/* The record is taken before the inputs are read, so a change during the build is noticed later. */
static int build(const struct ctl *ctl, const char *tool, const struct distro_plan *o,
		 const struct distro_files *files)
{
	struct image_sum sum;
	char *record = NULL;
	uint64_t bytes = 0;
	int rc = inputs_record(&o->inputs, NULL, &record);

	if (rc == 0)
		rc = distro_run(ctl, tool, o->nodes.at, files->image);
	if (rc == 0)
		rc = settle(files->image, &bytes);
	if (rc == 0)
		rc = walk(files->image);
	if (rc == 0)
		rc = image_sum(files->image, &sum);
	if (rc == 0)
		rc = inputs_add_image(&record, &sum);
	if (rc == 0)
		rc = files_write("", files->inputs, 0600, record);
	free(record);
	if (rc == 0)
		message_info("built by %s: %" PRIu64 " KiB", tool, bytes >> 10);
	return rc;
}

int distro_build(const struct ctl *ctl, const struct image_request *req,
		 const struct distro_files *files)
{
	const char *tool = distro_tool(ctl);
	struct distro_plan o;
	int rc;

	if (!tool)
		return fail(-ENOENT, "neither dracut nor initramfs-tools is installed");
	rc = distro_plan_gather(req, settings, &o);
	for (size_t i = 0; rc == 0 && i < o.warnings.nr; i++)
		message_warn("%s", o.warnings.at[i]);
	if (rc == 0)
		rc = distro_crypt_check(ctl, tool, &o, true);
	message_status("Building the image for %s with %s", ctl->kernel, tool);
	if (rc == 0)
		rc = build(ctl, tool, &o, files);
	distro_plan_free(&o);
	return rc;
}
