/* SPDX-License-Identifier: GPL-2.0-or-later */
/* btf_impl.h - private to btf*.c: header, index of types, hash of names */
#ifndef KERNEL_BTF_IMPL_H
#define KERNEL_BTF_IMPL_H

#include "kernel/btf.h"

#define BTF_MAGIC     0xeb9f
#define BTF_BYTES_MAX (256u << 20)
#define BTF_TYPES_MAX (1u << 20) /* of kernel and module together */
#define BTF_KINDS_MAX 128
#define BTF_STRIDE    8	 /* types between two entries of pos */
#define BTF_DEPTH     16 /* structs in structs, arrays of arrays */
#define BTF_CHAIN     64 /* typedefs and qualifiers in a row */

/* A type that has a name, and the next one whose name has the same place in the hash. */
struct btf_link {
	uint32_t nr; /* id - first_id */
	uint32_t next;
};

/* An entry of the layout, as it is stored. */
struct btf_layout {
	uint8_t info, each;
	uint16_t flags;
};

struct btf {
	struct btf *base; /* of a module: the kernel's */
	struct kmem *mem; /* NULL: bytes */
	uint64_t va;
	const char *bytes;
	char *owned;		       /* bytes that are freed with it, or NULL */
	uint64_t types, types_len;     /* from the start of the blob */
	uint64_t strings, strings_len; /* likewise */
	struct btf_layout layout[BTF_KINDS_MAX];
	uint32_t nr_layout;
	uint32_t first_id, nr; /* types of its own */
	uint32_t first_string; /* length of the base's strings */
	uint32_t *pos;	       /* of every BTF_STRIDE'th type, from types on */
	uint32_t *head;	       /* see btf_index.c */
	struct btf_link *link;
	uint32_t head_mask;
};

/* The fixed part of a type as it is stored. */
struct btf_raw {
	uint32_t name, info, size_or_type;
};

/* Copy bytes of the blob. */
int btf_bytes(struct btf *b, uint64_t off, void *buf, size_t len);

/* The type at an offset from types on; its size in bytes with all that follows it. */
int btf_parse(struct btf *b, uint64_t off, struct btf_type *out);

/* Count the types and build pos and hash. -ENOMEM. */
int btf_index_build(struct btf *b);

/* The type with this id, in b or in its base; *owner is set to the one of them that has it. */
int btf_locate(struct btf *b, uint32_t id, struct btf **owner, struct btf_type *out);

#endif
