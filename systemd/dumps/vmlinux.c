/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmlinux.c - find the file with a kernel's debug information on this system */
#include "systemd/dumps/vmlinux.h"

#include "base/util.h"
#include "systemd/files.h"

#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The release goes between both. Files named *.debug have no code: crash needs the kernel too. */
struct location {
	const char *before, *behind;
};

static const struct location locations[] = {
	{ "/usr/lib/debug/boot/vmlinux-", "" },	       /* Debian, Ubuntu */
	{ "/usr/lib/debug/lib/modules/", "/vmlinux" }, /* Fedora, RHEL; Debian since 7.x */
	{ "/usr/lib/debug/usr/lib/modules/", "/vmlinux" },
	{ "/usr/lib/debug/usr/lib/modules/", "/vmlinux.debug" }, /* SUSE */
	{ "/usr/lib/debug/lib/modules/", "/vmlinux.debug" },
	{ "/usr/lib/debug/boot/vmlinux-", ".debug" },
	{ "/usr/lib/modules/", "/build/vmlinux" }, /* built on this machine */
	{ "/lib/modules/", "/build/vmlinux" },
	{ "/usr/lib/modules/", "/vmlinux" },
	{ "/boot/vmlinux-", "" },
};

static const struct location kernels[] = {
	{ "/usr/lib/modules/", "/vmlinux.xz" },
	{ "/usr/lib/modules/", "/vmlinux.zst" },
	{ "/usr/lib/modules/", "/vmlinux.gz" },
	{ "/usr/lib/modules/", "/vmlinux" },
	{ "/boot/vmlinux-", ".xz" },
	{ "/boot/vmlinux-", ".zst" },
	{ "/boot/vmlinux-", ".gz" },
	{ "/boot/vmlinux-", "" },
};

static void path_of(const struct location *l, const char *release, char out[VMLINUX_PATH_MAX])
{
	snprintf(out, VMLINUX_PATH_MAX, "%s%s%s", l->before, release, l->behind);
}

bool vmlinux_release_ok(const char *release)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+~-";

	return release[0] >= '0' && release[0] <= '9' && release[strspn(release, allowed)] == '\0';
}

static void take_build_id(Elf_Data *data, char out[41])
{
	size_t off = 0, name, desc, next;
	GElf_Nhdr h;

	while (data && (next = gelf_getnote(data, off, &h, &name, &desc)) > 0) {
		const unsigned char *bytes = (const unsigned char *)data->d_buf + desc;

		if (h.n_type == NT_GNU_BUILD_ID && h.n_namesz == 4 &&
		    memcmp((char *)data->d_buf + name, "GNU", 4) == 0 && h.n_descsz <= 20) {
			for (size_t i = 0; i < h.n_descsz; i++)
				snprintf(out + 2 * i, 3, "%02x", bytes[i]);
			return;
		}
		off = next;
	}
}

static bool is_debug_section(Elf *elf, size_t names, const GElf_Shdr *sh)
{
	const char *name = elf_strptr(elf, names, sh->sh_name);

	return sh->sh_type == SHT_PROGBITS && name &&
	       (strcmp(name, ".debug_info") == 0 || strcmp(name, ".zdebug_info") == 0);
}

/* Read the build ID of an open file; returns whether it has debug information. */
static bool read_sections(int fd, char build_id[41])
{
	Elf *elf = elf_version(EV_CURRENT) == EV_NONE ? NULL : elf_begin(fd, ELF_C_READ, NULL);
	Elf_Scn *scn = NULL;
	bool debug = false;
	GElf_Shdr sh;
	size_t names;

	build_id[0] = '\0';
	if (elf && elf_kind(elf) == ELF_K_ELF && elf_getshdrstrndx(elf, &names) == 0) {
		while ((scn = elf_nextscn(elf, scn))) {
			if (!gelf_getshdr(scn, &sh))
				continue;
			debug = debug || is_debug_section(elf, names, &sh);
			if (sh.sh_type == SHT_NOTE && !build_id[0])
				take_build_id(elf_getdata(scn, NULL), build_id);
		}
	}
	elf_end(elf);
	return debug;
}

/* Check one location; true if no better match is possible. */
static bool look_at(const char *root, const char *path, const char *build_id, struct vmlinux *out)
{
	char full[FILES_PATH_MAX], id[41];
	enum vmlinux_match match;
	bool debug;
	int fd;

	if (files_path(root, path, full) < 0)
		return false;
	fd = open(full, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return false;
	debug = read_sections(fd, id);
	close(fd);
	if (!debug)
		return false;
	if (!build_id[0] || !id[0])
		match = VMLINUX_UNCHECKED;
	else
		match = strcmp(build_id, id) == 0 ? VMLINUX_SAME : VMLINUX_OTHER;
	if (match > out->match) {
		out->match = match;
		snprintf(out->path, sizeof(out->path), "%s", path);
		snprintf(out->build_id, sizeof(out->build_id), "%s", id);
	}
	return out->match == VMLINUX_SAME;
}

static bool in_locations(const char *root, const char *release, const char *build_id,
			 struct vmlinux *out)
{
	char path[VMLINUX_PATH_MAX];

	for (unsigned i = 0; i < ARRAY_SIZE(locations); i++) {
		path_of(&locations[i], release, path);
		if (look_at(root, path, build_id, out))
			return true;
	}
	return false;
}

bool vmlinux_is_split_off(const char *path)
{
	size_t n = strlen(path);

	return n > 6 && strcmp(path + n - 6, ".debug") == 0;
}

void vmlinux_kernel(const char *root, const char *release, char out[VMLINUX_PATH_MAX])
{
	for (unsigned i = 0; vmlinux_release_ok(release) && i < ARRAY_SIZE(kernels); i++) {
		path_of(&kernels[i], release, out);
		if (files_exist(root, out))
			return;
	}
	out[0] = '\0';
}

void vmlinux_find(const char *root, const char *release, const char *build_id, struct vmlinux *out)
{
	char path[VMLINUX_PATH_MAX];

	*out = (struct vmlinux){ .match = VMLINUX_NONE };
	if (vmlinux_release_ok(release) && in_locations(root, release, build_id, out))
		return;
	if (!build_id[0])
		return;
	snprintf(path, sizeof(path), "/usr/lib/debug/.build-id/%.2s/%s.debug", build_id,
		 build_id + 2);
	look_at(root, path, build_id, out);
}
