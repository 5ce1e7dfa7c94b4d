/* SPDX-License-Identifier: GPL-2.0-or-later */
/* btf_source.c - BTF of the crashed kernel: from the dump, else from a file of the same build */
#include "kernel/btf_source.h"

#include "base/err.h"
#include "base/file.h"
#include "kernel/btf_impl.h"

#include <elf.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SYS_BTF	  "/sys/kernel/btf/vmlinux"
#define SYS_NOTES "/sys/kernel/notes"
#define NOTES_MAX 65536

/* --- build IDs --- */

/* The build ID among ELF notes, as hexadecimal digits; false if there is none. */
static bool notes_build_id(const char *notes, size_t len, char out[BUILD_ID_SIZE])
{
	size_t at = 0;

	while (len - at >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr n;
		size_t name = at + sizeof(n), desc;

		memcpy(&n, notes + at, sizeof(n));
		if (n.n_namesz > len - name)
			return false;
		desc = name + ((n.n_namesz + 3u) & ~3u);
		if (desc > len || n.n_descsz > len - desc)
			return false;
		if (n.n_type == NT_GNU_BUILD_ID && n.n_namesz == 4 &&
		    !memcmp(notes + name, "GNU", 4) && n.n_descsz > 0 &&
		    n.n_descsz * 2 < BUILD_ID_SIZE) {
			for (uint32_t i = 0; i < n.n_descsz; i++)
				sprintf(out + 2 * i, "%02x", (uint8_t)notes[desc + i]);
			return true;
		}
		at = desc + ((n.n_descsz + 3u) & ~3u);
		if (at > len)
			return false;
	}
	return false;
}

bool kernel_build_id(const struct kernel *k, struct kallsyms *syms, char out[BUILD_ID_SIZE])
{
	char *notes = malloc(NOTES_MAX);
	uint64_t start, stop;
	bool found = false;

	if (vmcoreinfo_text(k->src->vmcoreinfo, "BUILD-ID", out, BUILD_ID_SIZE))
		found = true;
	else if (notes && syms && kallsyms_find(syms, "__start_notes", &start) == 0 &&
		 kallsyms_find(syms, "__stop_notes", &stop) == 0 && stop > start &&
		 stop - start <= NOTES_MAX &&
		 kmem_read(kallsyms_kmem(syms), start, notes, stop - start) == 0)
		found = notes_build_id(notes, stop - start, out);
	free(notes);
	return found;
}

/* --- files --- */

/* Takes bytes over. */
static int open_bytes(char *bytes, size_t len, struct btf **out)
{
	int rc = btf_open_blob((struct blob){ bytes, len }, out);

	if (rc < 0)
		free(bytes);
	else
		(*out)->owned = bytes;
	return rc;
}

static int open_running(const char *build_id, struct btf **out)
{
	char *notes = NULL, *bytes = NULL, mine[BUILD_ID_SIZE] = "";
	size_t len = 0;
	bool same = file_read(SYS_NOTES, NOTES_MAX, &notes, &len) == 0 &&
		    notes_build_id(notes, len, mine) && !strcmp(mine, build_id);
	int rc;

	free(notes);
	if (!same)
		return fail(-ENOENT, "the running kernel is not the one that crashed");
	rc = file_read(SYS_BTF, BTF_BYTES_MAX, &bytes, &len);
	return rc < 0 ? fail(rc, "%s", SYS_BTF) : open_bytes(bytes, len, out);
}

/* Copy of .BTF, and the build ID among the notes, of an ELF file. */
static int read_sections(Elf *elf, char mine[BUILD_ID_SIZE], char **bytes, size_t *len)
{
	Elf_Scn *scn = NULL;
	size_t names;

	if (elf_kind(elf) != ELF_K_ELF || elf_getshdrstrndx(elf, &names) != 0)
		return fail(-EBADMSG, "it is not an ELF file");
	while ((scn = elf_nextscn(elf, scn))) {
		GElf_Shdr h;
		const char *name = gelf_getshdr(scn, &h) ? elf_strptr(elf, names, h.sh_name) : NULL;
		bool types = name && strcmp(name, ".BTF") == 0;
		Elf_Data *d =
			name && (types || h.sh_type == SHT_NOTE) ? elf_rawdata(scn, NULL) : NULL;

		if (!d || !d->d_buf)
			continue;
		if (!types && !mine[0])
			notes_build_id(d->d_buf, d->d_size, mine);
		if (!types || *bytes)
			continue;
		*bytes = malloc(d->d_size ? d->d_size : 1);
		if (!*bytes)
			return fail(-ENOMEM, "BTF");
		memcpy(*bytes, d->d_buf, d->d_size);
		*len = d->d_size;
	}
	return *bytes ? 0 : fail(-ENOENT, "it has no section .BTF");
}

static int open_vmlinux(const char *path, const char *build_id, struct btf **out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;
	char mine[BUILD_ID_SIZE] = "", *bytes = NULL;
	size_t len = 0;
	Elf *elf;

	if (fd < 0)
		return fail(-errno, "%s", path);
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	rc = elf ? read_sections(elf, mine, &bytes, &len) : fail(-EBADMSG, "libelf");
	elf_end(elf);
	close(fd);
	if (rc == 0 && strcmp(mine, build_id) != 0)
		rc = fail(-EINVAL,
			  "its build ID is %s, that of the kernel that crashed is %s; "
			  "give the vmlinux of that kernel",
			  mine[0] ? mine : "unknown", build_id);
	if (rc < 0) {
		free(bytes);
		return fail(rc, "%s", path);
	}
	return open_bytes(bytes, len, out);
}

/* --- the dump --- */

static int open_dump(const struct kernel *k, struct view *v, struct kallsyms *syms,
		     struct btf **out)
{
	struct span va = { 0 };

	if (!syms || kallsyms_find(syms, "__start_BTF", &va.start) < 0 ||
	    kallsyms_find(syms, "__stop_BTF", &va.end) < 0)
		return fail(-ENOENT, "no symbols say where BTF is in the dump");
	return btf_open(k, v, va, out);
}

int btf_open_kernel(const struct kernel *k, struct view *v, struct kallsyms *syms,
		    const char *vmlinux, struct btf **out)
{
	char build_id[BUILD_ID_SIZE];
	int rc = open_dump(k, v, syms, out);

	if (rc == 0 || !kernel_build_id(k, syms, build_id))
		return rc;
	fail_clear();
	if (vmlinux)
		return open_vmlinux(vmlinux, build_id, out);
	return open_running(build_id, out);
}
