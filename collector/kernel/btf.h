/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * btf.h - the types of the crashed kernel, as its own BTF describes them
 *
 *     btf_open, btf_open_blob, btf_open_split  ->  btf_member, btf_find, ...  ->  btf_close
 *
 * BTF comes from the dump (btf_open), from a file of the same build (btf_open_blob), or from a
 * module in the dump, on top of the kernel's (btf_open_split). All of it is hostile: each
 * reference, length and depth is checked, and errors are -EBADMSG or -ENOENT. A type of a
 * kind that neither we nor the BTF's own table of kinds know ends the list of types; the types
 * before it can be used.
 *
 * Offsets of members differ between builds: always look them up. Several types may have the same
 * name (there are two "struct console", with different sizes): look up the member instead of the
 * struct, and the struct that has it is found.
 *
 * Memory: about 2.5 bytes a type (300 KiB for 120,000) and caches. One thread at a time; what it
 * was opened from is borrowed. Nothing here adds to the error trail but the open functions.
 */
#ifndef KERNEL_BTF_H
#define KERNEL_BTF_H

#include "kernel/kmem.h"

enum btf_kind {
	BTF_VOID,
	BTF_INT,
	BTF_PTR,
	BTF_ARRAY,
	BTF_STRUCT,
	BTF_UNION,
	BTF_ENUM,
	BTF_FWD,
	BTF_TYPEDEF,
	BTF_VOLATILE,
	BTF_CONST,
	BTF_RESTRICT,
	BTF_FUNC,
	BTF_FUNC_PROTO,
	BTF_VAR,
	BTF_DATASEC,
	BTF_FLOAT,
	BTF_DECL_TAG,
	BTF_TYPE_TAG,
	BTF_ENUM64,
	NR_BTF_KINDS
};

#define BTF_NAME_SIZE 256 /* with the NUL; longer names cannot be asked for */

struct btf;

/* BTF of the kernel, len bytes at va. */
int btf_open(const struct kernel *k, struct view *v, struct span va, struct btf **out);

/* BTF in memory, in the format of section .BTF of a file. The bytes must outlive it. */
int btf_open_blob(struct blob bytes, struct btf **out);

/* BTF of a module, whose type ids and strings go on where those of base end. Base must outlive it.
 */
int btf_open_split(struct btf *base, const struct kernel *k, struct view *v, struct span va,
		   struct btf **out);
void btf_close(struct btf *b);

/* --- one type --- */

/* Ids are 1 .. btf_last_id(); 0 is void. Ids of a split one include those of its base. */
uint32_t btf_last_id(const struct btf *b);

struct btf_type {
	uint32_t id;
	enum btf_kind kind;
	uint32_t vlen; /* members, enumerators, parameters ... */
	bool kflag;
	uint32_t name;	   /* offset of its name, for btf_name(); 0: it has none */
	uint32_t size;	   /* bytes: INT, STRUCT, UNION, ENUM, ENUM64, FLOAT, DATASEC */
	uint32_t type;	   /* id: PTR, ARRAY (element), TYPEDEF, qualifiers, FUNC, VAR ... */
	uint32_t nelems;   /* ARRAY */
	uint32_t int_data; /* INT: encoding, offset, bits */
	uint64_t tail;	   /* where its members are; for btf.c */
};

/* The type with this id. -ENOENT: there is none; -EBADMSG: it is damaged. */
int btf_type(struct btf *b, uint32_t id, struct btf_type *out);

/* Through typedefs and qualifiers to the type itself. -EBADMSG: a loop, or too many. */
int btf_resolve(struct btf *b, uint32_t id, struct btf_type *out);

/* Size of a type of any kind in bytes. -ENOENT: it has none (void, a function). */
int64_t btf_sizeof(struct btf *b, uint32_t id);

/* Copies the name, "" if there is none. Returns its length or a negative errno. */
int btf_name(struct btf *b, uint32_t name, char *out, size_t size);

/*
 * The next type of that name and kind after id (0: the first). kind BTF_STRUCT finds unions, too,
 * BTF_ENUM those of 64 bits, too; no kinds but these, INT, FLOAT, TYPEDEF, VAR and DATASEC are
 * found by name. -ENOENT.
 */
int btf_find(struct btf *b, enum btf_kind kind, const char *name, uint32_t after, uint32_t *id);

/* --- members --- */

struct btf_field {
	uint32_t id;	  /* type of the member, as written */
	uint32_t off;	  /* bytes from the start of the outermost struct */
	uint32_t size;	  /* bytes; of a bit field: of what its bits are read from */
	uint32_t nelems;  /* of an array, else 0; may be 0 for a flexible one */
	uint8_t bit_off;  /* bit field: bits from bit 0 of the little-endian number at off */
	uint8_t bit_size; /* 0: not a bit field */
	bool is_signed;
	bool is_array;
};

/*
 * Member of a struct or union by its type id. path may go down: "se.exec_start". Members of
 * anonymous structs and unions count as members. -ENOENT.
 */
int btf_field(struct btf *b, uint32_t id, const char *path, struct btf_field *out);

/* The same by the name of a struct, union or typedef: the first one that has the member. */
int btf_member(struct btf *b, const char *type, const char *path, struct btf_field *out);

/* Size in bytes of the struct, union, enum or typedef of that name. -ENOENT. */
int64_t btf_size_of(struct btf *b, const char *type);

/* Value of an enumerator of the enum of that name. -ENOENT. */
int btf_enumerator(struct btf *b, const char *type, const char *name, int64_t *value);

/*
 * The value of a field in an object at va, sign-extended if the type is signed: numbers, pointers,
 * enums and bit fields. -EINVAL for fields that are none; else as kmem_read.
 */
int btf_read(struct kmem *m, uint64_t va, const struct btf_field *field, uint64_t *out);

/* --- every member, in the order of declaration --- */

struct btf_member {
	uint32_t name; /* offset, 0: anonymous */
	uint32_t type; /* id */
	uint32_t bit_off;
	uint32_t bit_size; /* 0: not a bit field, or an old one that its INT describes */
};

/* Member i of vlen. */
int btf_member_at(struct btf *b, const struct btf_type *t, uint32_t i, struct btf_member *out);

/* Enumerator i of vlen. */
int btf_enumerator_at(struct btf *b, const struct btf_type *t, uint32_t i, uint32_t *name,
		      int64_t *value);

#endif
