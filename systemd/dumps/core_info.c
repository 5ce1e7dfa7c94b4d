/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core_info.c - read facts about the crashed kernel from the first bytes of a core file */
#include "systemd/dumps/core_info.h"

#include "base/dumpfile.h"
#include "base/types.h"

#include <ctype.h>
#include <elf.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

/* A build ID is a SHA-1, or shorter if the linker was configured so. */
#define BUILD_ID_LEAST 16

void core_release(const char *text, size_t max, char out[CORE_RELEASE_MAX])
{
	size_t n = 0;

	for (; n < max && n < CORE_RELEASE_MAX - 1 && text[n] > ' ' && text[n] < 0x7f; n++)
		out[n] = text[n];
	out[n] = '\0';
}

static void take_build_id(struct core_info *c, const char *text, size_t max)
{
	size_t n = 0;

	for (; n < max && n < sizeof(c->build_id) - 1 && isxdigit((unsigned char)text[n]); n++)
		c->build_id[n] = (char)tolower((unsigned char)text[n]);
	/* Whole bytes and nothing else on the line. */
	if (n < BUILD_ID_LEAST || n % 2 || (n < max && text[n] != '\n' && text[n] != '\0'))
		n = 0;
	c->build_id[n] = '\0';
}

/* The value of "KEY=" at the beginning of a line, up to the end of the text. */
static const char *value_of(struct blob text, const char *key, size_t *len)
{
	const char *at = text.data, *end = at + text.len;
	size_t n = strlen(key);

	while (at && at < end) {
		if ((size_t)(end - at) > n && memcmp(at, key, n) == 0) {
			*len = (size_t)(end - at) - n;
			return at + n;
		}
		at = memchr(at, '\n', (size_t)(end - at));
		at = at ? at + 1 : NULL;
	}
	return NULL;
}

static void take_vmcoreinfo(struct core_info *c, struct blob text)
{
	size_t len;
	const char *value = value_of(text, "BUILD-ID=", &len);

	if (value)
		take_build_id(c, value, len);
	value = c->release[0] ? NULL : value_of(text, "OSRELEASE=", &len);
	if (value)
		core_release(value, len, c->release);
}

/* Part [at, at + n) of the file; false and c->more when it is not in the blob. */
static bool part(struct core_info *c, struct blob file, uint64_t at, uint64_t n, struct blob *out)
{
	if (n == 0 || at > CORE_INFO_MAX || n > CORE_INFO_MAX - at)
		return false;
	if (at + n > file.len) {
		c->more = true;
		return false;
	}
	*out = (struct blob){ (const char *)file.data + at, n };
	return true;
}

static void read_kdump(struct core_info *c, struct blob file)
{
	struct dump_header h;
	struct dump_sub_header sub;
	struct blob text;

	c->incomplete = true;
	if (file.len < sizeof(h))
		return;
	memcpy(&h, file.data, sizeof(h));
	core_release(h.uts.release, sizeof(h.uts.release), c->release);
	c->time = h.tv_sec > 0 ? h.tv_sec : 0;
	c->incomplete = h.status & DUMP_INCOMPLETE;
	/* The fields of a vmcoreinfo came with version 3. */
	if (h.header_version < 3 || h.block_size < 4096 || h.block_size > 65536 ||
	    !part(c, file, (uint64_t)h.block_size, sizeof(sub), &text))
		return;
	memcpy(&sub, text.data, sizeof(sub));
	c->split = sub.split != 0;
	if (sub.offset_vmcoreinfo > 0 &&
	    part(c, file, (uint64_t)sub.offset_vmcoreinfo, sub.size_vmcoreinfo, &text))
		take_vmcoreinfo(c, text);
}

/* The text of the note "VMCOREINFO"; a note that exceeds the blob ends the walk. */
static struct blob vmcoreinfo_of(struct blob notes)
{
	static const char name[] = "VMCOREINFO";
	const char *p = notes.data;
	uint64_t at = 0, text;
	Elf64_Nhdr h;

