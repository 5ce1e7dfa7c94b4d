/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sigbus.c - SIGBUS inside a mapped window becomes a damaged page */
#include "source/sigbus.h"

#include "base/util.h"
#include "source/host_page.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

struct sigbus {
	atomic_bool taken;
	atomic_uintptr_t start, end;
	atomic_bool tripped;
};

/* Global, because a signal handler gets no argument from us. */
static struct sigbus ranges[SIGBUS_MAX];

static struct sigbus *range_of(uintptr_t addr)
{
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
		if (addr >= atomic_load(&ranges[i].start) && addr < atomic_load(&ranges[i].end))
			return &ranges[i];
	return NULL;
}

/* Runs on the thread that touched the page: only async-signal-safe calls. */
static void on_sigbus(int sig, siginfo_t *info, void *context)
{
	uintptr_t addr = (uintptr_t)info->si_addr;
	struct sigbus *g = range_of(addr);
	size_t page = host_page_size();
	void *at = (void *)(uintptr_t)host_page_start(addr);

	(void)context;
	if (!g || mmap(at, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != at) {
		signal(sig, SIG_DFL);
		return; /* the access is repeated and ends us */
	}
	atomic_store(&g->tripped, true);
}

static void install(void)
{
	struct sigaction sa = { .sa_sigaction = on_sigbus, .sa_flags = SA_SIGINFO };

	sigaction(SIGBUS, &sa, NULL);
}

struct sigbus *sigbus_take(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, install);
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
		if (!atomic_exchange(&ranges[i].taken, true))
			return &ranges[i];
	return NULL;
}

void sigbus_set(struct sigbus *g, const void *start, size_t len)
{
	if (!g)
		return;
	atomic_store(&g->end, 0);
	atomic_store(&g->start, (uintptr_t)start);
	atomic_store(&g->end, (uintptr_t)start + len);
}

bool sigbus_tripped(struct sigbus *g)
{
	/* Called for every page. Only this thread trips the range: a relaxed read is enough. */
	return g && atomic_load_explicit(&g->tripped, memory_order_relaxed) &&
	       atomic_exchange(&g->tripped, false);
}

void sigbus_drop(struct sigbus *g)
{
	if (!g)
		return;
	sigbus_set(g, NULL, 0);
	atomic_store(&g->tripped, false);
	atomic_store(&g->taken, false);
}
