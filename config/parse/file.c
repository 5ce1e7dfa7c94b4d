/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file.c - a small text file into memory */
#include "config/parse/file.h"

#include "base/err.h"
#include "base/file.h"

int config_file_read(const char *file, char **out, size_t *len)
{
	int rc = file_read_head(file, CONFIG_FILE_MAX + 1, out, len);

	return rc == -ENOENT ? fail(rc, "read %s", file) : rc;
}
