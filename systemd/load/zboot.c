/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * zboot.c - the kernel in an EFI zboot image
 *
 *     "MZ"  "zimg"  offset  bytes   ...  the kernel, compressed
 *     0     4       8       12           offset
 */
#include "systemd/load/zboot.h"

#include "base/err.h"
#include "base/io.h"
#include "initramfs/image/module/modules.h"
#include "systemd/load/uki.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where the compressed kernel is. 0: this is another file. */
static int find_part(int fd, struct pe_section *out)
{
	struct stat st;
	uint32_t part[2];
	char head[16];

	if (fstat(fd, &st) < 0)
		return -errno;
	if (pread(fd, head, sizeof(head), 0) != (ssize_t)sizeof(head) ||
	    memcmp(head, "MZ", 2) != 0 || memcmp(head + 4, "zimg", 4) != 0)
		return 0;
	memcpy(part, head + 8, sizeof(part));
	*out = (struct pe_section){ part[0], part[1] };
	if (out->len == 0 || out->off + out->len > (uint64_t)st.st_size)
		return -EBADMSG;
	return 1;
}

/* A descriptor of a file in memory with these bytes, open for reading alone. */
static int in_memory(const char *bytes, size_t len)
{
	int fd = memfd_create("linux", MFD_CLOEXEC), rc;

	if (fd < 0)
		return fail(-errno, "memory for the kernel");
	rc = io_pwrite(fd, bytes, len, 0);
	if (rc == 0)
		rc = uki_reopen(fd);
	close(fd);
	return rc;
}

static int unpack(int fd, const struct pe_section *s)
{
	int part = uki_section_open(fd, s), rc;
	char path[64], *kernel = NULL;
	size_t len = 0;

	if (part < 0)
		return part;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", part);
	rc = file_decompress(path, &kernel, &len);
	close(part);
	if ((rc < 0 && rc != -ENOMEM) || (rc == 0 && len == 0)) {
		fail_clear();
		rc = -EBADMSG;
	}
	if (rc == 0)
		rc = in_memory(kernel, len);
	free(kernel);
	return rc;
}

int zboot_unpack(int *fd, const char *name)
{
	struct pe_section s;
	int rc = find_part(*fd, &s);

	if (rc == 0)
		return 0;
	if (rc > 0)
		rc = unpack(*fd, &s);
	if (rc == -EBADMSG)
		return fail(-EBADMSG,
			    "the kernel in %s is cut or damaged; install that kernel again", name);
	if (rc < 0)
		return fail(rc, "unpack the kernel in %s", name);
	close(*fd);
	*fd = rc;
	return 1;
}
