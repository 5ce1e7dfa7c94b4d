/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_cpus.c - which CPUs a kernel has, whatever it says of their number */
#include "kernel/cpus.h"

#include "base/err.h"
#include "base/util.h"
#include "report_case.h"

/* Offsets of the symbols in the image. */
enum { OFFSETS = 0x30000, POSSIBLE = 0x30100, ONLINE = 0x30108, NR_IDS = 0x30110, RUNQ = 0x30200 };
#define STACK 0x40000

static void make_types(struct fix_btf *b)
{
	uint32_t ptr = fix_btf_ref(b, BTF_PTR, "", 0), u64 = fix_btf_int(b, "long", 8, false);

	fix_btf_struct(b, "rq", 128,
		       (struct fix_btf_member[]){ { "curr", ptr, 64, 0 }, { "idle", ptr, 128, 0 } },
		       2);
	fix_btf_struct(b, "task_struct", 4096,
		       (struct fix_btf_member[]){ { "stack", ptr, 256, 0 } }, 1);
	fix_btf_struct(b, "cpumask", 8,
		       (struct fix_btf_member[]){ { "bits", fix_btf_array(b, u64, 1), 0, 0 } }, 1);
}

/* A machine with CPUs 0 and 2, whose kernel says that there are nr_ids; 0: it does not say. */
static unsigned count_cpus(uint32_t nr_ids)
{
	const struct fix_symbol sym[] = {
		{ OFFSETS, "D__per_cpu_offset" }, { POSSIBLE, "R__cpu_possible_mask" },
		{ ONLINE, "R__cpu_online_mask" }, { NR_IDS, nr_ids ? "Dnr_cpu_ids" : "Dsomething" },
		{ RUNQ, "Drunqueues" },
	};
	struct report_case c;
	struct kcpus *cpus = NULL;
	unsigned nr;

	report_case_new(&c, make_types, sym, ARRAY_SIZE(sym));
	fix_poke(c.f, c.f->image_pa + POSSIBLE, 5, 8);
	fix_poke(c.f, c.f->image_pa + ONLINE, UINT64_MAX, 8);
	fix_poke(c.f, c.f->image_pa + NR_IDS, nr_ids, 4);
	report_case_open(&c);
	CHECK_EQ(kcpus_open(c.r.syms, c.r.btf, &cpus), 0);
	nr = cpus->nr;
	CHECK_EQ(cpus->cpu[0].nr, 0);
	CHECK(nr < 2 || cpus->cpu[1].nr == 2);
	kcpus_close(cpus);
	report_case_end(&c);
	fail_clear();
	return nr;
}

TEST(number_is_told)
{
	CHECK_EQ(count_cpus(3), 2);
	CHECK_EQ(count_cpus(2), 1);
}

/* A mask has 64 bits; what follows it is not a part of it. */
TEST(number_is_not_told)
{
	CHECK_EQ(count_cpus(0), 2);
	CHECK_EQ(count_cpus(8192), 2);
}

/* A kernel without SMP has one of everything. */
TEST(one_cpu)
{
	const struct fix_symbol sym[] = { { POSSIBLE, "R__cpu_possible_mask" },
					  { ONLINE, "R__cpu_online_mask" },
					  { RUNQ, "Drunqueues" } };
	struct report_case c;
	struct kcpus *cpus = NULL;
	uint64_t task;

	report_case_new(&c, make_types, sym, ARRAY_SIZE(sym));
	task = fix_va(c.f, fix_alloc(c.f, 4096));
	fix_poke(c.f, c.f->image_pa + POSSIBLE, 1, 8);
	fix_poke(c.f, c.f->image_pa + RUNQ + 8, task, 8);
	report_case_open(&c);
	CHECK_EQ(kcpus_open(c.r.syms, c.r.btf, &cpus), 0);
	CHECK_EQ(cpus->nr, 1);
	CHECK_EQ(cpus->cpu[0].task, task);
	CHECK_EQ(cpus->cpu[0].rq, c.f->image_va + RUNQ);
	kcpus_close(cpus);
	report_case_end(&c);
}

static uint64_t stack_size(const char *start, const char *end, uint64_t size)
{
	const struct fix_symbol sym[] = { { STACK, start }, { STACK + size, end } };
	struct report_case c;
	uint64_t found;

	report_case_new(&c, make_types, sym, ARRAY_SIZE(sym));
	report_case_open(&c);
	found = kernel_stack_size(c.r.k, c.r.syms);
	report_case_end(&c);
	return found;
}

/* 16 KiB, but for kernels with KASAN, and those of arm64 with pages of 64 KiB. */
TEST(size_of_a_stack)
{
	CHECK_EQ(stack_size("D__start_init_task", "D__end_init_task", 0x8000), 0x8000);
	CHECK_EQ(stack_size("D__start_init_stack", "D__end_init_stack", 0x10000), 0x10000);
	CHECK_EQ(stack_size("D__start_init_stack", "D__end_init_stack", 0x5000), 0x4000);
	CHECK_EQ(stack_size("D__start_init_stack", "D__end_init_stack", 0), 0x4000);
	CHECK_EQ(stack_size("Dsomething", "D__end_init_stack", 0x8000), 0x4000);
}

RUN(number_is_told, number_is_not_told, one_cpu, size_of_a_stack)
