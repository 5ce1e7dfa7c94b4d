/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_vmlinux_file.c - an ELF file in place of the dump's tables; this program stands for a
 * vmlinux */
#include "kernel/vmlinux_file.h"

#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "core_case.h"
#include "kernel/build_id.h"
#include "kernel/kallsyms.h"

#define FILE_NAME "/proc/self/exe"

/* A symbol that is looked for; global, so that it has a capital letter. */
int vmlinux_witness(int n);

int vmlinux_witness(int n)
{
	return n + 1;
}

/* A mark between code and data, as each object of arm64 has them. */
__asm__(".pushsection .text\n\"$d.witness\": .byte 0\n.popsection");

static void own_build_id(char out[BUILD_ID_SIZE])
{
	struct vmlinux_file *v;
	struct blob notes;

	CHECK_EQ(vmlinux_open(FILE_NAME, &v), 0);
	CHECK_EQ(vmlinux_section(v, ".note.gnu.build-id", &notes), 0);
	CHECK(notes_build_id(notes.data, notes.len, out));
	CHECK_EQ(vmlinux_check(v, out), 0);
	CHECK_EQ(vmlinux_check(v, "0123"), -EINVAL);
	CHECK(strstr(fail_text(), "give the vmlinux of that kernel"));
	CHECK_EQ(vmlinux_section(v, ".BTF", &notes), -ENOENT);
	vmlinux_close(v);
	fail_clear();
}

static int find_witness(void *arg, const struct vmlinux_symbol *sym)
{
	struct vmlinux_symbol *found = arg;

	CHECK_OP(sym->name[0], !=, '$');
	if (strcmp(sym->name, "vmlinux_witness") == 0)
		*found = *sym;
	return 0;
}

TEST(build_id_sections_and_symbols)
{
	struct vmlinux_symbol found = { .va = 0 };
	char build_id[BUILD_ID_SIZE];
	struct vmlinux_file *v;

	own_build_id(build_id);
	CHECK_EQ(vmlinux_open(FILE_NAME, &v), 0);
	CHECK_EQ(vmlinux_symbols(v, find_witness, &found), 0);
	CHECK_EQ(found.type, 'T');
	CHECK_OP(found.va, >, 0);
	vmlinux_close(v);
}

TEST(no_vmlinux)
{
	struct vmlinux_file *v;

	CHECK_EQ(vmlinux_open("/proc/self/status", &v), -EBADMSG);
	CHECK_EQ(vmlinux_open("/nowhere/vmlinux", &v), -ENOENT);
	CHECK(strstr(fail_text(), "/nowhere/vmlinux"));
	fail_clear();
}

/* A core without any tables, of the build that build_id says. */
static int symbols_of(const char *build_id, struct core *c, struct kernel **k,
		      struct kallsyms **syms)
{
	struct fix *f = memory();

	fix_key(f, "BUILD-ID=%s", build_id);
	*c = open_core(f);
	CHECK_EQ(kernel_open_with(c->src, FILE_NAME, k), 0);
	return kallsyms_open(*k, c->v, syms);
}

TEST(symbols_that_the_dump_does_not_have)
{
	char build_id[BUILD_ID_SIZE];
	struct kallsyms *syms;
	struct ksym sym;
	struct kernel *k;
	struct core c;

	own_build_id(build_id);
	CHECK_EQ(symbols_of(build_id, &c, &k, &syms), 0);
	CHECK_EQ(kallsyms_lookup(syms, "vmlinux_witness", &sym), 0);
	CHECK_STR(sym.name, "vmlinux_witness");
	CHECK_EQ(sym.type, 'T');
	CHECK_EQ(kallsyms_at(syms, sym.va, &sym), 0);
	CHECK_STR(sym.name, "vmlinux_witness");
	CHECK_EQ(kallsyms_lookup(syms, "no_such_symbol", &sym), -ENOENT);
	for (uint64_t i = 0, before = 0; i < kallsyms_count(syms); i++, before = sym.va) {
		CHECK_EQ(kallsyms_nth(syms, (uint32_t)i, &sym), 0);
		CHECK_OP(sym.va, >=, before);
	}
	CHECK_EQ(kallsyms_nth(syms, kallsyms_count(syms), &sym), -ENOENT);
	kallsyms_close(syms);
	kernel_close(k);
	close_core(&c);
}

/* The line about the file, among others about what this core does not have. */
static void keep_line(void *arg, enum log_kind kind, const char *line)
{
	if (kind == LOG_ERROR && strstr(line, "-x"))
		snprintf(arg, 512, "%s", line);
}

/* It is said at once, although nothing has asked for its symbols yet. */
TEST(a_vmlinux_of_another_build)
{
	char line[512] = "";
	struct kallsyms *syms;
	struct kernel *k;
	struct core c;

	log_setup(0, false);
	log_watch(keep_line, line);
	CHECK_EQ(symbols_of("0123456789", &c, &k, &syms), -ENOENT);
	log_watch(NULL, NULL);
	CHECK(strstr(line, "the file of -x is not used: " FILE_NAME ": its build ID is"));
	CHECK_EQ(k->vmlinux == NULL, true);
	kernel_close(k);
	close_core(&c);
}

TEST(a_vmlinux_that_is_not_there)
{
	char line[512] = "";
	struct kernel *k;
	struct core c = open_core(memory());

	log_setup(0, false);
	log_watch(keep_line, line);
	CHECK_EQ(kernel_open_with(c.src, "/nowhere/vmlinux", &k), 0);
	log_watch(NULL, NULL);
	CHECK(strstr(line, "/nowhere/vmlinux: No such file"));
	kernel_close(k);
	close_core(&c);
}

RUN(build_id_sections_and_symbols, no_vmlinux, symbols_that_the_dump_does_not_have,
    a_vmlinux_of_another_build, a_vmlinux_that_is_not_there)
