/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kexec-load.c - load a crash kernel: kexec-load KERNEL INITRD COMMAND-LINE */
/* Static, for the initramfs; what kexec -p -s does, without the rest of kexec-tools. */
#include <errno.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_or_say(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fprintf(stderr, "kexec-load: open %s: %s\n", path, strerror(errno));
	return fd;
}

int main(int argc, char **argv)
{
	int kernel, initrd;

	if (argc != 4) {
		fprintf(stderr, "usage: kexec-load KERNEL INITRD COMMAND-LINE\n");
		return 2;
	}
	kernel = open_or_say(argv[1]);
	initrd = open_or_say(argv[2]);
	if (kernel < 0 || initrd < 0)
		return 1;
	/* The length counts the terminating NUL. */
	if (syscall(SYS_kexec_file_load, kernel, initrd, strlen(argv[3]) + 1, argv[3],
		    (unsigned long)KEXEC_FILE_ON_CRASH)) {
		fprintf(stderr,
			"kexec-load: kexec_file_load %s: %s; is crashkernel= large enough?\n",
			argv[1], strerror(errno));
		return 1;
	}
	return 0;
}
