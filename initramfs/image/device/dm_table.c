/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dm_table.c - the table of a device-mapper device, from the kernel */
#include "initramfs/image/device/dm_table.h"

#include "base/err.h"

#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define TABLE_MAX (1u << 20)

/* Name and table in one buffer, the table behind the header. */
static int ask(int fd, const char *name, struct dm_ioctl *dm)
{
	memset(dm, 0, sizeof(*dm));
	dm->version[0] = DM_VERSION_MAJOR;
	dm->data_size = TABLE_MAX;
	dm->data_start = sizeof(*dm);
	dm->flags = DM_STATUS_TABLE_FLAG;
	if (strlen(name) >= sizeof(dm->name))
		return fail(-ENAMETOOLONG, "%s", name);
	strcpy(dm->name, name);
	if (ioctl(fd, DM_TABLE_STATUS, dm) < 0)
		return fail(-errno, "table of %s", name);
	if (dm->flags & DM_BUFFER_FULL_FLAG)
		return fail(-E2BIG, "table of %s", name);
	return 0;
}

/* One "START LEN TYPE PARAMETERS" per line. */
static int print_table(const struct dm_ioctl *dm, char **out)
{
	const char *base = (const char *)dm + dm->data_start;
	const struct dm_target_spec *spec;
	size_t len, at = 0;
	FILE *f = open_memstream(out, &len);

	if (!f)
		return fail(-ENOMEM, "table");
	for (uint32_t i = 0; i < dm->target_count; i++) {
		spec = (const void *)(base + at);
		fprintf(f, "%ju %ju %s %s\n", (uintmax_t)spec->sector_start,
			(uintmax_t)spec->length, spec->target_type, (const char *)(spec + 1));
		at = spec->next;
	}
	return fclose(f) == 0 ? 0 : fail(-ENOMEM, "table");
}

int dm_table_read(const char *name, char **out)
{
	int fd = open("/dev/mapper/control", O_RDWR | O_CLOEXEC), rc;
	struct dm_ioctl *dm = malloc(TABLE_MAX);

	if (fd < 0 || !dm) {
		rc = fail(fd < 0 ? -errno : -ENOMEM, "open /dev/mapper/control");
	} else {
		rc = ask(fd, name, dm);
		if (rc == 0)
			rc = print_table(dm, out);
	}
	free(dm);
	if (fd >= 0)
		close(fd);
	return rc;
}
