/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_verify.c - one dump: what its mark says, what is a fault, and what many faults cost */
#include "verify.h"

#include "base/err.h"
#include "check.h"
#include "save_case.h"

#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char path[128];
static unsigned reads;

/* In place of the C library's: counted. */
ssize_t pread(int fd, void *buf, size_t len, off_t off)
{
	reads++;
	return syscall(SYS_pread64, fd, buf, len, off);
}

static void save(struct save_case *m, bool elf)
{
	save_case_open(m);
	snprintf(path, sizeof(path), "%s/vmcore", m->dir);
	m->cfg.dump = path;
	m->cfg.elf = elf;
	CHECK_EQ(save_dump(&m->s, &m->cfg, &m->r), 0);
	CHECK(m->r.complete);
}

static void done(struct save_case *m)
{
	unlink(path);
	save_case_close(m);
}

static struct verify_result verified(int threads)
{
	struct verify_result r;

	reads = 0;
	CHECK_EQ(verify_dump(path, threads, &r), 0);
	return r;
}

static void cut(uint64_t away)
{
	struct stat st;

	CHECK_EQ(stat(path, &st), 0);
	CHECK_EQ(truncate(path, st.st_size - (off_t)away), 0);
}

static void mark_elf(void)
{
	uint32_t flags = 1;
	int fd = open(path, O_WRONLY);

	CHECK_EQ(pwrite(fd, &flags, sizeof(flags), offsetof(Elf64_Ehdr, e_flags)), sizeof(flags));
	close(fd);
}

TEST(a_whole_dump_and_core)
{
	for (int elf = 0; elf < 2; elf++) {
		struct verify_result r;
		struct save_case m;

		save(&m, elf);
		r = verified(0);
		CHECK(!r.incomplete && r.faults == 0);
		CHECK_EQ(r.pages, elf ? 0 : m.r.counts.keep);
		done(&m);
	}
}

TEST(a_core_that_is_cut_has_a_fault)
{
	struct verify_result r;
	struct save_case m;

	save(&m, true);
	cut(4096);
	r = verified(0);
	CHECK(!r.incomplete);
	CHECK_EQ(r.faults, 1);
	done(&m);
}

/* It ends before its last pages, or has holes: both is what the mark says. */
TEST(a_core_that_is_marked_is_incomplete)
{
	struct verify_result r;
	struct save_case m;

	save(&m, true);
	mark_elf();
	r = verified(0);
	CHECK(r.incomplete && r.faults == 0);
	cut(4096);
	r = verified(0);
	CHECK(r.incomplete && r.faults == 0);
	done(&m);
}

/* Only the first of them is looked up in the bitmaps. */
TEST(many_faults_cost_no_more_than_one)
{
	struct verify_result r;
	struct save_case m;
	unsigned few;

	save(&m, false);
	cut(1);
	r = verified(0);
	CHECK_OP(r.faults, >, 0);
	few = reads;
	cut(200000);
	r = verified(0);
	CHECK_OP(r.faults, >, 40);
	CHECK_OP(reads, <=, few);
	CHECK(strstr(r.first, "behind the end of the file") != NULL);
	done(&m);
}

/* The frame in the message is that of the lowest descriptor, for any number of threads. */
TEST(the_first_fault_is_the_same_for_all_threads)
{
	struct verify_result one, r;
	struct save_case m;

	save(&m, false);
	cut(200000);
	one = verified(0);
	for (int threads = 2; threads < 9; threads += 3) {
		r = verified(threads);
		CHECK_EQ(r.faults, one.faults);
		CHECK_STR(r.first, one.first);
	}
	done(&m);
}

RUN(a_whole_dump_and_core, a_core_that_is_cut_has_a_fault, a_core_that_is_marked_is_incomplete,
    many_faults_cost_no_more_than_one, the_first_fault_is_the_same_for_all_threads)
