/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory_plan.c - the memory plan */
#include "memory_plan.h"

#include "filter/filter.h"
#include "pack/packer.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>

#define VIEW_BYTES    (128u << 10) /* bounce buffer and page tables of its windows */
#define STACK_BYTES   (64u << 10)  /* what a worker touches of its stack */
#define FORMAT_BYTES  (512u << 10)
#define CPUS_MAX      (1u << 16)
#define PROGRAM_BYTES (1u << 20) /* libc, lists of memory, the rest */

/* CPUs that we may run on, if the kernel's set of them has no more than most bits; else 0. */
static int count_cpus(unsigned most)
{
	size_t len = CPU_ALLOC_SIZE(most);
	cpu_set_t *set = CPU_ALLOC(most);
	int nr = set && sched_getaffinity(0, len, set) == 0 ? CPU_COUNT_S(len, set) : 0;

	CPU_FREE(set);
	return nr;
}

static int nr_cpus(void)
{
	int nr = 0;

	/* cpu_set_t has 1024 bits; the set of a machine that could have more is refused there. */
	for (unsigned most = CPU_SETSIZE; nr == 0 && most <= CPUS_MAX; most *= 2)
		nr = count_cpus(most);
	return nr ? nr : 1;
}

static uint64_t mem_available(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	uint64_t kib = 0;
	char line[128];

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "MemAvailable: %" SCNu64, &kib) == 1)
			break;
	fclose(f);
	return kib << 10;
}

static unsigned members(const struct plan_cfg *cfg)
{
	return cfg->nr_members ? cfg->nr_members : 1;
}

static uint64_t bytes_for(const struct plan_cfg *cfg, unsigned nr_threads, unsigned nr_slots)
{
	unsigned workers = nr_threads ? nr_threads : 1;
	uint64_t packer =
		packer_memory(cfg->codec, cfg->codec_level, cfg->page_shift, cfg->of_dump) +
		cfg->view_bytes;

	return PROGRAM_BYTES + cfg->sink_bytes + filter_memory(cfg->max_pfn) +
	       members(cfg) *
		       (FORMAT_BYTES + (uint64_t)nr_slots * (BATCH_BYTES + sizeof(struct batch)) +
			workers * (packer + VIEW_BYTES + STACK_BYTES));
}

void plan_make(const struct plan_cfg *cfg, struct memory_plan *out)
{
	int asked = cfg->nr_threads >= 0 ? cfg->nr_threads : nr_cpus();
	unsigned n;

	/* With one CPU, a worker would only take turns with the conductor. */
	if (cfg->nr_threads < 0 && asked == 1)
		asked = 0;
	/* Conductors of several files work side by side: workers are for more CPUs than files. */
	if (cfg->nr_members)
		asked = asked > (int)cfg->nr_members ? asked / (int)cfg->nr_members : 0;
	n = asked > THREADS_MAX ? THREADS_MAX : (unsigned)asked;
	if (n > THREADS_MAX / members(cfg))
		n = THREADS_MAX / members(cfg);
	*out = (struct memory_plan){ .available =
					     cfg->available ? cfg->available : mem_available() };
	for (;; n--) {
		out->nr_threads = n;
		out->nr_slots = n ? 2 * n + 2 : 1;
		out->bytes = bytes_for(cfg, n, out->nr_slots);
		/* Half of it: the page cache of the dump takes memory too. */
		out->fits = !out->available || out->bytes <= out->available / 2;
		if (out->fits || n == 0)
			break;
	}
	out->nr_scanners = n && (int)n < nr_cpus() ? n + 1 : n;
	out->lowered = (int)n < asked && n < THREADS_MAX / members(cfg);
}
