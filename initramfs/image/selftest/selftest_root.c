/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * selftest_root.c - a root directory for the programs of an image
 *
 * A mount namespace of its own with a file system in memory: nothing is left behind, and it does
 * not matter which directories of this machine let programs run. The service may mount and not
 * change its root by chroot(2); who is not root gets the same in a user namespace; in a container
 * that forbids mounts, chroot(2) into a plain directory may work.
 */
#include "initramfs/image/selftest/selftest_impl.h"

#include "base/err.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	size_t len = strlen(text);
	bool ok = fd >= 0 && write(fd, text, len) == (ssize_t)len;

	if (fd >= 0)
		close(fd);
	return ok;
}

static bool own_user(void)
{
	char uid[48], gid[48];

	snprintf(uid, sizeof(uid), "0 %u 1", geteuid());
	snprintf(gid, sizeof(gid), "0 %u 1", getegid());
	return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && put("/proc/self/setgroups", "deny") &&
	       put("/proc/self/uid_map", uid) && put("/proc/self/gid_map", gid);
}

static bool mount_memory(const char *dir)
{
	if (unshare(CLONE_NEWNS) < 0 && !own_user())
		return false;
	return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("self-test", dir, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0700") == 0;
}

/* The old root is not below the new one any more. Not possible from the initramfs of a machine. */
static bool pivot(void)
{
	return syscall(SYS_pivot_root, ".", ".") == 0 && umount2(".", MNT_DETACH) == 0;
}

int self_test_root(const char *dir)
{
	bool mounted = mount_memory(dir);

	if (chdir(dir) < 0)
		return fail(-errno, "%s", dir);
	if ((!mounted || !pivot()) && chroot(".") < 0)
		return fail(-EPERM, "a root directory for its programs in %s", dir);
	return chdir("/") < 0 ? fail(-errno, "/") : 0;
}
