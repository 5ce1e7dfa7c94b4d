/* SPDX-License-Identifier: GPL-2.0-or-later */
/* part_machine.c - which kernel, on what, for how long, started how */
#include "report/json_out.h"
#include "report/part.h"

#include "kernel/btf_source.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#define CMDLINE_SIZE 4096
#define NSEC	     1000000000u

struct machine {
	struct kernel_uts uts;
	char build_id[BUILD_ID_SIZE];
	char cmdline[CMDLINE_SIZE];
	int64_t crash_time; /* seconds since 1970; 0: unknown */
	char crashed[32];   /* the same, UTC */
	uint64_t uptime;    /* s; 0: unknown */
	unsigned cpus, online;
	uint64_t ram; /* bytes */
};

/* The clock of run queues starts at boot, and runs on while the CPUs do. */
static uint64_t find_uptime(const struct report *r)
{
	return r->tasks ? r->tasks->clock / NSEC : 0;
}

static void find_cmdline(struct report *r, struct machine *m)
{
	uint64_t va;

	if (!r->syms || kallsyms_read(r->syms, "saved_command_line", 8, &va) < 0 ||
	    kmem_string(r->mem, va, m->cmdline, sizeof(m->cmdline)) == -EFAULT)
		m->cmdline[0] = '\0';
	m->cmdline[strcspn(m->cmdline, "\n")] = '\0';
}

/* The clock's seconds, as they were when it last ticked; 0: unknown. */
static int64_t clock_seconds(struct report *r)
{
	struct btf_field seconds, keeper = { .off = 8 };
	uint64_t va, value;

	if (!r->btf || btf_member(r->btf, "timekeeper", "xtime_sec", &seconds) < 0)
		return 0;
	/* A lock of at most 8 bytes, then the clock; since 7.0 the struct has a name. */
	if (kallsyms_find(r->syms, "tk_core", &va) < 0) {
		if (kallsyms_find(r->syms, "timekeeper_data", &va) < 0 ||
		    btf_member(r->btf, "tk_data", "timekeeper", &keeper) < 0)
			return 0;
	}
	if (btf_read(r->mem, va + keeper.off, &seconds, &value) < 0 || value > UINT32_MAX)
		return 0;
	return (int64_t)value;
}

static void find_time(struct report *r, struct machine *m)
{
	struct tm tm;
	time_t at;

	m->crash_time = r->k->crash_time ? r->k->crash_time : clock_seconds(r);
	at = (time_t)m->crash_time;
	if (at > 0 && gmtime_r(&at, &tm))
		strftime(m->crashed, sizeof(m->crashed), "%Y-%m-%d %H:%M:%S UTC", &tm);
}

static void read_machine(struct report *r, struct machine *m)
{
	*m = (struct machine){ .uptime = find_uptime(r) };
	kernel_uts(r->k, r->v, &m->uts);
	if (!kernel_build_id(r->k, r->syms, m->build_id))
		m->build_id[0] = '\0';
	find_cmdline(r, m);
	find_time(r, m);
	for (unsigned i = 0; r->cpus && i < r->cpus->nr; i++)
		m->online += r->cpus->cpu[i].online;
	m->cpus = r->cpus ? r->cpus->nr : 0;
	/* The memory of a dump that is filtered is where its last page is. */
	for (size_t i = 0; !r->k->src->saved && i < r->k->src->nr_ram; i++)
		m->ram += r->k->src->ram[i].end - r->k->src->ram[i].start;
}

static void print_line(FILE *f, const char *what, const char *text)
{
	char safe[CMDLINE_SIZE + 256];

	if (!text[0])
		return;
	report_escape(text, safe, sizeof(safe));
	fprintf(f, "%-14s%s\n", what, safe);
}

int part_machine_text(struct report *r, FILE *f)
{
	struct machine m;

	read_machine(r, &m);
	print_line(f, "kernel:", m.uts.field[2]);
	print_line(f, "version:", m.uts.field[3]);
	print_line(f, "build ID:", m.build_id);
	print_line(f, "host:", m.uts.field[1]);
	print_line(f, "machine:", m.uts.field[4]);
	if (m.cpus)
		fprintf(f, "%-14s%u, %u of them online\n", "CPUs:", m.cpus, m.online);
	if (m.ram)
		fprintf(f, "%-14s%" PRIu64 " MiB seen by the core\n", "memory:", m.ram >> 20);
	print_line(f, "died at:", m.crashed);
	if (m.uptime)
		fprintf(f, "%-14s%" PRIu64 " days %02u:%02u:%02u\n", "uptime:", m.uptime / 86400,
			(unsigned)(m.uptime / 3600 % 24), (unsigned)(m.uptime / 60 % 60),
			(unsigned)(m.uptime % 60));
	print_line(f, "started with:", m.cmdline);
	return 0;
}

int part_machine_json(struct report *r, FILE *f)
{
	struct machine m;
	struct json j;

	read_machine(r, &m);
	json_begin(&j, f, '{');
	json_text(&j, "kernel", m.uts.field[2]);
	json_text(&j, "version", m.uts.field[3]);
	json_text(&j, "build_id", m.build_id);
	json_text(&j, "host", m.uts.field[1]);
	json_text(&j, "machine", m.uts.field[4]);
	json_number(&j, "cpus", m.cpus);
	json_number(&j, "online", m.online);
	json_unsigned(&j, "ram", m.ram);
	json_number(&j, "crash_time", m.crash_time);
	json_unsigned(&j, "uptime", m.uptime);
	json_text(&j, "cmdline", m.cmdline);
	json_end(&j);
	return 0;
}
