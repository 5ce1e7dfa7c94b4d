/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crashkernel.h - values of crashkernel=, and arithmetic with them
 *
 *     256M               256M@16M            1G,high   72M,low   512M,cma
 *     1G-4G:192M,4G-:256M[@OFFSET]
 *
 * One value is one struct crashkernel. A command line may hold several of them:
 * ",high", ",low" and ",cma" add to each other, of the plain ones the last counts.
 */
#ifndef SYSTEMD_CRASHKERNEL_CRASHKERNEL_H
#define SYSTEMD_CRASHKERNEL_CRASHKERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRASHKERNEL_RANGES_MAX 16
#define CRASHKERNEL_TEXT_MAX   512

enum crashkernel_kind {
	CRASHKERNEL_PLAIN, /* one size, or ranges, maybe at an offset */
	CRASHKERNEL_HIGH,  /* above 4 GiB */
	CRASHKERNEL_LOW,   /* below 4 GiB, beside a high one */
	CRASHKERNEL_CMA,   /* movable memory, used by the running system until the crash */
};

/* For memory of at least start and less than end bytes. */
struct crashkernel_range {
	uint64_t start;
	uint64_t end; /* UINT64_MAX: no end */
	uint64_t size;
};

struct crashkernel {
	enum crashkernel_kind kind;
	bool ranged; /* range[0] alone, from 0 without an end, is a plain size */
	unsigned nr;
	struct crashkernel_range range[CRASHKERNEL_RANGES_MAX];
	bool has_offset;
	uint64_t offset;
};

/* Text behind "crashkernel=". -EINVAL with what is wrong and what it should look like. */
int crashkernel_parse(const char *text, struct crashkernel *out);

/*
 * Can it be meant on a machine with ram bytes (0: not known)? -EINVAL when a size was most
 * likely forgotten its unit, holds no kernel or is more than the machine has: text, as it was
 * given, is in the words, with what to write.
 */
int crashkernel_check(const struct crashkernel *c, const char *text, uint64_t ram);

/* Back to text, sizes in the largest unit that is exact; at most CRASHKERNEL_TEXT_MAX bytes. */
void crashkernel_format(const struct crashkernel *c, char out[CRASHKERNEL_TEXT_MAX]);

/* Bytes reserved on a machine with ram bytes; 0: no range fits, nothing is reserved. */
uint64_t crashkernel_size(const struct crashkernel *c, uint64_t ram);

/* Make every size bytes larger, rounded up to whole MiB; sizes of 0 stay. */
int crashkernel_add(struct crashkernel *c, uint64_t bytes);

/*
 * RAM as the range lookup of distributions counts it: System RAM up to a
 * multiple of 128 MiB (what firmware took), then down to whole GiB.
 */
uint64_t crashkernel_ram_round(uint64_t system_ram);

/* What all crashkernel= of a command line reserve for a machine. */
struct crashkernel_sum {
	unsigned nr;	     /* how many were given and understood */
	uint64_t fixed;	     /* plain, or high and low together */
	uint64_t cma;	     /* usable besides, by user space of the capture kernel only */
	char effective[256]; /* the text that counts, for words; "" if none */
};

/* Never fails: a value that cannot be read counts nothing, as in the kernel. */
void crashkernel_cmdline(const char *cmdline, uint64_t ram, struct crashkernel_sum *out);

/* What the default depends on. */
struct crashkernel_machine {
	const char *machine; /* utsname.machine */
	uint64_t page_size;  /* 4096, 65536 */
	unsigned cpus;	     /* possible ones */
	bool encrypted;	     /* SME or SEV */
	bool smmu, mlx5;     /* on arm64: they take much */
	bool fadump;	     /* ppc64le: firmware assisted */
	bool distribution;   /* what Fedora and RHEL give, with their image in mind */
};

/*
 * The default for such a machine. Ours for x86_64 is smaller than the
 * distributions', for our image needs a tenth of theirs; kdumpctl(8) has the
 * measurements. -ENOTSUP for a machine without a table.
 */
int crashkernel_default(const struct crashkernel_machine *m, char out[CRASHKERNEL_TEXT_MAX]);

/* Was text, for this machine, the default of any version of ours? Then it may be replaced. */
bool crashkernel_was_default(const struct crashkernel_machine *m, const char *text);

#endif
