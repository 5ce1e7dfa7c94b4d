/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmlinux_file.c - build ID, sections and symbols of a vmlinux, by libelf */
#include "kernel/vmlinux_file.h"

#include "base/err.h"
#include "kernel/build_id.h"

#include <ctype.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct vmlinux_file {
	int fd;
	Elf *elf;
	char *path;
	size_t names; /* number of the section with the names of sections */
	char build_id[BUILD_ID_SIZE];
};

static int take_build_id(struct vmlinux_file *v)
{
	Elf_Scn *scn = NULL;

	if (elf_kind(v->elf) != ELF_K_ELF || gelf_getclass(v->elf) != ELFCLASS64 ||
	    elf_getshdrstrndx(v->elf, &v->names) != 0)
		return fail(-EBADMSG, "it is no ELF file with sections");
	while (!v->build_id[0] && (scn = elf_nextscn(v->elf, scn))) {
		GElf_Shdr h;
		Elf_Data *d = gelf_getshdr(scn, &h) && h.sh_type == SHT_NOTE
				      ? elf_rawdata(scn, NULL)
				      : NULL;

		if (d && d->d_buf)
			notes_build_id(d->d_buf, d->d_size, v->build_id);
	}
	return 0;
}

int vmlinux_open(const char *path, struct vmlinux_file **out)
{
	struct vmlinux_file *v = calloc(1, sizeof(*v));
	int rc = 0;

	if (!v || !(v->path = strdup(path))) {
		free(v);
		return fail(-ENOMEM, "%s", path);
	}
	v->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (v->fd < 0)
		rc = -errno;
	elf_version(EV_CURRENT);
	if (rc == 0 && !(v->elf = elf_begin(v->fd, ELF_C_READ_MMAP, NULL)))
		rc = fail(-EBADMSG, "libelf");
	if (rc == 0)
		rc = take_build_id(v);
	if (rc < 0) {
		rc = fail(rc, "%s", path);
		vmlinux_close(v);
		return rc;
	}
	*out = v;
	return 0;
}

void vmlinux_close(struct vmlinux_file *v)
{
	if (!v)
		return;
	elf_end(v->elf);
	if (v->fd >= 0)
		close(v->fd);
	free(v->path);
	free(v);
}

int vmlinux_check(const struct vmlinux_file *v, const char *build_id)
{
	if (strcmp(v->build_id, build_id) == 0)
		return 0;
	fail_set(-EINVAL,
		 "its build ID is %s, that of the kernel that crashed is %s; give the vmlinux of "
		 "that kernel",
		 v->build_id[0] ? v->build_id : "unknown", build_id);
	return fail(-EINVAL, "%s", v->path);
}

static Elf_Scn *find_section(struct vmlinux_file *v, const char *name)
{
	Elf_Scn *scn = NULL;

	while ((scn = elf_nextscn(v->elf, scn))) {
		GElf_Shdr h;
		const char *at =
			gelf_getshdr(scn, &h) ? elf_strptr(v->elf, v->names, h.sh_name) : NULL;

		if (at && strcmp(at, name) == 0)
			break;
	}
	return scn;
}

int vmlinux_section(struct vmlinux_file *v, const char *name, struct blob *out)
{
	Elf_Scn *scn = find_section(v, name);
	Elf_Data *d = scn ? elf_rawdata(scn, NULL) : NULL;

	if (!d || !d->d_buf)
		return fail(-ENOENT, "%s: it has no section %s", v->path, name);
	*out = (struct blob){ d->d_buf, d->d_size };
	return 0;
}

/* The letter of nm, from the section that the symbol is in. */
static char letter(const struct vmlinux_file *v, const GElf_Sym *sym)
{
	Elf_Scn *scn = sym->st_shndx < SHN_LORESERVE ? elf_getscn(v->elf, sym->st_shndx) : NULL;
	GElf_Shdr h;
	char type = '?';

	if (GELF_ST_BIND(sym->st_info) == STB_WEAK)
		return 'W';
	if (sym->st_shndx == SHN_ABS)
		type = 'A';
	else if (scn && gelf_getshdr(scn, &h))
		type = h.sh_flags & SHF_EXECINSTR  ? 'T'
		       : h.sh_type == SHT_NOBITS   ? 'B'
		       : !(h.sh_flags & SHF_WRITE) ? 'R'
						   : 'D';
	return GELF_ST_BIND(sym->st_info) == STB_LOCAL ? (char)tolower(type) : type;
}

/* As the kernel's own tables: without labels of the compiler and arm64's marks of code and data. */
static bool is_of_image(const GElf_Sym *sym, const char *name)
{
	unsigned type = GELF_ST_TYPE(sym->st_info);

	return name && name[0] && name[0] != '$' && strncmp(name, ".L", 2) != 0 &&
	       sym->st_shndx != SHN_UNDEF &&
	       (type == STT_NOTYPE || type == STT_OBJECT || type == STT_FUNC);
}

int vmlinux_symbols(struct vmlinux_file *v, int (*fn)(void *arg, const struct vmlinux_symbol *sym),
		    void *arg)
{
	Elf_Scn *scn = find_section(v, ".symtab");
	Elf_Data *d = scn ? elf_getdata(scn, NULL) : NULL;
	GElf_Shdr h;
	GElf_Sym sym;
	int rc = 0;

	if (!d || !gelf_getshdr(scn, &h))
		return fail(-ENOENT, "%s: it has no symbols", v->path);
	for (int i = 0; rc >= 0 && gelf_getsym(d, i, &sym); i++) {
		const char *name = elf_strptr(v->elf, h.sh_link, sym.st_name);

		if (is_of_image(&sym, name))
			rc = fn(arg, &(struct vmlinux_symbol){ .va = sym.st_value,
							       .name = name,
							       .type = letter(v, &sym) });
	}
	return rc < 0 ? rc : 0;
}
