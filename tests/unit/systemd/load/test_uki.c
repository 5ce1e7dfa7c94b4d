/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_uki.c - unified kernel images: found by their release, and the kernel taken out of them */
#include "systemd/load/uki.h"

#include "base/err.h"
#include "check.h"
#include "fix_pe.h"
#include "temp_root.h"

#include <fcntl.h>
#include <sys/stat.h>

#define ESP "/efi/EFI/Linux/"

/* A file of the root, cut to so many bytes. */
static void put_uki(const char *path, const char *release, const char *kernel, size_t most)
{
	const struct fix_pe_section s[] = {
		{ ".osrel", "ID=x\n", 5 },
		{ ".uname", release, strlen(release) },
		{ ".linux", kernel, strlen(kernel) },
	};
	char full[FILES_PATH_MAX];
	unsigned char *pe;
	size_t len;
	int fd;

	/* Makes the directory. */
	root_put(path, "");
	CHECK_EQ(files_path(temp_root, path, full), 0);
	pe = fix_pe(s, 3, &len);
	assert_non_null(pe);
	fd = open(full, O_WRONLY | O_TRUNC);
	CHECK_OP(fd, >=, 0);
	len = len < most ? len : most;
	CHECK_EQ(write(fd, pe, len), (ssize_t)len);
	close(fd);
	free(pe);
}

static int open_root(const char *path)
{
	char full[FILES_PATH_MAX];
	int fd;

	CHECK_EQ(files_path(temp_root, path, full), 0);
	fd = open(full, O_RDONLY);
	CHECK_OP(fd, >=, 0);
	return fd;
}

static int new_root(void **state)
{
	(void)state;
	root_new();
	put_uki(ESP "a.efi", "6.1.0-1", "old kernel", SIZE_MAX);
	put_uki(ESP "b.efi", "6.12.3\n", "new kernel", SIZE_MAX);
	put_uki("/usr/lib/modules/6.12.3/vmlinuz-virt.efi", "6.12.3", "virt", SIZE_MAX);
	put_uki("/usr/lib/modules/7.0/vmlinuz-virt.efi", "7.0", "virt", SIZE_MAX);
	root_put(ESP "text.efi", "MZ is what this text begins with");
	return 0;
}

static int drop_root(void **state)
{
	(void)state;
	root_drop();
	fail_clear();
	return 0;
}

static void found_by_release(void **state)
{
	char path[CTL_PATH_MAX];

	(void)state;
	CHECK(uki_find(temp_root, "6.1.0-1", path));
	CHECK_STR(path, ESP "a.efi");
	CHECK(uki_find(temp_root, "6.12.3", path));
	CHECK_STR(path, ESP "b.efi");
	CHECK(uki_find(temp_root, "7.0", path));
	CHECK_STR(path, "/usr/lib/modules/7.0/vmlinuz-virt.efi");
	CHECK(!uki_find(temp_root, "6.12", path));
}

/* A release is printed and put into paths. */
static void hostile_releases(void **state)
{
	static const char *const releases[] = { "",	    "../../etc", "6.1/x", ".",
						"6\x1b[2J", "\xff",	 "%s" };
	char path[CTL_PATH_MAX], many[300];

	(void)state;
	for (size_t i = 0; i < sizeof(releases) / sizeof(releases[0]); i++) {
		put_uki("/boot/efi/EFI/Linux/x.efi", releases[i], "k", SIZE_MAX);
		CHECK(!uki_find(temp_root, releases[i], path));
	}
	memset(many, '6', sizeof(many) - 1);
	many[sizeof(many) - 1] = '\0';
	put_uki("/boot/efi/EFI/Linux/x.efi", many, "k", SIZE_MAX);
	CHECK(!uki_find(temp_root, many, path));
}

static void unpacked(void **state)
{
	char bytes[64] = "";
	int fd = open_root(ESP "b.efi");

	(void)state;
	CHECK_EQ(uki_unpack(&fd, "b.efi"), 1);
	CHECK_EQ(read(fd, bytes, sizeof(bytes)), 10);
	CHECK_STR(bytes, "new kernel");
	/* The kernel takes no file that somebody may write to. */
	CHECK_EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	close(fd);
}

static void other_files_stay(void **state)
{
	struct stat before, after;
	int fd = open_root(ESP "text.efi");

	(void)state;
	CHECK_EQ(fstat(fd, &before), 0);
	CHECK_EQ(uki_unpack(&fd, "text.efi"), 0);
	CHECK_EQ(fstat(fd, &after), 0);
	CHECK_EQ(before.st_ino, after.st_ino);
	close(fd);
}

static void cut(void **state)
{
	int fd;

	(void)state;
	put_uki(ESP "a.efi", "6.1.0-1", "old kernel", 1024);
	fd = open_root(ESP "a.efi");
	CHECK_EQ(uki_unpack(&fd, "/efi/a.efi"), -EBADMSG);
	CHECK(strstr(fail_text(), "the kernel in /efi/a.efi is cut or empty"));
	CHECK_EQ(close(fd), 0);
	put_uki(ESP "a.efi", "6.1.0-1", "", SIZE_MAX);
	fd = open_root(ESP "a.efi");
	CHECK_EQ(uki_unpack(&fd, "/efi/a.efi"), -EBADMSG);
	CHECK_EQ(close(fd), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, new_root, drop_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(found_by_release), T(hostile_releases), T(unpacked), T(other_files_stay), T(cut),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
