/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_elf_head.c - cores whose first header is damaged open, and other files do not */
#include "source/elf_head.h"

#include "base/err.h"
#include "check.h"
#include "core_case.h"

#include <elf.h>
#include <stdlib.h>

struct file {
	struct fix *f;
	int fd;
	char path[32];
	Elf64_Ehdr sound;
};

static struct file new_file(void)
{
	struct file x = { .f = memory() };

	fix_ram(x.f, 9 * MIB, 1 * MIB, 0xffffffff81000000); /* as x86_64 has its image */
	x.fd = fix_core(x.f, x.path);
	CHECK_EQ(pread(x.fd, &x.sound, sizeof(x.sound), 0), sizeof(x.sound));
	CHECK_EQ(x.sound.e_phoff, sizeof(x.sound));
	return x;
}

static void file_end(struct file *x)
{
	close(x->fd);
	fix_free(x->f);
}

/* The same core as with a sound header, but for e_flags, which say whether it is complete. */
static void check_opens(struct file *x, const Elf64_Ehdr *eh)
{
	struct core c = { .f = x->f, .fd = -1 };

	CHECK_EQ(pwrite(x->fd, eh, sizeof(*eh), 0), sizeof(*eh));
	CHECK_EQ(source_elf_open(x->path, &c.src), 0);
	CHECK_EQ(c.src->elf_machine, EM_X86_64);
	CHECK_EQ(c.src->nr_data, 3);
	CHECK_EQ(c.src->nr_cpus, 2);
	CHECK_EQ(c.src->vmcoreinfo.len, strlen("OSRELEASE=6.1\n"));
	CHECK(!c.src->cut_short);
	CHECK_EQ(view_open(c.src, &c.v), 0);
	CHECK(same(&c, 1 * MIB, FIX_PAGE));
	CHECK(same(&c, 7 * MIB - FIX_PAGE, FIX_PAGE));
	view_close(c.v);
	source_close(c.src);
}

TEST(each_damaged_byte_is_made_up_for)
{
	static const unsigned char change[] = { 0x01, 0x10, 0x80, 0xff };
	struct file x = new_file();

	for (size_t i = 0; i < sizeof(x.sound); i++) {
		for (size_t k = 0; k < sizeof(change); k++) {
			Elf64_Ehdr eh = x.sound;

			((unsigned char *)&eh)[i] ^= change[k];
			check_opens(&x, &eh);
		}
	}
	file_end(&x);
}

TEST(false_counts_are_corrected)
{
	static const uint16_t count[] = { 0, 1, 2, 0xfffe, 0xffff };
	struct file x = new_file();

	for (size_t i = 0; i < sizeof(count) / sizeof(count[0]); i++) {
		Elf64_Ehdr eh = x.sound;

		eh.e_phnum = count[i];
		check_opens(&x, &eh);
	}
	file_end(&x);
}

TEST(sound_header_is_left_alone)
{
	struct file x = new_file();
	struct infile in;
	char *image;
	size_t len;

	CHECK_EQ(infile_init(&in, dup(x.fd)), 0);
	CHECK_EQ(elf_head_rebuild(&in, &image, &len), 0);
	CHECK_EQ(image, NULL);
	infile_fini(&in);
	file_end(&x);
}

TEST(programs_are_no_cores)
{
	struct file x = new_file();
	struct source *src = NULL;

	for (Elf64_Half type = ET_REL; type <= ET_DYN; type++) {
		Elf64_Ehdr eh = x.sound;

		eh.e_type = type;
		CHECK_EQ(pwrite(x.fd, &eh, sizeof(eh), 0), sizeof(eh));
		CHECK_EQ(source_elf_open(x.path, &src), -ENOEXEC);
		CHECK(strstr(fail_text(), "not a core"));
		fail_clear();
	}
	file_end(&x);
}

TEST(arm64_is_known_by_its_addresses)
{
	Elf64_Phdr ph[2] = { { .p_type = PT_NOTE, .p_offset = 0x1000, .p_filesz = 64 },
			     { .p_type = PT_LOAD,
			       .p_offset = 0x2000,
			       .p_vaddr = 0xffff800080000000,
			       .p_filesz = 4096,
			       .p_memsz = 4096 } };
	Elf64_Ehdr eh = { 0 };
	struct infile in;
	char *image = NULL;
	size_t len;
	int fd = memfd_create("core", 0);

	CHECK_EQ(pwrite(fd, ph, sizeof(ph), sizeof(eh)), sizeof(ph));
	CHECK_EQ(ftruncate(fd, 0x3000), 0);
	CHECK_EQ(infile_init(&in, fd), 0);
	CHECK_EQ(elf_head_rebuild(&in, &image, &len), 0);
	CHECK(image);
	CHECK_EQ(len, sizeof(eh) + sizeof(ph));
	memcpy(&eh, image, sizeof(eh));
	CHECK_EQ(eh.e_machine, EM_AARCH64);
	CHECK_EQ(eh.e_phnum, 2);
	free(image);
	infile_fini(&in);
}

RUN(each_damaged_byte_is_made_up_for, false_counts_are_corrected, sound_header_is_left_alone,
    programs_are_no_cores, arm64_is_known_by_its_addresses)
