/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_kexec_load.c - loading by the system call and by the program, and why it failed
 *
 * A child in a root of its own, where kexec_file_load(2) answers as the test says: a
 * seccomp filter gives the errno, nothing is ever loaded.
 */
#include "systemd/load/kexec_load.h"

#include "base/err.h"
#include "base/util.h"
#include "check.h"
#include "temp_root.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define LOCKDOWN    "/sys/kernel/security/lockdown"
#define SECURE_BOOT "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

/* What a child tells its parent, in shared memory. */
struct answer {
	int rc;
	char how[40];
	char message[1000];
};

struct row {
	int error;	   /* of the system call; 0: it loads */
	const char *kexec; /* script of the program, NULL: there is none */
	const char *args;  /* KEXEC_ARGS */
	const char *file, *text;
	int rc;
	const char *how;
	const char *message; /* in the reason */
};

static int forbid(int error)
{
	const uint32_t answer = SECCOMP_RET_ERRNO | (uint32_t)error;
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_kexec_file_load, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, answer),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_kexec_load, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { .len = ARRAY_SIZE(code), .filter = code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

/* "/" is the test's root, and a mount point, as it is on any system; nobody else sees what is
 * mounted. */
static int own_root(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount(temp_root, temp_root, NULL, MS_BIND | MS_REC, NULL) < 0)
		return -1;
	return chroot(temp_root) == 0 ? chdir("/") : -1;
}

/* In a child, where "/" is the test's root and the call answers with error. */
static struct answer in_child(int error, void (*fn)(struct answer *, const void *), const void *arg)
{
	struct answer a = { .rc = 1 };
	int ends[2], status;
	pid_t child;

	CHECK_EQ(pipe(ends), 0);
	child = fork();
	CHECK_OP(child, >=, 0);
	if (child == 0) {
		if (own_root() == 0 && forbid(error) == 0) {
			setenv("PATH", "/bin", 1);
			fail_clear();
			fn(&a, arg);
			snprintf(a.message, sizeof(a.message), "%s", fail_text());
		}
		_exit(write(ends[1], &a, sizeof(a)) == sizeof(a) ? 0 : 1);
	}
	close(ends[1]);
	CHECK_EQ(read(ends[0], &a, sizeof(a)), sizeof(a));
	close(ends[0]);
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
	return a;
}

static void load(struct answer *a, const void *arg)
{
	struct load_request req = { .root = "",
				    .kernel = "/boot/vmlinuz",
				    .initrd = "/boot/image",
				    .cmdline = "ro",
				    .kexec_args = arg };
	const char *how = "";

	a->rc = load_capture(&req, &how);
	snprintf(a->how, sizeof(a->how), "%s", how);
}

static void unload(struct answer *a, const void *arg)
{
	(void)arg;
	a->rc = load_unload("");
}

/* 64 MB reserved, kernel and image in /boot, a shell for stand-ins. */
static void root_loads(void)
{
	char command[200];

	root_new();
	root_put("/sys/kernel/kexec_crash_size", "67108864\n");
	root_put("/sys/kernel/kexec_crash_loaded", "1\n");
	root_put("/boot/vmlinuz", "kernel");
	root_put("/boot/image", "image");
	root_put("/dev/null", "");
	snprintf(command, sizeof(command), "mkdir -p %s/bin && cp /bin/busybox %s/bin/", temp_root,
		 temp_root);
	CHECK_EQ(system(command), 0);
}

static void root_kexec(const char *script)
{
	char text[512];

	snprintf(text, sizeof(text), "#!/bin/busybox sh\necho \"$*\" >/called\n%s\n", script);
	CHECK_EQ(files_write(temp_root, "/bin/kexec", 0755, text), 0);
}

static const char by_call[] = "kexec_file_load", by_program[] = "the program kexec";
static const char args[] = "-p --command-line=ro --initrd=/boot/image /boot/vmlinuz\n";

static const struct row rows[] = {
	{ 0, .how = by_call },
	{ 0, "exit 1", .how = by_call },
	{ EPERM, .rc = -EPERM, .message = "run it as root, outside of a container" },
	{ EACCES, .rc = -EACCES, .message = "SELinux or seccomp" },
	{ EPERM, "", NULL, LOCKDOWN, "none [integrity]", -EPERM, by_call,
	  "enroll the key with mokutil" },
	{ EKEYREJECTED, .rc = -EKEYREJECTED, .message = "not signed by a key this machine trusts" },
	{ EKEYREJECTED, "", NULL, SECURE_BOOT, "\6...\1", -EKEYREJECTED, by_call,
	  "and Secure Boot requires" },
	{ ENOKEY, .rc = -ENOKEY, .message = "use a signed kernel" },
	{ ENODATA, .rc = -ENODATA, .message = "use a signed kernel" },
	{ EBADMSG, .rc = -EBADMSG, .message = "use a signed kernel" },
	{ ELIBBAD, .rc = -ELIBBAD, .message = "use a signed kernel" },
	{ EADDRNOTAVAIL, .rc = -EADDRNOTAVAIL,
	  .message = "the 64 MB that are reserved; \"kdumpctl estimate\"" },
	{ ENOMEM, .rc = -ENOMEM, .message = "\"kdumpctl estimate\" prints what is needed" },
	{ EFBIG, .rc = -EFBIG, .message = "\"kdumpctl estimate\" prints what is needed" },
	{ EBUSY, .rc = -EBUSY, .message = "another program is loading a kernel; try again" },
	{ EINVAL, .rc = -EINVAL, .message = "load the capture kernel: Invalid argument" },
	{ 0, NULL, NULL, "/sys/kernel/kexec_crash_size", "0", 0, by_call, "" },
	{ EADDRNOTAVAIL, NULL, NULL, "/sys/kernel/kexec_crash_size", "0", -EADDRNOTAVAIL, by_call,
	  "reset-crashkernel" },
	{ 0, "", NULL, "/proc/sys/kernel/kexec_load_disabled", "1", -EPERM, "",
	  "kexec_load_disabled is 1" },
	/* Success is what the kernel says afterwards. */
	{ 0, NULL, NULL, "/sys/kernel/kexec_crash_loaded", "0", -EIO, by_call,
	  "kexec_file_load reported success, but" },
	{ ENOEXEC, "", NULL, "/sys/kernel/kexec_crash_loaded", "0", -EIO, by_program,
	  "the program kexec reported success, but" },
	/* The program may know more than the call, if it may do anything at all. */
	{ ENOSYS, .rc = -ENOSYS, .message = "CONFIG_CRASH_DUMP and CONFIG_KEXEC_FILE" },
	{ ENOEXEC, .rc = -ENOEXEC, .message = "check KDUMP_KERNELVER and KDUMP_IMG" },
	{ ENOSYS, "", .how = by_program },
	{ ENOEXEC, "", .how = by_program },
	{ EOPNOTSUPP, "", .how = by_program },
	{ ENOEXEC, "echo No such thing >&2; exit 1", .rc = -EIO, .how = by_program,
	  .message = "No such thing" },
	{ ENOEXEC, "", NULL, LOCKDOWN, "none [confidentiality]", -ENOEXEC, by_call,
	  "not an image that this kernel can load" },
	{ EPERM, "", "-c", .how = by_program },
	{ EPERM, "", "--kexec-syscall", .how = by_program },
	{ EPERM, "", "-s -d", .rc = -EPERM },
	{ EPERM, "", "-c", LOCKDOWN, "none [integrity]", -EPERM, by_call, "locked down" },
};

