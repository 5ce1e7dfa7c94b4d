/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_seal_stream.c - a sealed file that is changed in any way
 *
 * The input is a list of changes: { kind, position of 3 bytes, value } of 5 bytes each. What comes
 * out must be the beginning of what was sealed, and all of it only if nothing was changed.
 */
#include "base/err.h"
#include "output/sink.h"
#include "seal/seal.h"
#include "seal/unseal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* clang-format off */
#define RECIPIENT "age1q73he0q5yzfu3d64msd3p6rvksnrwjk3d2598mgtmlqt9wrdr37q2vrn72"
#define SECRET	  "AGE-SECRET-KEY-1QYPQXPQ9QCRSSZG2PVXQ6RS0ZQG3YYC5Z5TPWXQERGD3C8G7RUSQGPQYEE"
/* clang-format on */
#define PLAIN	  (3 * 65536 + 777)
#define FILE_SIZE (2 * PLAIN)

struct file {
	uint8_t plain[PLAIN], sealed[FILE_SIZE], mutant[FILE_SIZE];
	size_t len, mutant_len, pos;
	struct seal_identities *ids;
};

static ssize_t take(void *arg, void *buf, size_t size)
{
	struct file *f = arg;
	size_t n = f->mutant_len - f->pos;

	n = n < size ? n : size;
	memcpy(buf, f->mutant + f->pos, n);
	f->pos += n;
	return (ssize_t)n;
}

static void make(struct file *f)
{
	struct seal_recipients to = { .nr = 1 };
	int fd = memfd_create("sealed", MFD_CLOEXEC);
	struct sink *sink;
	ssize_t n;

	for (size_t i = 0; i < PLAIN; i++)
		f->plain[i] = (uint8_t)(i % 253);
	if (seal_recipient_parse(RECIPIENT, &to.r[0]) < 0 ||
	    seal_identities_parse(SECRET, "fuzz", &f->ids) < 0 || fd < 0 ||
	    sink_stream_open(dup(fd), SINK_PATIENCE_MS, &sink) < 0 ||
	    sink_seal_open(sink, &to, &sink) < 0 || sink_write_at(sink, 0, f->plain, PLAIN) < 0 ||
	    sink_commit(sink) < 0)
		abort();
	sink_close(sink);
	n = pread(fd, f->sealed, FILE_SIZE, 0);
	close(fd);
	f->len = n > 0 ? (size_t)n : 0;
}

static void change(struct file *f, const uint8_t *by)
{
	size_t at = (size_t)by[1] << 16 | (size_t)by[2] << 8 | by[3];
	size_t len = (size_t)by[4] << 9;

	at = f->mutant_len ? at % f->mutant_len : 0;
	len = len < f->mutant_len - at ? len : f->mutant_len - at;
	switch (by[0] % 4) {
	case 0:
		f->mutant[at] ^= by[4];
		break;
	case 1: /* cut */
		f->mutant_len = at;
		break;
	case 2: /* take a piece out */
		memmove(f->mutant + at, f->mutant + at + len, f->mutant_len - at - len);
		f->mutant_len -= len;
		break;
	case 3: /* repeat a piece */
		if (f->mutant_len + len > FILE_SIZE)
			break;
		memmove(f->mutant + at + len, f->mutant + at, f->mutant_len - at);
		f->mutant_len += len;
		break;
	}
}

static void check(struct file *f)
{
	bool same = f->mutant_len == f->len && memcmp(f->mutant, f->sealed, f->len) == 0;
	struct unsealer *u;
	struct blob piece;
	size_t got = 0;
	int rc = unseal_open((struct unseal_input){ take, f }, f->ids, &u);

	if (rc == 0) {
		while ((rc = unseal_next(u, &piece)) > 0) {
			if (got + piece.len > PLAIN ||
			    memcmp(piece.data, f->plain + got, piece.len) != 0)
				abort();
			got += piece.len;
		}
		unseal_close(u);
	}
	if ((rc == 0) != same || (rc == 0 && got != PLAIN))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct file *f;

	if (!f) {
		f = calloc(1, sizeof(*f));
		if (!f)
			abort();
		make(f);
	}
	memcpy(f->mutant, f->sealed, f->len);
	f->mutant_len = f->len;
	f->pos = 0;
	for (size_t i = 0; i + 5 <= size && i < 100; i += 5)
		change(f, data + i);
	check(f);
	fail_clear();
	return 0;
}
