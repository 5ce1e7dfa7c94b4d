/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image_walk.c - read an image to its end, as the kernel would unpack it */
#include "initramfs/image/image.h"

#include "base/err.h"
#include "base/util.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEADER_LEN	110 /* of the newc format: 6 of magic, 13 fields of 8 hexadecimal digits */
#define NAME_LIMIT	4096
#define BUFFER_SIZE	((size_t)65536)
#define PADDING		16 /* zero bytes at the end that no packed stream ends with */
#define ZEROS_OF_STREAM 8  /* so many it may */

/* Bytes of archives: of the file itself, or unpacked. */
struct image_source {
	const char *path;
	int fd;
	struct archive *packed; /* NULL: the file as it is */
	char *buf;
	size_t at, len;
	uint64_t pos; /* of the next byte in this stream */
	bool trailer; /* no archive is open: the last one had its trailer */
	bool any;     /* there was one */
};

/* Reasons are whole messages: the text of the errno would only confuse. */
static int damaged(const struct image_source *s, const char *how)
{
	return fail_set(-EBADMSG, "%s is %s (at byte %" PRIu64 "%s)", s->path, how, s->pos,
			s->packed ? " of what is packed in it" : "");
}

/* 1: there are bytes in the buffer; 0: the end. */
static int fill(struct image_source *s)
{
	ssize_t n;

	if (s->at < s->len)
		return 1;
	n = s->packed ? archive_read_data(s->packed, s->buf, BUFFER_SIZE)
		      : read(s->fd, s->buf, BUFFER_SIZE);
	if (n < 0 && s->packed)
		return fail_set(-EBADMSG, "%s is damaged: %s", s->path,
				archive_error_string(s->packed));
	if (n < 0)
		return fail(-errno, "read %s", s->path);
	s->at = 0;
	s->len = (size_t)n;
	return n > 0;
}

/* Exactly len bytes to out, or past them where out is NULL. */
static int take(struct image_source *s, char *out, uint64_t len)
{
	while (len > 0) {
		int rc = fill(s);
		size_t n = s->len - s->at < len ? s->len - s->at : (size_t)len;

		if (rc <= 0)
			return rc < 0 ? rc : damaged(s, "cut");
		if (out) {
			memcpy(out, s->buf + s->at, n);
			out += n;
		}
		s->at += n;
		s->pos += n;
		len -= n;
	}
	return 0;
}

/* The field of a header; false: other bytes than digits. */
static bool number(const char *header, unsigned field, uint64_t *out)
{
	*out = 0;
	for (const char *c = header + 6 + 8 * field, *end = c + 8; c < end; c++) {
		const char *digits = "0123456789abcdef", *d = strchr(digits, *c | 0x20);

		if (!*c || !d)
			return false;
		*out = *out << 4 | (uint64_t)(d - digits);
	}
	return true;
}

static uint64_t round4(uint64_t n)
{
	return (n + 3) & ~3ull;
}

static int take_entry(struct image_source *s)
{
	char header[HEADER_LEN], name[NAME_LIMIT + 4];
	uint64_t size, name_len;
	int rc = take(s, header, sizeof(header));

	if (rc < 0)
		return rc;
	if ((memcmp(header, "070701", 6) != 0 && memcmp(header, "070702", 6) != 0) ||
	    !number(header, 6, &size) || !number(header, 11, &name_len) || name_len == 0 ||
	    name_len > NAME_LIMIT)
		return damaged(s, "garbage");
	rc = take(s, name, round4(HEADER_LEN + name_len) - HEADER_LEN);
	if (rc == 0)
		rc = take(s, NULL, round4(size));
	s->any = true;
	s->trailer = rc == 0 && name_len == 11 && memcmp(name, "TRAILER!!!", 11) == 0;
	return rc;
}

/* 0: the end of the stream, with all archives whole; 1: other bytes than an archive follow. */
static int take_archives(struct image_source *s)
{
	int rc;

	for (;;) {
		rc = fill(s);
		if (rc == 0)
			return s->trailer || !s->any ? 0 : damaged(s, "cut");
		if (rc < 0)
			return rc;
		if (s->buf[s->at] == '\0' && (s->trailer || !s->any)) {
			s->at++;
			s->pos++;
			continue;
		}
		if (s->buf[s->at] != '0')
			return s->trailer || !s->any ? 1 : damaged(s, "garbage");
		rc = take_entry(s);
		if (rc < 0)
			return rc;
	}
}

/* A part of the file, for libarchive. */
struct part {
	int fd;
	off_t at, end;
	char buf[BUFFER_SIZE];
};

static la_ssize_t read_part(struct archive *a, void *arg, const void **out)
{
	struct part *p = arg;
	size_t left = (size_t)(p->end - p->at);
	ssize_t n = pread(p->fd, p->buf, left < BUFFER_SIZE ? left : BUFFER_SIZE, p->at);

	if (n < 0)
		archive_set_error(a, errno, "read");
	else
		p->at += n;
	*out = p->buf;
	return n;
}

