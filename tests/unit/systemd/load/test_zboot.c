/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_zboot.c - the kernel in an EFI zboot image */
#include "systemd/load/zboot.h"

#include "base/err.h"
#include "check.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#define AT 512 /* the compressed kernel */

static const char kernel[] = "a kernel, a kernel, a kernel";

/* An image whose compressed part is said to have so many bytes more than it has. */
static int image(int32_t more)
{
	unsigned char bytes[1024] = "MZ";
	z_stream z = { .next_in = (Bytef *)kernel,
		       .avail_in = sizeof(kernel),
		       .next_out = bytes + AT,
		       .avail_out = sizeof(bytes) - AT };
	uint32_t part[2] = { AT };
	int fd = memfd_create("zboot", 0);

	CHECK_OP(fd, >=, 0);
	CHECK_EQ(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	CHECK_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
	part[1] = (uint32_t)((int32_t)z.total_out + more);
	memcpy(bytes + 4, "zimg", 4);
	memcpy(bytes + 8, part, sizeof(part));
	CHECK_EQ(write(fd, bytes, AT + z.total_out), (ssize_t)(AT + z.total_out));
	deflateEnd(&z);
	return fd;
}

TEST(unpacked)
{
	char got[2 * sizeof(kernel)];
	int fd = image(0);

	CHECK_EQ(zboot_unpack(&fd, "/boot/vmlinuz"), 1);
	CHECK_EQ(read(fd, got, sizeof(got)), sizeof(kernel));
	CHECK_STR(got, kernel);
	/* The kernel takes no file that somebody may write to. */
	CHECK_EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	close(fd);
}

TEST(other_files_stay)
{
	int fd = memfd_create("other", 0), same = fd;

	CHECK_EQ(zboot_unpack(&fd, "/boot/vmlinuz"), 0);
	CHECK_EQ(write(fd, "MZ\0\0a plain kernel that is longer", 32), 32);
	CHECK_EQ(zboot_unpack(&fd, "/boot/vmlinuz"), 0);
	CHECK_EQ(fd, same);
	close(fd);
}

/* Cut within the file, or said to go on behind its end. */
TEST(damaged)
{
	static const int32_t more[] = { -20, 1, INT32_MAX - 4096 };

	for (size_t i = 0; i < 3; i++) {
		int fd = image(more[i]);

		CHECK_EQ(zboot_unpack(&fd, "/boot/vmlinuz"), -EBADMSG);
		CHECK(strstr(fail_text(), "the kernel in /boot/vmlinuz is cut or damaged"));
		CHECK_EQ(close(fd), 0);
		fail_clear();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		U3(unpacked, other_files_stay, damaged),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
