/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crashkernel.h - values of crashkernel=: parse, format, compute sizes
 *
 *     256M               256M@16M            1G,high   72M,low   512M,cma
 *     1G-4G:192M,4G-:256M[@OFFSET]
 *
 * One value is one struct crashkernel. A command line may have several: ",high", ",low" and ",cma"
 * add up; of the plain ones the last counts.
 */
#ifndef SYSTEMD_CRASHKERNEL_CRASHKERNEL_H
#define SYSTEMD_CRASHKERNEL_CRASHKERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRASHKERNEL_RANGES_MAX 16
#define CRASHKERNEL_TEXT_MAX   512

enum crashkernel_kind {
	CRASHKERNEL_PLAIN, /* one size or ranges, optionally with an offset */
	CRASHKERNEL_HIGH,  /* above 4 GiB */
	CRASHKERNEL_LOW,   /* below 4 GiB, beside a high one */
	CRASHKERNEL_CMA,   /* movable memory, used by the running system until the crash */
};

/* For machines with at least start and less than end bytes of memory. */
struct crashkernel_range {
	uint64_t start;
	uint64_t end; /* UINT64_MAX: no end */
	uint64_t size;
};

struct crashkernel {
	enum crashkernel_kind kind;
	bool ranged; /* false: range[0] alone, from 0 to no end, is a plain size */
	unsigned nr;
	struct crashkernel_range range[CRASHKERNEL_RANGES_MAX];
	bool has_offset;
	uint64_t offset;
};

/* Parse the text after "crashkernel=". -EINVAL with what is wrong and what is expected. */
int crashkernel_parse(const char *text, struct crashkernel *out);

/*
 * Is the value plausible on a machine with ram bytes (0: unknown)? -EINVAL if a size most likely
 * lacks its unit, is too small for a kernel or exceeds the memory. The message quotes text and says
 * what to write.
 */
int crashkernel_check(const struct crashkernel *c, const char *text, uint64_t ram);

/* Back to text, sizes in the largest unit that is exact; at most CRASHKERNEL_TEXT_MAX bytes. */
void crashkernel_format(const struct crashkernel *c, char out[CRASHKERNEL_TEXT_MAX]);

/* Bytes reserved on a machine with ram bytes; 0: no range matches, nothing is reserved. */
uint64_t crashkernel_size(const struct crashkernel *c, uint64_t ram);

/* Increase every size by bytes, rounded up to whole MiB; sizes of 0 stay 0. */
int crashkernel_add(struct crashkernel *c, uint64_t bytes);

/*
 * RAM as the range lookup of distributions counts it: System RAM rounded up to a multiple of 128
 * MiB (to include what firmware took), then down to whole GiB.
 */
uint64_t crashkernel_ram_round(uint64_t system_ram);

/* The properties of a machine that its default depends on. */
struct crashkernel_machine {
	const char *machine; /* utsname.machine */
	uint64_t page_size;  /* 4096, 65536 */
	unsigned cpus;	     /* possible ones */
	bool encrypted;	     /* SME or SEV */
	bool smmu, mlx5;     /* on arm64: they need much memory */
	bool fadump;	     /* ppc64le: firmware assisted */
	bool distribution;   /* the values of Fedora and RHEL, made for their image */
};

/*
 * The default for such a machine. Ours for x86_64 is smaller than the distributions' because our
 * image needs a tenth of the memory; kdumpctl(8) has the measurements. -ENOTSUP: unknown type of
 * machine.
 */
int crashkernel_default(const struct crashkernel_machine *m, char out[CRASHKERNEL_TEXT_MAX]);

/* Was text the default of some version of kdump for this machine? Then it may be replaced. */
bool crashkernel_was_default(const struct crashkernel_machine *m, const char *text);

#endif
