/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_input.c - what is no core is refused by what it is */
#include "input.h"

#include "base/err.h"
#include "base/sealed_magic.h"
#include "check.h"
#include "temp_dir.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void refused(const char *data, size_t len, const char *why)
{
	char path[TEMP_PATH_MAX];
	int fd = open(temp_path("core", path), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	struct source *src;

	CHECK(fd >= 0 && write(fd, data, len) == (ssize_t)len);
	close(fd);
	CHECK_OP(input_open(path, &src), <, 0);
	if (!strstr(fail_text(), why) || !strstr(fail_text(), path))
		fail_msg("'%s' lacks '%s'", fail_text(), why);
	fail_clear();
	unlink(path);
}

TEST(an_encrypted_dump)
{
	static const char sealed[] = "age-encryption.org/v1\n-> X25519 ...\n";

	refused(sealed, sizeof(sealed),
		"it is encrypted; decrypt it first: kdump-collect --decrypt");
	refused(sealed, SEALED_MAGIC_LEN, "it is encrypted; decrypt it first");
	refused(sealed, SEALED_MAGIC_LEN - 1, "not an ELF core file");
	refused("age-encryption.org/v2\n", SEALED_MAGIC_LEN, "not an ELF core file");
}

RUN(an_encrypted_dump)
