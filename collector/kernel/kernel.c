/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel.c - find the layout of the crashed kernel, then test address translation */
#include "kernel/kernel.h"

#include "base/err.h"
#include "base/log.h"
#include "base/util.h"
#include "kernel/arch.h"
#include "kernel/build_id.h"
#include "kernel/note_search.h"
#include "kernel/learn.h"
#include "kernel/vmcoreinfo.h"
#include "kernel/vmlinux_file.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

static const struct arch_ops *const archs[] = { &arch_x86_64, &arch_arm64 };

static const char *machine_name(uint16_t machine)
{
	switch (machine) {
	case EM_386:
		return "i386";
	case EM_PPC64:
		return "ppc64";
	case EM_S390:
		return "s390x";
	case EM_RISCV:
		return "riscv";
	default:
		return "unknown";
	}
}

static int pick_arch(struct kernel *k)
{
	for (size_t i = 0; i < ARRAY_SIZE(archs); i++)
		if (archs[i]->elf_machine == k->src->elf_machine)
			k->arch = archs[i];
	if (!k->arch)
		return fail(-ENOTSUP, "core of a machine we do not know: %s (ELF machine %u)",
			    machine_name(k->src->elf_machine), k->src->elf_machine);
	return 0;
}

/* PAGESIZE is hostile too: accept only page sizes of 64-bit kernels. */
static unsigned page_shift_of(const struct layout *l)
{
	switch (known_or(l->page_size, 4096)) {
	case 65536:
		return 16;
	case 16384:
		return 14;
	default:
		return 12;
	}
}

int kernel_read(const struct kernel *k, struct view *v, uint64_t va, void *buf, size_t len)
{
	char *p = buf;

	while (len > 0) {
		uint64_t pa, left;
		const void *at;
		size_t n;
		int rc = kernel_vtop(k, v, va, &pa, &left);

		if (rc < 0)
			return rc;
		n = left < len ? (size_t)left : len;
		if (n > 65536)
			n = 65536;
		rc = view_map(v, pa, n, &at);
		if (rc < 0)
			return rc;
		memcpy(p, at, n);
		p += n;
		va += n;
		len -= n;
	}
	return view_damaged(v) ? -EIO : 0;
}

/*
 * The offset of the strings in init_uts_ns: in vmcoreinfo since 5.12, before that after a
 * reference count, except if the configuration moved it.
 */
static bool uts_found(const struct kernel *k, struct view *v, struct kernel_uts *out)
{
	const int64_t try[] = { known_or(k->layout.off_uts_namespace_name, 4), 4, 0, 8 };

	if (!known(k->layout.sym_init_uts_ns))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(try); i++) {
		uint64_t va = (uint64_t)k->layout.sym_init_uts_ns + (uint64_t)try[i];

		if (try[i] < 0 || try[i] > 4096 || kernel_read(k, v, va, out, sizeof(*out)) < 0)
			continue;
		for (size_t f = 0; f < ARRAY_SIZE(out->field); f++)
			out->field[f][sizeof(out->field[f]) - 1] = '\0';
		if (k->release[0] && strcmp(out->field[2], k->release) == 0)
			return true;
	}
	return false;
}

void kernel_uts(const struct kernel *k, struct view *v, struct kernel_uts *out)
{
	if (k->vtop_works && uts_found(k, v, out))
		return;
	if (k->src->saved && k->src->saved->uts[2][0]) {
		memcpy(out->field, k->src->saved->uts, sizeof(out->field));
		return;
	}
	*out = (struct kernel_uts){ .field = { "Linux", "(unknown)", "", "", "", "(none)" } };
	strcpy(out->field[2], k->release);
	strcpy(out->field[4], k->arch->name);
}

/* Translation works if it leads to the release string that vmcoreinfo has. */
static bool self_test(const struct kernel *k, struct view *v)
{
	struct kernel_uts uts;

	return uts_found(k, v, &uts);
}

void kernel_learn_addresses(struct kernel *k, struct view *v)
{
	int rc = k->arch->init(k, v);

	k->vtop_works = rc == 0 && self_test(k, v);
	if (rc == 0 && !k->vtop_works)
		fail(-EBADMSG, "the release string at init_uts_ns is not \"%s\"", k->release);
}

/* Look in the kernel's own tables for facts that vmcoreinfo lacks. */
static void learn_addresses(struct kernel *k, struct view *v)
{
	kernel_learn_addresses(k, v);
	if (!k->vtop_works) {
		log_msg(LOG_DEBUG, "vmcoreinfo is not enough to translate addresses: %s",
			fail_text());
		fail_clear();
		kernel_learn(k, v);
	}
	if (!k->vtop_works)
		log_msg(LOG_ERROR, "kernel addresses cannot be translated: %s", fail_text());
	fail_clear();
}

