/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_tasks_part.c - the list of tasks: threads folded, and bounded on a machine with 100,000 */
#include "report/part.h"

#include "base/util.h"
#include "report_case.h"

#include <string.h>
#include <unistd.h>

#define INIT_AT 0x21000 /* of init_task, in the image */
#define MIB	(1u << 20)

/* Layout of a task and its signal_struct, in one piece of memory. */
enum { STATE, FLAGS = 4, EXIT = 8, PID = 12, TGID = 16, TASKS = 24, NODE = 40, SIGNAL = 56 };
enum { MM = 64, STACK = 72, COMM = 80, TASK_SIZE = 128, HEAD = 128, PIECE = 192 };

struct bench {
	struct report_case c;
	uint64_t memory;       /* pa of all tasks but init_task */
	uint64_t last_process; /* va */
	unsigned nr;	       /* tasks in memory */
	char *text;
	size_t len;
};

static void make_types(struct fix_btf *b)
{
	uint32_t num = fix_btf_int(b, "unsigned int", 4, false);
	uint32_t letter = fix_btf_int(b, "char", 1, true);
	uint32_t ptr = fix_btf_ref(b, BTF_PTR, "", 0);
	uint32_t comm = fix_btf_array(b, letter, 16);
	uint32_t list = fix_btf_struct(
		b, "list_head", 16,
		(struct fix_btf_member[]){ { "next", ptr, 0, 0 }, { "prev", ptr, 64, 0 } }, 2);

	fix_btf_struct(b, "signal_struct", 16,
		       &(struct fix_btf_member){ "thread_head", list, 0, 0 }, 1);
	fix_btf_struct(b, "task_struct", TASK_SIZE,
		       (struct fix_btf_member[]){ { "__state", num, STATE * 8, 0 },
						  { "flags", num, FLAGS * 8, 0 },
						  { "exit_state", num, EXIT * 8, 0 },
						  { "pid", num, PID * 8, 0 },
						  { "tgid", num, TGID * 8, 0 },
						  { "tasks", list, TASKS * 8, 0 },
						  { "thread_node", list, NODE * 8, 0 },
						  { "signal", ptr, SIGNAL * 8, 0 },
						  { "mm", ptr, MM * 8, 0 },
						  { "stack", ptr, STACK * 8, 0 },
						  { "comm", comm, COMM * 8, 0 } },
		       11);
}

/* nr: tasks that will be added. */
static void begin(struct bench *b, unsigned nr)
{
	static const struct fix_symbol more[] = { { INIT_AT, "Dinit_task" },
						  { INIT_AT + 4096, "Dnext_one" } };
	struct fix *f;
	uint64_t pa, va;

	*b = (struct bench){ 0 };
	report_case_new(&b->c, make_types, more, 2);
	f = b->c.f;
	pa = f->image_pa + INIT_AT;
	va = f->image_va + INIT_AT;
	b->memory = fix_alloc(f, (uint64_t)(nr + 1) * PIECE);
	fix_write(f, pa + COMM, "swapper/0", 9);
	fix_poke(f, pa + TASKS, va + TASKS, 8);
	fix_poke(f, pa + SIGNAL, va + HEAD, 8);
	fix_poke(f, pa + NODE, va + HEAD, 8);
	fix_poke(f, pa + HEAD, va + NODE, 8);
	b->last_process = va;
}

static uint64_t pa_of(struct bench *b, uint64_t va)
{
	struct fix *f = b->c.f;

	return va == f->image_va + INIT_AT ? f->image_pa + INIT_AT : va - fix_va(f, 0);
}

static uint64_t new_task(struct bench *b, uint64_t leader, uint32_t state)
{
	uint64_t pa = b->memory + (uint64_t)b->nr++ * PIECE, va = fix_va(b->c.f, pa);
	struct fix *f = b->c.f;

	fix_poke(f, pa + STATE, state, 4);
	fix_poke(f, pa + PID, b->nr, 4);
	fix_poke(f, pa + TGID, leader ? fix_peek(f, pa_of(b, leader) + PID, 4) : b->nr, 4);
	fix_poke(f, pa + SIGNAL, (leader ? leader : va) + HEAD, 8);
	fix_write(f, pa + COMM, leader ? "thread" : "process", 7);
	return va;
}

