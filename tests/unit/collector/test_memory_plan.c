/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_memory_plan.c - how many threads there are by default */
#include "memory_plan.h"

#include "check.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

static unsigned possible, allowed;

/* In place of the C library's: of so many possible CPUs the first ones are allowed. */
int sched_getaffinity(pid_t pid, size_t len, cpu_set_t *set)
{
	(void)pid;
	if (len * 8 < possible) {
		errno = EINVAL;
		return -1;
	}
	memset(set, 0, len);
	for (unsigned i = 0; i < allowed; i++)
		CPU_SET_S(i, len, set);
	return 0;
}

static struct memory_plan planned(int nr_threads, unsigned nr_members)
{
	const struct plan_cfg cfg = {
		.nr_threads = nr_threads,
		.nr_members = nr_members,
		.page_shift = 12,
		.max_pfn = 1 << 20,
		.available = 1ull << 40,
	};
	struct memory_plan plan;

	plan_make(&cfg, &plan);
	return plan;
}

TEST(one_thread_for_each_cpu)
{
	possible = 8;
	allowed = 4;
	CHECK_EQ(planned(-1, 0).nr_threads, 4);
	CHECK_EQ(planned(3, 0).nr_threads, 3);
	allowed = 1;
	CHECK_EQ(planned(-1, 0).nr_threads, 0);
}

TEST(machines_with_more_cpus_than_a_set_has_bits)
{
	allowed = 40;
	for (possible = 512; possible <= 8192; possible *= 2)
		CHECK_EQ(planned(-1, 0).nr_threads, 40);
	allowed = 5000;
	possible = 8192;
	CHECK_EQ(planned(-1, 0).nr_threads, THREADS_MAX);
	CHECK(!planned(-1, 0).lowered);
}

TEST(threads_of_several_files_together)
{
	possible = 8;
	allowed = 8;
	CHECK_EQ(planned(-1, 2).nr_threads, 4);
	CHECK_EQ(planned(-1, 16).nr_threads, 0);
}

RUN(one_thread_for_each_cpu, machines_with_more_cpus_than_a_set_has_bits,
    threads_of_several_files_together)