static void learn_layout(struct kernel *k)
{
	unsigned bad;

	layout_init(&k->layout);
	if (k->src->vmcoreinfo.len == 0) {
		log_msg(LOG_ERROR,
			"the core has no vmcoreinfo note; the kernel's own tables are used "
			"instead");
		return;
	}
	bad = layout_from_vmcoreinfo(&k->layout, k->src->vmcoreinfo);
	if (bad)
		log_msg(LOG_ERROR, "%u lines of vmcoreinfo are not valid and were ignored", bad);
	if (!vmcoreinfo_text(k->src->vmcoreinfo, "OSRELEASE", k->release, sizeof(k->release)))
		k->release[0] = '\0';
	k->crash_time = known_or(k->layout.crash_time, 0);
}

/* The headers of a dump have facts that its notes may lack. Its page size is its block size. */
static void take_saved(struct kernel *k, const struct source_saved *s)
{
	k->page_shift = s->page_shift;
	k->phys_base = s->phys_base;
	if (!known(k->layout.crash_time))
		k->crash_time = s->crash_time;
	if (!k->release[0])
		memcpy(k->release, s->uts[2], sizeof(k->release));
}

/* What is saved has vmcoreinfo too, and readers believe it. */
static void mend_note(struct kernel *k)
{
	struct blob sound;
	int nr = vmcoreinfo_mend(k->src->vmcoreinfo, 1u << k->page_shift, &sound);
	int rc = nr > 0 ? source_set_vmcoreinfo(k->src, sound) : nr;

	if (nr > 0)
		free((void *)(uintptr_t)sound.data);
	if (rc < 0)
		log_msg(LOG_ERROR, "no memory to mend the text of vmcoreinfo");
	else if (nr > 0)
		log_msg(LOG_ERROR,
			"vmcoreinfo is damaged where readers would refuse the dump; what is saved "
			"has %d of its lines mended or left out, and pages of %u bytes",
			nr, 1u << k->page_shift);
}

struct trial {
	struct kernel *k;
	struct view *v;
	int rc;
};

/* Is this the note of the crashed kernel? Then its addresses lead to its own release string. */
static bool try_note(void *arg, struct blob text)
{
	struct trial *t = arg;
	struct kernel *k = t->k;
	bool yes;

	layout_init(&k->layout);
	(void)layout_from_vmcoreinfo(&k->layout, text);
	if (!vmcoreinfo_text(text, "OSRELEASE", k->release, sizeof(k->release)))
		return false;
	k->page_shift = page_shift_of(&k->layout);
	k->arch->find_image(k);
	yes = k->arch->init(k, t->v) == 0 && self_test(k, t->v);
	fail_clear();
	if (yes)
		t->rc = source_set_vmcoreinfo(k->src, text);
	return yes;
}

/* The memory of a guest, saved by its host: no header points at the note, but memory has it. */
static int find_note(struct kernel *k, struct view *v)
{
	struct trial t = { .k = k, .v = v };
	uint64_t pa = note_search(k->src, v, try_note, &t);

	if (pa && t.rc == 0)
		log_msg(LOG_COMMON, "the core has no vmcoreinfo note; the kernel's own is at %#jx",
			(uintmax_t)pa);
	k->release[0] = '\0';
	k->image = (struct kernel_image){ 0 };
	k->direct_base = 0;
	k->phys_base = 0;
	return t.rc;
}

/* A file that cannot help is named at once, also where the dump has all that is needed. */
static void check_vmlinux(struct kernel *k)
{
	char build_id[BUILD_ID_SIZE];
	struct vmlinux_file *file;
	int rc = k->vmlinux ? vmlinux_open(k->vmlinux, &file) : 0;

	if (k->vmlinux && rc == 0) {
		if (vmcoreinfo_text(k->src->vmcoreinfo, "BUILD-ID", build_id, sizeof(build_id)))
			rc = vmlinux_check(file, build_id);
		vmlinux_close(file);
	}
	if (rc == 0)
		return;
	log_msg(LOG_ERROR, "the file of -x is not used: %s", fail_text());
	fail_clear();
	k->vmlinux = NULL;
}

int kernel_open_with(struct source *src, const char *vmlinux, struct kernel **out)
{
	struct kernel *k = calloc(1, sizeof(*k));
	struct view *v = NULL;
	int rc;

	if (!k)
		return fail(-ENOMEM, "open kernel");
	k->src = src;
	k->vmlinux = vmlinux;
	rc = pick_arch(k);
	if (rc == 0)
		rc = view_open(src, &v);
	if (rc == 0 && src->vmcoreinfo.len == 0)
		rc = find_note(k, v);
	if (rc < 0) {
		view_close(v);
		free(k);
		return rc;
	}
	learn_layout(k);
	check_vmlinux(k);
	k->page_shift = page_shift_of(&k->layout);
	if (src->saved)
		take_saved(k, src->saved);
	mend_note(k);
	k->arch->find_image(k);
	learn_addresses(k, v);
	view_close(v);
	*out = k;
	return 0;
}

int kernel_open(struct source *src, struct kernel **out)
{
	return kernel_open_with(src, NULL, out);
}

void kernel_close(struct kernel *k)
{
	free(k);
}