TEST(loading)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *r = &rows[i];
		const char *how = r->how ? r->how : by_call,
			   *message = r->message ? r->message : "";
		struct answer a;

		root_loads();
		if (r->kexec)
			root_kexec(r->kexec);
		if (r->file)
			root_put(r->file, r->text);
		a = in_child(r->error, load, r->args);
		if (a.rc != r->rc || strcmp(a.how, how) != 0 || !strstr(a.message, message))
			fail_msg("row %zu: %d, by %s: %s", i, a.rc, a.how, a.message);
		if (strcmp(how, by_program) != 0)
			CHECK(!files_exist(temp_root, "/called"));
		else if (!r->args)
			CHECK_STR(root_text("/called"), args);
		root_drop();
	}
}

/* An arm64 kernel that does not show _text: the program sees it, and nothing of that stays. */
TEST(symbol_shown)
{
	static const char kallsyms[] =
		"ffffce88d6610000 T _stext\nffffce88d7990000 T __init_begin\n";
	char run[FILES_PATH_MAX];
	struct answer a;

	root_loads();
	root_put("/proc/kallsyms", kallsyms);
	root_put("/proc/iomem", "40000000-7fffffff : System RAM\n"
				"  40210000-4158ffff : Kernel code\n");
	root_put("/run/other", "");
	root_kexec("busybox cat /proc/kallsyms >/seen; busybox ls /run >>/seen");
	a = in_child(ENOSYS, load, NULL);
	CHECK_STR(a.message, "");
	CHECK_EQ(a.rc, 0);
	CHECK_STR(root_text("/called"), args);
	CHECK(strstr(root_text("/seen"), "ffffce88d6610000 T _text\n"));
	CHECK(strstr(root_text("/seen"), kallsyms));
	CHECK(strstr(root_text("/seen"), "kdump-kallsyms-"));
	CHECK_STR(root_text("/proc/kallsyms"), kallsyms);
	CHECK_EQ(files_remove(temp_root, "/run/other"), 0);
	CHECK_EQ(files_path(temp_root, "/run", run), 0);
	CHECK_EQ(rmdir(run), 0);
	root_drop();
}

/* Without a place for the file the capture kernel is not loaded: it would save nothing. */
TEST(symbol_not_shown)
{
	struct answer a;

	root_loads();
	root_put("/proc/kallsyms", "ffffce88d6610000 T _stext\nffffce88d7990000 T __init_begin\n");
	root_put("/proc/iomem", "  40210000-4158ffff : Kernel code\n");
	root_kexec("");
	a = in_child(ENOSYS, load, NULL);
	CHECK_EQ(a.rc, -ENOENT);
	CHECK(strstr(a.message, "create /run/kdump-kallsyms-"));
	CHECK(!files_exist(temp_root, "/called"));
	root_drop();
}

TEST(file_missing)
{
	static const char *const files[] = { "/boot/vmlinuz", "/boot/image" };

	for (unsigned i = 0; i < 2; i++) {
		struct answer a;

		root_loads();
		CHECK_EQ(files_remove(temp_root, files[i]), 0);
		a = in_child(0, load, NULL);
		CHECK_EQ(a.rc, -ENOENT);
		CHECK(strstr(a.message, files[i]));
		root_drop();
	}
}

TEST(unloading)
{
	struct answer a;

	root_loads();
	root_kexec("");
	CHECK_EQ(in_child(0, unload, NULL).rc, 0);
	a = in_child(EPERM, unload, NULL);
	CHECK_EQ(a.rc, -EPERM);
	CHECK(strstr(a.message, "unload the capture kernel"));
	CHECK(!files_exist(temp_root, "/called"));
	CHECK_EQ(in_child(ENOSYS, unload, NULL).rc, 0);
	CHECK_STR(root_text("/called"), "-p -u\n");
	root_drop();
}

RUN(loading, symbol_shown, symbol_not_shown, file_missing, unloading)
