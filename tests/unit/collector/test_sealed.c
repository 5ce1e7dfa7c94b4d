/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_sealed.c - a file with a page that cannot be read is not encrypted as if it was whole */
#include "sealed.h"

#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "seal_sample.h"
#include "temp_dir.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SIZE = 1 << 20, BAD = 300 << 10, BAD_LEN = 8192 };

static char dir[TEMP_DIR_MAX], in[96], out[96], part[128];
static bool bad;

/* In place of the C library's: a large read ends before the bad pages, one of them fails. */
ssize_t read(int fd, void *buf, size_t len)
{
	off_t at = lseek(fd, 0, SEEK_CUR);

	if (bad && at >= BAD && at < BAD + BAD_LEN) {
		errno = EIO;
		return -1;
	}
	if (bad && at < BAD && at + (off_t)len > BAD)
		len = (size_t)(BAD - at);
	return syscall(SYS_read, fd, buf, len);
}

static void begin(void)
{
	static const char line[16] = "not a zero byte";
	int fd;

	temp_dir(dir);
	snprintf(in, sizeof(in), "%s/in", dir);
	snprintf(out, sizeof(out), "%s/out", dir);
	snprintf(part, sizeof(part), "%s-incomplete", out);
	fd = open(in, O_WRONLY | O_CREAT, 0600);
	for (size_t at = 0; at < SIZE; at += sizeof(line))
		CHECK_EQ(write(fd, line, sizeof(line)), sizeof(line));
	close(fd);
	log_setup(0, false);
	fail_clear();
}

static void end(void)
{
	bad = false;
	unlink(in);
	unlink(out);
	unlink(part);
	CHECK_EQ(rmdir(dir), 0);
}

static enum exit_code encrypted(void)
{
	const struct options o = { .mode = MODE_ENCRYPT,
				   .vmcore = in,
				   .dump = out,
				   .progress_fd = -1,
				   .nr_encrypt_to = 1,
				   .encrypt_to = { SAMPLE_RECIPIENT } };
	enum exit_code outcome;

	CHECK_EQ(sealed_run(&o, &outcome), 0);
	return outcome;
}

/* What is inside path, and how many of its bytes are zero. */
static size_t zeros_in(const char *path)
{
	static uint8_t sealed[2 * SIZE], plain[2 * SIZE];
	struct seal_identities *ids = sample_identities();
	int fd = open(path, O_RDONLY);
	ssize_t size = pread(fd, sealed, sizeof(sealed), 0);
	size_t len, nr = 0;

	CHECK_OP(size, >, SIZE);
	close(fd);
	CHECK_EQ(sample_open(sealed, (size_t)size, ids, plain, &len), 0);
	CHECK_EQ(len, SIZE);
	for (size_t i = 0; i < len; i++)
		nr += plain[i] == 0 && i % 16 != 15;
	seal_identities_free(ids);
	return nr;
}

TEST(a_whole_file)
{
	begin();
	CHECK_EQ(encrypted(), EXIT_CODE_COMPLETE);
	CHECK_EQ(zeros_in(out), 0);
	end();
}

TEST(pages_that_cannot_be_read)
{
	begin();
	bad = true;
	CHECK_EQ(encrypted(), EXIT_CODE_PARTIAL);
	bad = false;
	CHECK_OP(access(out, F_OK), <, 0);
	CHECK_EQ(zeros_in(part), BAD_LEN / 16 * 15);
	end();
}

RUN(a_whole_file, pages_that_cannot_be_read)