static int open_packed(struct image_source *s, struct part *p)
{
	struct archive *a = s->packed;
	struct archive_entry *entry;

	archive_read_support_filter_gzip(a);
	archive_read_support_filter_xz(a);
	archive_read_support_filter_zstd(a);
	archive_read_support_format_raw(a);
	if (archive_read_open(a, p, NULL, read_part, NULL) != ARCHIVE_OK ||
	    archive_read_next_header(a, &entry) != ARCHIVE_OK)
		return fail_set(-EBADMSG, "%s is damaged: %s", s->path, archive_error_string(a));
	return 0;
}

static int try_packed(struct image_source *s, struct part *p)
{
	struct image_source inner = { .path = s->path,
				      .packed = archive_read_new(),
				      .buf = s->buf };
	int rc = inner.packed ? open_packed(&inner, p) : fail(-ENOMEM, "read %s", s->path);

	if (rc == 0)
		rc = take_archives(&inner);
	if (rc > 0 || (rc == 0 && !inner.any))
		rc = damaged(&inner, "no initramfs");
	archive_read_free(inner.packed);
	return rc;
}

/* Zero bytes at the end of the file, at most what is behind from. */
static off_t count_zeros(int fd, off_t from, off_t end)
{
	off_t at = end;
	char c = 0;

	while (at > from && pread(fd, &c, 1, at - 1) == 1 && c == 0)
		at--;
	return end - at;
}

/*
 * The rest of the file is one packed stream. Zeros may be behind it, which the kernel skips and a
 * decompressor takes for garbage; only trying shows where they begin, as the archive itself may end
 * with zeros.
 */
static int walk_packed(struct image_source *s, off_t from)
{
	off_t end = lseek(s->fd, 0, SEEK_END), zeros;
	struct part *p = malloc(sizeof(*p));
	int rc;

	if (!p)
		return fail(-ENOMEM, "read %s", s->path);
	*p = (struct part){ .fd = s->fd, .at = from, .end = end };
	rc = try_packed(s, p);
	zeros = rc == -EBADMSG ? count_zeros(s->fd, from, end) : 0;
	for (off_t own = 0; zeros >= PADDING && rc == -EBADMSG && own < ZEROS_OF_STREAM; own++) {
		fail_clear();
		p->at = from;
		p->end = end - zeros + own;
		rc = try_packed(s, p);
	}
	free(p);
	return rc;
}

enum packing { PACKED_UNKNOWN, PACKED_READ, PACKED_OTHER };

/* The kernel knows more than we can unpack. */
static enum packing packing(const unsigned char *magic, size_t len)
{
	static const struct {
		const char *magic;
		size_t len;
		enum packing how;
	} known[] = {
		{ "\x1f\x8b", 2, PACKED_READ },		 { "\xfd\x37\x7a\x58\x5a", 5, PACKED_READ },
		{ "\x28\xb5\x2f\xfd", 4, PACKED_READ },	 { "\x5d\x00\x00", 3, PACKED_OTHER },
		{ "\x42\x5a\x68", 3, PACKED_OTHER },	 { "\x89LZO", 4, PACKED_OTHER },
		{ "\x02\x21\x4c\x18", 4, PACKED_OTHER }, { "\x04\x22\x4d\x18", 4, PACKED_OTHER },
	};

	for (unsigned i = 0; i < ARRAY_SIZE(known); i++) {
		if (len >= known[i].len && memcmp(magic, known[i].magic, known[i].len) == 0)
			return known[i].how;
	}
	return PACKED_UNKNOWN;
}

static int walk(struct image_source *s)
{
	unsigned char magic[8];
	uint64_t from;
	ssize_t n;
	int rc = take_archives(s);

	if (rc == 0 && !s->any)
		return fail_set(-EBADMSG, "%s is empty", s->path);
	if (rc <= 0)
		return rc;
	from = s->pos;
	n = pread(s->fd, magic, sizeof(magic), (off_t)from);
	switch (packing(magic, n > 0 ? (size_t)n : 0)) {
	case PACKED_READ:
		return walk_packed(s, (off_t)from);
	case PACKED_OTHER:
		return fail(-EOPNOTSUPP, "%s is packed in a way that cannot be read here", s->path);
	default:
		return damaged(s, "no initramfs");
	}
}

int image_walk(const char *path)
{
	struct image_source s = { .path = path, .fd = open(path, O_RDONLY | O_CLOEXEC) };
	int rc;

	if (s.fd < 0)
		return fail(-errno, "open %s", path);
	s.buf = malloc(BUFFER_SIZE);
	rc = s.buf ? walk(&s) : fail(-ENOMEM, "read %s", path);
	free(s.buf);
	close(s.fd);
	return rc;
}