/* A process with threads, the last of which is in the state; itself it sleeps. */
static void add_process(struct bench *b, unsigned threads, uint32_t state)
{
	uint64_t leader = new_task(b, 0, 1), last = leader;
	struct fix *f = b->c.f;
	uint64_t init = f->image_va + INIT_AT;

	fix_poke(f, pa_of(b, b->last_process) + TASKS, leader + TASKS, 8);
	fix_poke(f, pa_of(b, leader) + TASKS, init + TASKS, 8);
	fix_poke(f, pa_of(b, leader) + TASKS + 8, b->last_process + TASKS, 8);
	fix_poke(f, pa_of(b, init) + TASKS + 8, leader + TASKS, 8);
	b->last_process = leader;
	fix_poke(f, pa_of(b, leader) + HEAD, leader + NODE, 8);
	for (unsigned i = 1; i < threads; i++) {
		uint64_t thread = new_task(b, leader, i + 1 < threads ? 1 : state);

		fix_poke(f, pa_of(b, last) + NODE, thread + NODE, 8);
		last = thread;
	}
	fix_poke(f, pa_of(b, last) + NODE, leader + HEAD, 8);
}

static void read_tasks(struct bench *b, unsigned max)
{
	struct report *r = &b->c.r;

	report_case_open(&b->c);
	CHECK_EQ(ktasks_open(r->syms, r->btf, NULL, max, &r->tasks), 0);
}

static const char *print(struct bench *b, int (*part)(struct report *r, FILE *f))
{
	FILE *f;

	free(b->text);
	f = open_memstream(&b->text, &b->len);
	CHECK_EQ(part(&b->c.r, f), 0);
	CHECK_EQ(fclose(f), 0);
	return b->text;
}

static bool says(const struct bench *b, const char *what)
{
	if (!strstr(b->text, what))
		printf("# no '%s' in:\n%.1000s\n", what, b->text);
	return strstr(b->text, what);
}

static void end(struct bench *b)
{
	ktasks_close(b->c.r.tasks);
	free(b->text);
	report_case_end(&b->c);
}

TEST(all_of_few)
{
	struct bench b;

	begin(&b, 5);
	add_process(&b, 1, 1);
	add_process(&b, 3, 2);
	read_tasks(&b, 100);
	print(&b, part_tasks_text);
	CHECK(says(&b, "  5 tasks: 1 R 3 S 1 D\n      PID "));
	CHECK(says(&b, "process\n"));
	CHECK(says(&b, "process (3 threads)\n"));
	CHECK(!strstr(b.text, "left out"));
	print(&b, part_tasks_json);
	CHECK(says(&b, "\"total\":5,\"left_out\":0,\"states\":{\"R\":1,\"S\":3,\"D\":1}"));
	CHECK(says(&b, "\"threads\":3}"));
	end(&b);
}

/* 100 processes with 1,000 threads each, one of which is blocked. */
static void many_threads(unsigned max)
{
	struct bench b;
	unsigned blocked = 0, processes = 0;

	begin(&b, 100000);
	for (int i = 0; i < 100; i++)
		add_process(&b, 1000, 2);
	read_tasks(&b, max);
	CHECK(!b.c.r.tasks->cut);
	CHECK_OP(b.c.r.tasks->nr, <=, max);
	CHECK_EQ(b.c.r.tasks->nr + b.c.r.tasks->nr_left_out, 100001);
	for (unsigned i = 0; i < b.c.r.tasks->nr; i++) {
		blocked += b.c.r.tasks->task[i].state == 'D';
		processes += b.c.r.tasks->task[i].threads == 1000;
	}
	CHECK_EQ(blocked, 100);
	CHECK_EQ(processes, 100);
	print(&b, part_tasks_json);
	CHECK(says(&b, "\"states\":{\"R\":1,\"S\":99900,\"D\":100}"));
	CHECK_OP(b.len, <, (max == REPORT_TASKS_FEW ? 3 * MIB : 8 * MIB));
	print(&b, part_tasks_text);
	CHECK(says(&b, "  100001 tasks: 1 R 99900 S 100 D\n"));
	CHECK(says(&b, " of them are left out below"));
	CHECK_OP(b.len, <, 1 * MIB);
	end(&b);
}