	while (notes.len - at >= sizeof(h)) {
		memcpy(&h, p + at, sizeof(h));
		text = at + sizeof(h) + (((uint64_t)h.n_namesz + 3) & ~3ull);
		if (text + h.n_descsz > notes.len)
			break;
		if (h.n_namesz >= sizeof(name) - 1 && text - at >= sizeof(h) + sizeof(name) - 1 &&
		    memcmp(p + at + sizeof(h), name, sizeof(name) - 1) == 0)
			return (struct blob){ p + text, h.n_descsz };
		at = text + (((uint64_t)h.n_descsz + 3) & ~3ull);
		if (at > notes.len)
			break;
	}
	return (struct blob){ p, 0 };
}

static void read_elf(struct core_info *c, struct blob file)
{
	Elf64_Ehdr eh;
	Elf64_Phdr ph;
	struct blob raw;

	if (file.len < sizeof(eh))
		return;
	memcpy(&eh, file.data, sizeof(eh));
	if (eh.e_ident[EI_CLASS] != ELFCLASS64 || eh.e_ident[EI_DATA] != ELFDATA2LSB ||
	    eh.e_phentsize != sizeof(ph))
		return;
	for (unsigned i = 0; i < eh.e_phnum; i++) {
		if (!part(c, file, eh.e_phoff + i * sizeof(ph), sizeof(ph), &raw))
			return;
		memcpy(&ph, raw.data, sizeof(ph));
		if (ph.p_type != PT_NOTE || !part(c, file, ph.p_offset, ph.p_filesz, &raw))
			continue;
		take_vmcoreinfo(c, vmcoreinfo_of(raw));
	}
}

static void read_plain(struct core_info *c, struct blob file)
{
	if (file.len >= 8 && memcmp(file.data, DUMP_SIGNATURE, 8) == 0) {
		c->format = CORE_KDUMP;
		read_kdump(c, file);
	} else if (file.len >= SELFMAG && memcmp(file.data, ELFMAG, SELFMAG) == 0) {
		c->format = CORE_ELF;
		read_elf(c, file);
	}
}

/* The beginning of the file that a stream describes, as far as its records are here. */
static struct blob unflatten(struct blob stream, char *out, size_t max)
{
	const char *in = stream.data;
	struct blob file = { out, 0 };
	struct flat_record r;
	size_t at = FLAT_BLOCK;

	while (stream.len > at && stream.len - at > sizeof(r)) {
		uint64_t off, size, n;

		memcpy(&r, in + at, sizeof(r));
		off = be64toh(r.off);
		size = be64toh(r.size);
		at += sizeof(r);
		n = size < stream.len - at ? size : stream.len - at;
		if (off < max && size > 0 && size <= INT64_MAX) {
			n = n < max - off ? n : max - off;
			memcpy(out + off, in + at, n);
			file.len = off + n > file.len ? off + n : file.len;
		}
		if (size >= stream.len - at)
			break;
		at += size;
	}
	return file;
}

/* A stream's header was written before its pages; whether they all followed is unknown here. */
static void read_flat(struct core_info *c, struct blob stream)
{
	char *head = calloc(1, stream.len);

	if (head)
		read_plain(c, unflatten(stream, head, stream.len));
	free(head);
	c->format = CORE_FLAT;
	c->incomplete = false;
	/* The offset of a note in the stream is unknown. */
	c->more = true;
}

void core_info_read(const void *data, size_t len, struct core_info *out)
{
	struct blob file = { data, len };

	*out = (struct core_info){ .format = CORE_UNKNOWN };
	if (len >= 12 && memcmp(data, FLAT_MAGIC, 12) == 0)
		read_flat(out, file);
	else
		read_plain(out, file);
	if (len >= CORE_INFO_MAX || out->build_id[0])
		out->more = false;
}
