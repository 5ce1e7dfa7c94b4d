/* SPDX-License-Identifier: GPL-2.0-or-later */
/* btf_source.c - BTF of the crashed kernel: from the dump, else from a file of the same build */
#include "kernel/btf_source.h"

#include "base/err.h"
#include "base/file.h"
#include "kernel/btf_impl.h"
#include "kernel/vmlinux_file.h"

#include <stdlib.h>
#include <string.h>

#define SYS_BTF	  "/sys/kernel/btf/vmlinux"
#define SYS_NOTES "/sys/kernel/notes"

/* --- build IDs --- */

bool kernel_build_id(const struct kernel *k, struct kallsyms *syms, char out[BUILD_ID_SIZE])
{
	char *notes = malloc(BUILD_NOTES_MAX);
	uint64_t start, stop;
	bool found = false;

	if (vmcoreinfo_text(k->src->vmcoreinfo, "BUILD-ID", out, BUILD_ID_SIZE))
		found = true;
	else if (notes && syms && kallsyms_find(syms, "__start_notes", &start) == 0 &&
		 kallsyms_find(syms, "__stop_notes", &stop) == 0 && stop > start &&
		 stop - start <= BUILD_NOTES_MAX &&
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
	bool same = file_read(SYS_NOTES, BUILD_NOTES_MAX, &notes, &len) == 0 &&
		    notes_build_id(notes, len, mine) && !strcmp(mine, build_id);
	int rc;

	free(notes);
	if (!same)
		return fail(-ENOENT, "the running kernel is not the one that crashed");
	rc = file_read(SYS_BTF, BTF_BYTES_MAX, &bytes, &len);
	return rc < 0 ? fail(rc, "%s", SYS_BTF) : open_bytes(bytes, len, out);
}

static int copy_types(struct vmlinux_file *file, struct btf **out)
{
	struct blob types;
	char *bytes;
	int rc = vmlinux_section(file, ".BTF", &types);

	if (rc < 0)
		return rc;
	bytes = malloc(types.len ? types.len : 1);
	if (!bytes)
		return fail(-ENOMEM, "BTF");
	memcpy(bytes, types.data, types.len);
	return open_bytes(bytes, types.len, out);
}

static int open_vmlinux(const char *path, const char *build_id, struct btf **out)
{
	struct vmlinux_file *file;
	int rc = vmlinux_open(path, &file);

	if (rc < 0)
		return rc;
	rc = vmlinux_check(file, build_id);
	if (rc == 0)
		rc = copy_types(file, out);
	vmlinux_close(file);
	return rc;
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

int btf_open_kernel(const struct kernel *k, struct view *v, struct kallsyms *syms, struct btf **out)
{
	char build_id[BUILD_ID_SIZE];
	int rc = open_dump(k, v, syms, out);

	if (rc == 0 || !kernel_build_id(k, syms, build_id))
		return rc;
	fail_clear();
	if (k->vmlinux)
		return open_vmlinux(k->vmlinux, build_id, out);
	return open_running(build_id, out);
}