TEST(many)
{
	many_threads(REPORT_TASKS_FEW);
	many_threads(REPORT_TASKS_MANY);
}

/* No threads: the one that is blocked is the last of all. */
TEST(many_processes)
{
	struct bench b;

	begin(&b, 20001);
	for (int i = 0; i < 20000; i++)
		add_process(&b, 1, 1);
	add_process(&b, 1, 1);
	fix_poke(b.c.f, pa_of(&b, b.last_process) + STATE, 2, 4);
	read_tasks(&b, REPORT_TASKS_FEW);
	CHECK(!b.c.r.tasks->cut);
	CHECK_EQ(b.c.r.tasks->nr, REPORT_TASKS_FEW / 4 * 3 + 1);
	CHECK_EQ(b.c.r.tasks->task[b.c.r.tasks->nr - 1].state, 'D');
	end(&b);
}

/* A list of threads that leads back into itself, past its head: at the leader alone, or before. */
TEST(threads_without_end)
{
	for (unsigned threads = 1; threads < 4; threads++) {
		struct bench b;
		uint64_t leader, last;

		begin(&b, 4);
		add_process(&b, threads, 1);
		leader = fix_va(b.c.f, b.memory);
		last = leader + (uint64_t)(threads - 1) * PIECE;
		fix_poke(b.c.f, pa_of(&b, last) + NODE, leader + NODE, 8);
		alarm(30);
		read_tasks(&b, 100);
		alarm(0);
		CHECK(b.c.r.tasks->cut);
		CHECK_EQ(b.c.r.tasks->nr, 1 + threads);
		end(&b);
	}
}

/* What a damaged pointer hides is found from the other end of the list. */
TEST(damaged_in_the_middle)
{
	static const uint64_t wrong[] = { 0, 0xdead000000000100, 0xffff888000000007 };

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct bench b;

		begin(&b, 10);
		for (int n = 0; n < 10; n++)
			add_process(&b, 1, 1);
		fix_poke(b.c.f, b.memory + 3 * PIECE + TASKS, wrong[i], 8);
		read_tasks(&b, 100);
		CHECK(b.c.r.tasks->cut);
		CHECK_EQ(b.c.r.tasks->nr, 11);
		end(&b);
	}
}

/* More than are looked at, and a list that leads back into itself. */
TEST(no_end)
{
	struct bench b;

	begin(&b, 2000);
	for (int i = 0; i < 2000; i++)
		add_process(&b, 1, 1);
	fix_poke(b.c.f, pa_of(&b, b.last_process) + TASKS, fix_va(b.c.f, b.memory) + TASKS, 8);
	read_tasks(&b, 100);
	CHECK(b.c.r.tasks->cut);
	CHECK_EQ(b.c.r.tasks->nr + b.c.r.tasks->nr_left_out, 1600);
	ktasks_close(b.c.r.tasks);
	CHECK_EQ(ktasks_open(b.c.r.syms, b.c.r.btf, NULL, 1000, &b.c.r.tasks), 0);
	CHECK(b.c.r.tasks->cut);
	CHECK_EQ(b.c.r.tasks->nr + b.c.r.tasks->nr_left_out, 2001);
	print(&b, part_tasks_text);
	CHECK(says(&b, "; the list is damaged or has no end, there may be more\n"));
	end(&b);
}

RUN(all_of_few, many, many_processes, damaged_in_the_middle, no_end, threads_without_end)
