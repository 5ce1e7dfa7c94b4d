/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_notes.c - notes of CPUs whose size no reader takes are left out, and nothing else is */
#include "source/notes.h"

#include "check.h"

#include <elf.h>
#include <string.h>

struct text {
	char bytes[2048];
	size_t len;
};

static void add(struct text *t, unsigned type, const char *name, size_t size)
{
	const Elf64_Nhdr h = { (Elf64_Word)strlen(name) + 1, (Elf64_Word)size, type };

	memcpy(t->bytes + t->len, &h, sizeof(h));
	memcpy(t->bytes + t->len + sizeof(h), name, h.n_namesz);
	t->len += sizeof(h) + ((h.n_namesz + 3) & ~3u);
	memset(t->bytes + t->len, (int)size, size);
	t->len += (size + 3) & ~(size_t)3;
}

TEST(bad_cpus)
{
	struct text t = { .len = 0 };
	struct notes_found found;
	struct blob notes, sound;

	add(&t, NT_PRSTATUS, "CORE", 336);
	add(&t, NT_PRSTATUS, "CORE", 0);
	add(&t, 0, "VMCOREINFO", 20);
	add(&t, NT_PRSTATUS, "QEMU", 40);
	add(&t, NT_PRSTATUS, "CORE", 332);
	notes = (struct blob){ t.bytes, t.len };
	CHECK_EQ(notes_drop_bad_cpus(notes, EM_X86_64, &sound), 2);
	notes_scan(sound, &found);
	CHECK_EQ(found.nr_cpus, 1);
	CHECK_EQ(found.vmcoreinfo.len, 20);
	CHECK_EQ(notes_prstatus(sound, 0).len, 336);
	CHECK_EQ(sound.len, t.len - 2 * (12 + 8) - 332);
	free((void *)(uintptr_t)sound.data);
}

TEST(nothing_to_drop)
{
	struct text t = { .len = 0 };
	struct blob notes, sound;

	add(&t, NT_PRSTATUS, "CORE", 392);
	notes = (struct blob){ t.bytes, t.len };
	CHECK_EQ(notes_drop_bad_cpus(notes, EM_AARCH64, &sound), 0);
	CHECK_EQ(notes_drop_bad_cpus(notes, EM_RISCV, &sound), 0);
	CHECK_EQ(notes_drop_bad_cpus((struct blob){ NULL, 0 }, EM_X86_64, &sound), 0);
}

RUN(bad_cpus, nothing_to_drop)
