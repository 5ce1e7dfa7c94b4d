/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_cpu_regs.c - which CPU's the registers of a note are */
#include "report/cpu_regs.h"

#include "check.h"
#include "kernel/kernel.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#define CPUS	 8
#define PRSTATUS 336 /* bytes, on x86_64 */
#define AT_IP	 (112 + 16 * 8)
#define AT_SP	 (112 + 19 * 8)
#define STACKS	 0xffffc90000000000ull
#define STACK	 0x4000

static struct kcpu cpu[CPUS];
static uint64_t notes[CPUS * 64];
static size_t notes_len;
static unsigned nr_notes;

/* With stacks of their own; no CPU is online. */
static void begin(void)
{
	memset(notes, 0, sizeof(notes));
	notes_len = nr_notes = 0;
	for (unsigned i = 0; i < CPUS; i++)
		cpu[i] = (struct kcpu){
			.nr = i,
			.stack = { STACKS + i * STACK, STACKS + (i + 1) * STACK },
		};
}

/* A note whose registers name the CPU that it is of. known: its stack pointer shows that. */
static void add_note(unsigned of, bool known)
{
	char *at = (char *)notes + notes_len;
	const Elf64_Nhdr head = { 5, PRSTATUS, NT_PRSTATUS };
	uint64_t ip = 1000 + of, sp = known ? cpu[of].stack.start + 64 : 0xfffffe0000000000;

	memcpy(at, &head, sizeof(head));
	at += sizeof(head);
	memcpy(at, "CORE", 5);
	at += 8;
	memcpy(at + AT_IP, &ip, sizeof(ip));
	memcpy(at + AT_SP, &sp, sizeof(sp));
	notes_len += sizeof(head) + 8 + PRSTATUS;
	nr_notes++;
}

/* Each CPU has the registers that are its own, or none. want: a letter for each, '-' for none. */
static void expect(const char *want)
{
	struct source src = { .elf_machine = EM_X86_64,
			      .notes = { notes, notes_len },
			      .nr_cpus = nr_notes };
	struct kernel k = { .src = &src };
	struct kcpus cpus = { .cpu = cpu, .nr = (unsigned)strlen(want) };
	struct report r = { .k = &k, .cpus = &cpus };
	struct cpu_regs *regs = cpu_regs_read(&r);

	CHECK(regs != NULL);
	for (unsigned i = 0; i < cpus.nr; i++)
		if (regs[i].found != (want[i] != '-') || (regs[i].found && regs[i].ip != 1000u + i))
			fail_msg("%s: CPU %u: %s, of CPU %u", want, i,
				 regs[i].found ? "found" : "none", (unsigned)regs[i].ip - 1000);
	free(regs);
}

TEST(each_cpu_has_a_note)
{
	begin();
	for (unsigned i = 0; i < 4; i++)
		add_note(i, i == 2);
	expect("0123");
}

/* Without SMT every second CPU is offline, and has no note. */
TEST(cpus_that_are_offline)
{
	begin();
	for (unsigned i = 0; i < CPUS; i += 2) {
		cpu[i].online = true;
		add_note(i, i == 4);
	}
	expect("0-2-4-6-");
}

/* CPU 1 did not respond. Behind a note that is known, the others are as certain as that one. */
TEST(a_cpu_that_did_not_respond)
{
	begin();
	for (unsigned i = 0; i < 6; i++)
		cpu[i].online = true;
	add_note(0, false);
	add_note(2, false);
	add_note(3, true);
	add_note(4, false);
	add_note(5, false);
	expect("---345");
}

/* arm64 clears the marks of CPUs that it stops. */
TEST(none_is_online)
{
	begin();
	cpu[1].online = true;
	for (unsigned i = 0; i < 4; i++)
		add_note(i, i == 1);
	expect("0123");
}

TEST(more_notes_than_cpus)
{
	begin();
	for (unsigned i = 0; i < 4; i++)
		add_note(i, i == 0);
	expect("0-");
}

RUN(each_cpu_has_a_note, cpus_that_are_offline, a_cpu_that_did_not_respond, none_is_online,
    more_notes_than_cpus)
