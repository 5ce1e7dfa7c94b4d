/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_locks_part.c - chains of tasks that wait for each other, and what the report says of them */
#include "report/lock_chain.h"
#include "report/part.h"

#include "lock_case.h"

#include <inttypes.h>
#include <string.h>

#define NR_TASKS 3

struct bench {
	struct lock_machine m;
	struct ktask task[NR_TASKS];
	struct ktasks tasks;
	struct report r;
	char *text;
};

/* Tasks are called a, b and c, have pids from 10, and are blocked. */
static void begin(struct bench *b)
{
	*b = (struct bench){ 0 };
	lock_setup(&b->m, true);
	b->tasks = (struct ktasks){ .task = b->task, .nr = NR_TASKS };
	for (int i = 0; i < NR_TASKS; i++) {
		b->task[i] = (struct ktask){ .va = lock_va(&b->m, b->m.task[i]),
					     .pid = 10 + i,
					     .state = 'D' };
		b->task[i].comm[0] = (char)('a' + i);
	}
}

/* waiter waits for the mutex number nr, which holder has. */
static void waits(struct bench *b, int waiter, unsigned nr, int holder)
{
	struct lock_machine *m = &b->m;
	uint64_t lock = m->mutex + 64 * nr, entry = lock_entry(m, waiter);

	fix_poke(m->f, lock, lock_va(m, m->task[holder]) | 1, 8);
	fix_poke(m->f, entry + WAITER_TASK, lock_va(m, m->task[waiter]), 8);
	link_nodes(m, entry, entry);
	fix_poke(m->f, lock + MUTEX_LIST, lock_va(m, entry), 8);
	fix_poke(m->f, m->task[waiter] + TASK_BLOCKED, lock_va(m, lock), 8);
}

static const char *print(struct bench *b, int (*part)(struct report *r, FILE *f))
{
	size_t len;
	FILE *f;

	if (!b->r.k) {
		lock_start(&b->m);
		b->r = (struct report){ .k = b->m.k,
					.v = b->m.v,
					.mem = b->m.mem,
					.btf = b->m.btf,
					.tasks = &b->tasks };
	}
	free(b->text);
	f = open_memstream(&b->text, &len);
	CHECK(f);
	CHECK_EQ(part(&b->r, f), 0);
	CHECK_EQ(fclose(f), 0);
	return b->text;
}

static void end(struct bench *b)
{
	free(b->text);
	lock_stop(&b->m);
}

/* In the text {0} and {1} stand for the addresses of the mutexes 0 and 1. */
static bool says(struct bench *b, const char *text)
{
	char want[400];
	size_t n = 0;

	for (; *text && n + 20 < sizeof(want); text++) {
		if (*text == '{' && (text[1] == '0' || text[1] == '1') && text[2] == '}') {
			uint64_t va = lock_va(&b->m, b->m.mutex) + (text[1] == '1' ? 64 : 0);

			n += (size_t)sprintf(want + n, "%#" PRIx64, va);
			text += 2;
		} else {
			want[n++] = *text;
		}
	}
	want[n] = '\0';
	if (!strstr(b->text, want))
		print_message("# %s# lacks: %s\n", b->text, want);
	return strstr(b->text, want);
}

/* One sentence, told once, however many tasks are in the circle. */
TEST(deadlock)
{
	struct bench b;

	begin(&b);
	waits(&b, 0, 1, 1);
	waits(&b, 1, 0, 0);
	print(&b, part_locks_text);
	CHECK(says(&b, "  Deadlock: a (pid 10) waits for the mutex {1}, held by b (pid 11), which "
		       "waits for the mutex {0}, held by a (pid 10).\n"));
	CHECK(!strstr(strstr(b.text, "Deadlock") + 1, "Deadlock"));
	CHECK_EQ(strcspn(b.text, "\n") + 1, strlen(b.text));
	print(&b, part_locks_json);
	CHECK(says(&b, "\"deadlocks\":[{\"certain\":true,\"pids\":[10,11]}]"));
	end(&b);
}

/* Who waits for the circle is not part of it; who waits for itself is all of it. */
TEST(beside_the_circle)
{
	struct bench b;

	begin(&b);
	waits(&b, 1, 1, 1);
	waits(&b, 0, 0, 1);
	print(&b, part_locks_text);
	CHECK(says(&b, "  Deadlock: b (pid 11) waits for the mutex {1}, held by b (pid 11).\n"));
	CHECK(says(&b, "  a (pid 10) waits for the mutex {0}, held by b (pid 11), which waits"));
	print(&b, part_locks_json);
	CHECK(says(&b, "\"deadlocks\":[{\"certain\":true,\"pids\":[11]}]"));
	end(&b);
}

/* The end of a chain is what everybody waits for. */
TEST(chain_to_its_end)
{
	struct bench b;

	begin(&b);
	waits(&b, 0, 0, 1);
	waits(&b, 1, 1, 2);
	b.task[2].state = 'R';
	b.task[2].on_cpu = true;
	b.task[2].cpu = 3;
	print(&b, part_locks_text);
	CHECK(says(&b, "  a (pid 10) waits for the mutex {0}, held by b (pid 11), which waits for "
		       "the mutex {1}, held by c (pid 12), which was running on CPU 3\n"));
	CHECK(!strstr(b.text, "Deadlock"));
	b.task[2].state = 'S';
	b.task[2].on_cpu = false;
	print(&b, part_locks_text);
	CHECK(says(&b, "c (pid 12), which waits for no lock (state S)\n"));
	end(&b);
}

/* Nothing proves that an owner that is on no list is a task. */
TEST(owner_that_is_no_task)
{
	struct bench b;

	begin(&b);
	waits(&b, 0, 0, 2);
	b.tasks.nr = 2;
	print(&b, part_locks_text);
	CHECK(says(&b, "a (pid 10) waits for the mutex {0}, whose holder is not known\n"));
	end(&b);
}

TEST(nobody_waits)
{
	struct bench b;

	begin(&b);
	CHECK_STR(print(&b, part_locks_text), "");
	print(&b, part_locks_json);
	CHECK(says(&b, "{\"cut\":false,\"deadlocks\":[],\"waits\":[]}"));
	end(&b);
}

/* What is damaged may make any circle: the walk ends, from each place. */
TEST(circles_end)
{
	struct klock_wait wait[4] = { { .task = 1, .lock = 8, .owner = 2 },
				      { .task = 2, .lock = 8, .owner = 3 },
				      { .task = 3, .lock = 8, .owner = 4, .shared = true },
				      { .task = 4, .lock = 8, .owner = 2 } };
	const struct lock_chains c = { .wait = wait, .nr = 4 };
	bool certain;

	CHECK(!lock_chain_loops(&c, &wait[0], &certain) && !lock_chain_leads(&c, &wait[0]));
	CHECK(lock_chain_loops(&c, &wait[1], &certain) && !certain);
	CHECK(lock_chain_leads(&c, &wait[1]) && !lock_chain_leads(&c, &wait[2]));
	CHECK_EQ(lock_chain_next(&c, &wait[3]), &wait[1]);
	wait[3].lock = 0; /* it waits for nothing after all */
	CHECK(!lock_chain_loops(&c, &wait[1], &certain));
	CHECK(!lock_chain_next(&c, &wait[2]));
}

RUN(deadlock, beside_the_circle, chain_to_its_end, owner_that_is_no_task, nobody_waits, circles_end)
