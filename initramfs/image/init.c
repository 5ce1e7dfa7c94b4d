/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * init.c - the capture program without what only debuggers read
 *
 *     ELF header | program headers | segments ... | symbols, debug info, section headers
 *                                                 ^ cut here
 */
#include "initramfs/image/base_files.h"

#include "initramfs/image/module/modules.h"

#include "base/err.h"

#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The end of the last segment's bytes; 0 when the headers (all in len) make no sense. */
static uint64_t end_of_segments(const Elf64_Ehdr *eh, const char *data, size_t len)
{
	uint64_t end = sizeof(*eh);

	for (unsigned i = 0; i < eh->e_phnum; i++) {
		uint64_t at = eh->e_phoff + (uint64_t)i * sizeof(Elf64_Phdr);
		Elf64_Phdr ph;

		if (eh->e_phentsize != sizeof(ph) || at > len || len - at < sizeof(ph))
			return 0;
		memcpy(&ph, data + at, sizeof(ph));
		if (ph.p_offset > INT64_MAX || ph.p_filesz > INT64_MAX || ph.p_type == PT_INTERP)
			return 0;
		if (at + sizeof(ph) > end)
			end = at + sizeof(ph);
		if (ph.p_offset + ph.p_filesz > end)
			end = ph.p_offset + ph.p_filesz;
	}
	return end;
}

static bool is_program(const Elf64_Ehdr *eh, size_t len)
{
	return len > sizeof(*eh) && memcmp(eh->e_ident, ELFMAG, SELFMAG) == 0 &&
	       eh->e_ident[EI_CLASS] == ELFCLASS64 && eh->e_phnum > 0 &&
	       (eh->e_type == ET_EXEC || eh->e_type == ET_DYN);
}

static int not_static(const char *path)
{
	return fail(-ENOEXEC, "%s is not a static program", path);
}

/* Program headers follow the ELF header: a page has them all. */
int init_check(const char *path)
{
	Elf64_Ehdr eh = { .e_phnum = 0 };
	char head[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, head, sizeof(head)) : -1;

	if (n < 0) {
		n = errno;
		if (fd >= 0)
			close(fd);
		return fail((int)-n, "%s", path);
	}
	close(fd);
	if ((size_t)n > sizeof(eh))
		memcpy(&eh, head, sizeof(eh));
	if (!is_program(&eh, (size_t)n) || !end_of_segments(&eh, head, (size_t)n))
		return not_static(path);
	return 0;
}

int init_read(const char *path, char **out, size_t *len)
{
	Elf64_Ehdr eh = { .e_phnum = 0 };
	uint64_t end;
	int rc = file_decompress(path, out, len);

	if (rc < 0)
		return rc;
	if (*len > sizeof(eh))
		memcpy(&eh, *out, sizeof(eh));
	end = is_program(&eh, *len) ? end_of_segments(&eh, *out, *len) : 0;
	if (end == 0 || end > *len) {
		free(*out);
		*out = NULL;
		return not_static(path);
	}
	*len = end;
	eh.e_shoff = 0;
	eh.e_shnum = eh.e_shstrndx = 0;
	memcpy(*out, &eh, sizeof(eh));
	return 0;
}
