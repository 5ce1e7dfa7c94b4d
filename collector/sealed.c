/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sealed.c - the modes --encrypt and --decrypt */
#include "sealed.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "base/log.h"
#include "output/sums.h"
#include "output/unflatten.h"
#include "seal/seal.h"
#include "seal/unseal.h"
#include "summary/progress.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY_SIZE  ((size_t)256 << 10)
#define PAGE_BYTES ((size_t)4096)

int sealed_recipients(const struct options *o, struct seal_recipients *out)
{
	int rc = 0;

	*out = (struct seal_recipients){ 0 };
	for (unsigned i = 0; i < o->nr_encrypt_to && rc == 0; i++) {
		rc = seal_recipients_add(out, o->encrypt_to[i]);
		if (rc < 0)
			rc = fail(rc, "--encrypt-to"); /* without the text: it may be a secret */
	}
	return rc;
}

/* "-" is standard input. */
static int open_input(const char *path)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? fail(-errno, "open %s", standard ? "standard input" : path) : fd;
}

static bool same_file(int fd, const char *path)
{
	struct stat a, b;

	return path && fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

/* The output, or standard output for none. */
static int open_output(const struct options *o, int in, struct sink **out)
{
	const struct sink_file_cfg file = { .path = o->dump, .overwrite = o->force };
	int fd;

	if (same_file(in, o->dump))
		return fail_set(-EINVAL, "%s is input and output; give another name", o->dump);
	if (o->dump)
		return sink_file_open(&file, out);
	fd = dup(STDOUT_FILENO);
	return fd < 0 ? fail(-errno, "standard output")
		      : sink_stream_open(fd, SINK_PATIENCE_MS, out);
}

/* A page of a core that cannot be read is zeroes in the copy: 1, and the position is behind it. */
static int skip_page(int fd, uint64_t size, uint64_t pos, uint8_t *buf, size_t *len)
{
	if (pos >= size || lseek(fd, (off_t)(pos + PAGE_BYTES), SEEK_SET) < 0)
		return 0;
	*len = size - pos < PAGE_BYTES ? (size_t)(size - pos) : PAGE_BYTES;
	memset(buf, 0, *len);
	return 1;
}

/* The next piece: a count, 0 at the end. *lost: bytes so far that are zeros in place of others. */
static ssize_t read_piece(int fd, uint64_t size, uint64_t pos, uint8_t *buf, uint64_t *lost)
{
	size_t len = COPY_SIZE;
	ssize_t n;
	int rc;

	do
		n = read(fd, buf, len);
	while (n < 0 && errno == EINTR);
	if (n >= 0)
		return n;
	rc = -errno;
	/* Near a bad page a large read may fail as a whole: page by page there. */
	n = read(fd, buf, PAGE_BYTES);
	if (n > 0)
		return n;
	if (!skip_page(fd, size, pos, buf, &len))
		return fail(rc, "read");
	*lost += len;
	return (ssize_t)len;
}

static uint64_t input_size(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
}

static int copy_all(int fd, struct sink *to, struct progress *shown, uint64_t *lost)
{
	uint64_t pos = 0, size = input_size(fd);
	uint8_t *buf = malloc(COPY_SIZE);
	int rc = buf ? 0 : fail(-ENOMEM, "copy");

	progress_start(shown, "Encrypting", size, 1);
	while (rc == 0) {
		ssize_t n = read_piece(fd, size, pos, buf, lost);

		if (n <= 0) {
			rc = (int)n;
			break;
		}
		rc = sink_write_at(to, pos, buf, (size_t)n);
		pos += (uint64_t)n;
		progress_stored(shown, pos);
		progress_reach(shown, pos);
	}
	progress_end(shown);
	free(buf);
	if (rc < 0 && pos == 0)
		sink_discard(to);
	return rc;
}

/* Of an input that could not be read as a whole the output keeps the incomplete name. */
static int seal_all(int fd, struct sink *to, struct progress *shown, uint64_t *lost)
{
	int rc = copy_all(fd, to, shown, lost);

	return rc < 0 || *lost ? rc : sink_commit(to);
}

static int encrypt_file(const struct options *o, uint64_t *lost)
{
	struct progress_cfg cfg;
	struct progress shown;
	struct seal_recipients to;
	struct sink *sink;
	int rc = sealed_recipients(o, &to), fd;

	if (rc < 0)
		return rc;
	progress_defaults(&cfg);
	cfg.feed = o->progress_fd;
	progress_init(&shown, &cfg);
	fd = open_input(o->vmcore);
	if (fd < 0)
		return fd;
	rc = open_output(o, fd, &sink);
	if (rc == 0 && o->sums)
		rc = sink_sum_open(sink, o->sums, &sink);
	if (rc == 0) {
		rc = sink_seal_open(sink, &to, &sink);
		if (rc == 0) {
			rc = seal_all(fd, sink, &shown, lost);
			sink_close(sink);
		}
	}
	close(fd);
	return rc < 0 ? fail(rc, "encrypt %s", o->vmcore) : 0;
}

/* What has come out of the sealed file, for who reads in pieces of another size. */
struct content {
	struct unsealer *from;
	struct blob rest;
};

static int read_content(void *arg, void *buf, size_t size)
{
	struct content *c = arg;
	size_t n;

	if (c->rest.len == 0) {
		int rc = unseal_next(c->from, &c->rest);

		if (rc <= 0)
			return rc;
	}
	n = c->rest.len < size ? c->rest.len : size;
	memcpy(buf, c->rest.data, n);
	c->rest.data = (const uint8_t *)c->rest.data + n;
	c->rest.len -= n;
	return (int)n;
}

/* A dump is whole when its sealed file is, too. */
static int at_end(void *arg)
{
	struct content *c = arg;
	int rc = c->rest.len ? 1 : unseal_next(c->from, &c->rest);

	return rc > 0 ? fail_set(-EBADMSG, "the stream in the sealed file goes on behind its end")
		      : rc;
}

static int write_plain(struct content *c, struct sink *sink, uint64_t *bytes)
{
	int rc;

	do {
		rc = sink_write_at(sink, *bytes, c->rest.data, c->rest.len);
		if (rc < 0)
			return rc;
		*bytes += c->rest.len;
		rc = unseal_next(c->from, &c->rest);
	} while (rc > 0);
	return rc < 0 ? rc : sink_commit(sink);
}

static int write_dump(struct content *c, struct sink *sink, struct unflatten_result *out)
{
	const struct unflatten_input in = { read_content, at_end, c };

	return unflatten_from(&in, sink, out);
}

/* The first piece has come: it tells what is inside. */
static int write_content(struct content *c, const struct options *o, struct sink *sink,
			 enum exit_code *outcome)
{
	/* In a pipe it stays a stream. */
	bool flat = sink->seekable && c->rest.len >= sizeof(FLAT_MAGIC) &&
		    memcmp(c->rest.data, FLAT_MAGIC, sizeof(FLAT_MAGIC)) == 0;
	struct unflatten_result result = { 0 };
	int rc;

	if (flat) {
		rc = write_dump(c, sink, &result);
	} else {
		rc = write_plain(c, sink, &result.bytes);
		result.complete = rc == 0;
	}
	if (result.complete) {
		*outcome = EXIT_CODE_COMPLETE;
		return rc;
	}
	/* A stream that its writer could not finish is authentic, and says that it is not whole. */
	if ((rc == 0 || o->salvage) && result.bytes > 0)
		*outcome = EXIT_CODE_PARTIAL;
	else
		sink_discard(sink);
	return rc;
}

static int decrypt_fd(int fd, const struct options *o, const struct seal_identities *ids,
		      enum exit_code *outcome)
{
	struct content c = { 0 };
	struct sink *sink;
	int rc = unseal_open(unseal_from_fd(&fd), ids, &c.from);

	if (rc < 0)
		return rc;
	/* Nothing is created for a file of which not even the first piece opens. */
	rc = unseal_next(c.from, &c.rest);
	if (rc >= 0)
		rc = open_output(o, fd, &sink);
	if (rc >= 0) {
		rc = write_content(&c, o, sink, outcome);
		sink_close(sink);
	}
	unseal_close(c.from);
	return rc;
}

static int decrypt_file(const struct options *o, enum exit_code *outcome)
{
	struct seal_identities *ids;
	int rc, fd;

	*outcome = EXIT_CODE_NOTHING;
	rc = seal_identities_read(o->identity, &ids);
	if (rc < 0)
		return fail(rc, "--identity");
	fd = open_input(o->vmcore);
	rc = fd;
	if (fd >= 0) {
		rc = decrypt_fd(fd, o, ids, outcome);
		close(fd);
	}
	seal_identities_free(ids);
	return rc < 0 ? fail(rc, "decrypt %s", o->vmcore) : 0;
}

static int run_encrypt(const struct options *o, enum exit_code *outcome)
{
	uint64_t lost = 0;
	int rc = encrypt_file(o, &lost);

	*outcome = rc < 0 ? EXIT_CODE_NOTHING : lost ? EXIT_CODE_PARTIAL : EXIT_CODE_COMPLETE;
	if (*outcome == EXIT_CODE_PARTIAL)
		log_msg(LOG_ERROR,
			"%s: %s: %" PRIu64 " bytes cannot be read; they are zeros in the encrypted "
			"file, which is incomplete",
			options_program(o), o->vmcore, lost);
	return rc;
}

int sealed_run(const struct options *o, enum exit_code *outcome)
{
	int rc;

	if (o->mode == MODE_ENCRYPT)
		return run_encrypt(o, outcome);
	rc = decrypt_file(o, outcome);
	if (*outcome == EXIT_CODE_PARTIAL)
		log_msg(LOG_ERROR, "%s: %s: what could be opened is saved as an incomplete dump",
			options_program(o), o->vmcore);
	return rc;
}
