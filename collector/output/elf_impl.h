/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elf_impl.h - an ELF core that is being written; for its own files only */
#ifndef OUTPUT_ELF_IMPL_H
#define OUTPUT_ELF_IMPL_H

#include "output/elf_layout.h"
#include "output/format.h"

#include <elf.h>

#define ZEROS_MAX  (64 * 1024) /* also the largest page */
#define NR_PHDR	   (ZEROS_MAX / sizeof(Elf64_Phdr))
#define INCOMPLETE 0x1u /* in e_flags */
#define FLAGS_OFF  offsetof(Elf64_Ehdr, e_flags)
#define FLAGS_LEN  sizeof(uint32_t)

struct elf_format {
	struct format base;
	struct elf_layout at;
	uint64_t nr_keep;
	uint64_t nr_given;
	uint64_t nr_beyond; /* pages that lie beyond the limit of the sink */
	uint64_t end;	    /* of the bytes written so far */
	int failed;	    /* the first error of pages() */
	bool cleared;	    /* the header may say that the core is whole */
	union {
		uint8_t zeros[ZEROS_MAX];
		Elf64_Phdr phdr[NR_PHDR]; /* while begin() makes them */
	};
	unsigned nr_phdr;   /* in phdr */
	uint64_t phdr_done; /* written */
};

/* Write to the sink; a length of 0 is no write. */
static inline int elf_put(struct elf_format *e, uint64_t off, const void *buf, size_t len)
{
	int rc;

	if (len == 0)
		return 0;
	rc = sink_write_at(e->base.sink, off, buf, len);
	if (rc < 0)
		return rc;
	e->base.bytes_written += len;
	if (off + len > e->end)
		e->end = off + len;
	return 0;
}

/* format_ops.begin: all that comes before the page data. */
int elf_begin_dump(struct format *f, const struct dump_info *info);

#endif
