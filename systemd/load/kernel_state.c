/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel_state.c - facts about crash dumping from the running kernel */
#include "systemd/load/kernel_state.h"

#include "base/err.h"
#include "systemd/files.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECURE_BOOT "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

/* name: "crash_size"; old kernels call the file kexec_crash_size. */
static bool read_sysfs(const char *root, const char *name, uint64_t *out)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/kernel/kexec/%s", name);
	if (files_read_number(root, path, out) == 0)
		return true;
	snprintf(path, sizeof(path), "/sys/kernel/kexec_%s", name);
	if (files_read_number(root, path, out) == 0)
		return true;
	fail_clear();
	return false;
}

static uint64_t number(const char *root, const char *path)
{
	uint64_t v = 0;

	if (files_read_number(root, path, &v) < 0)
		fail_clear();
	return v;
}

/* Four bytes of attributes, then the value. */
static bool secure_boot(const char *root)
{
	char path[FILES_PATH_MAX];
	unsigned char var[5] = { 0 };
	int fd;

	if (files_path(root, SECURE_BOOT, path) < 0)
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, var, sizeof(var)) != sizeof(var))
		var[4] = 0;
	close(fd);
	return var[4] == 1;
}

/* "none [integrity] confidentiality" */
static enum lockdown lockdown(const char *root)
{
	enum lockdown mode = LOCKDOWN_NONE;
	char *text;

	if (files_read(root, "/sys/kernel/security/lockdown", 256, &text) < 0) {
		fail_clear();
		return mode;
	}
	if (strstr(text, "[integrity]"))
		mode = LOCKDOWN_INTEGRITY;
	else if (strstr(text, "[confidentiality]"))
		mode = LOCKDOWN_CONFIDENTIALITY;
	free(text);
	return mode;
}

/* "0x100000000-0x11fffffff" a line */
static uint64_t cma_ranges(const char *root)
{
	uint64_t sum = 0, start, end;
	char *text, *line;

	if (files_read(root, "/sys/kernel/kexec/crash_cma_ranges", 4096, &text) < 0) {
		fail_clear();
		return 0;
	}
	for (line = text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sscanf(line, "%" SCNx64 "-%" SCNx64, &start, &end) == 2 && end >= start)
			sum += end - start + 1;
	}
	free(text);
	return sum;
}

void kernel_state_read(const char *root, struct kernel_state *out)
{
	uint64_t v = 0;

	*out = (struct kernel_state){ 0 };
	out->supported = read_sysfs(root, "crash_size", &out->crash_size);
	out->crash_loaded = read_sysfs(root, "crash_loaded", &v) && v == 1;
	out->crash_cma = cma_ranges(root);
	out->load_disabled = number(root, "/proc/sys/kernel/kexec_load_disabled") == 1;
	out->secure_boot = secure_boot(root);
	out->lockdown = lockdown(root);
	out->hotplug = number(root, "/sys/devices/system/cpu/crash_hotplug") == 1 &&
		       number(root, "/sys/devices/system/memory/crash_hotplug") == 1;
	out->capture = files_exist(root, "/proc/vmcore");
}

/* Sum of the lines of /proc/iomem with one of the names. */
static uint64_t iomem_sum(const char *root, const char *const *names)
{
	uint64_t sum = 0, start, end;
	char *text, *line, *save = NULL;

	if (files_read(root, "/proc/iomem", 16 << 20, &text) < 0) {
		fail_clear();
		return 0;
	}
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		const char *name = strstr(line, " : ");

		if (!name || sscanf(line, "%" SCNx64 "-%" SCNx64, &start, &end) != 2 ||
		    end <= start)
			continue;
		for (unsigned i = 0; names[i]; i++)
			sum += strcmp(name + 3, names[i]) == 0 ? end - start + 1 : 0;
	}
	free(text);
	return sum;
}

uint64_t kernel_state_ram(const char *root)
{
	return iomem_sum(root, (const char *const[]){ "System RAM", NULL });
}

uint64_t kernel_state_image(const char *root)
{
	return iomem_sum(root, (const char *const[]){ "Kernel code", "Kernel rodata", "Kernel data",
						      "Kernel bss", NULL });
}
