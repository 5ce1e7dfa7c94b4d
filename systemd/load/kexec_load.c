/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kexec_load.c - load the capture kernel into the reserved memory, or unload it */
#include "systemd/load/kexec_load.h"

#include "base/err.h"
#include "base/run.h"
#include "systemd/bootargs.h"
#include "systemd/files.h"
#include "systemd/load/kexec_symbols.h"
#include "systemd/load/uki.h"
#include "systemd/load/zboot.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Old linux/kexec.h lacks them; the numbers are ABI. */
#define FILE_UNLOAD   1UL
#define FILE_ON_CRASH 2UL

/* The signature is missing, broken, or by a key that is not enrolled. */
static bool is_signature(int rc)
{
	return rc == -EKEYREJECTED || rc == -ENOKEY || rc == -EBADMSG || rc == -ENODATA ||
	       rc == -ELIBBAD;
}

/* With fail_set() where the text of the errno would be misleading. */
int load_explain(int rc, const struct kernel_state *s)
{
	if (s->load_disabled)
		return fail_set(
			rc, "kernel.kexec_load_disabled is 1, so nothing can be loaded until the "
			    "next boot; find what sets it (/etc/sysctl.d) and set it after "
			    "kdump.service");
	if (!s->supported || rc == -ENOSYS)
		return fail_set(rc,
				"this kernel cannot load a capture kernel (CONFIG_CRASH_DUMP and "
				"CONFIG_KEXEC_FILE or CONFIG_KEXEC); install one that can");
	if (s->crash_size == 0)
		return fail_set(rc, "no memory is reserved; run \"kdumpctl reset-crashkernel\" and "
				    "reboot");
	if (is_signature(rc))
		return fail(rc,
			    "the kernel image is not signed by a key this machine trusts, and "
			    "%s requires that; use a signed kernel of the distribution or "
			    "enroll the key with mokutil",
			    s->secure_boot ? "Secure Boot" : "the kernel");
	if (rc == -EPERM && s->lockdown != LOCKDOWN_NONE)
		return fail_set(rc,
				"the kernel is locked down (%s%s) and takes only a kernel image "
				"signed by a key this machine trusts; use a signed kernel of "
				"the distribution, or sign it and enroll the key with mokutil",
				s->lockdown == LOCKDOWN_INTEGRITY ? "integrity" : "confidentiality",
				s->secure_boot ? ", by Secure Boot" : "");
	if (rc == -EPERM || rc == -EACCES)
		return fail_set(rc,
				"not permitted; run it as root, outside of a container, and check "
				"whether SELinux or seccomp forbids it");
	if (rc == -EADDRNOTAVAIL || rc == -ENOMEM || rc == -EFBIG)
		return fail(rc,
			    "kernel and image do not fit into the %" PRIu64 " MB that are "
			    "reserved; \"kdumpctl estimate\" prints what is needed",
			    s->crash_size >> 20);
	if (rc == -EBUSY)
		return fail_set(rc, "another program is loading a kernel; try again");
	if (rc == -ENOEXEC)
		return fail_set(rc,
				"the kernel file is not an image that this kernel can load; check "
				"KDUMP_KERNELVER and KDUMP_IMG");
	return fail(rc, "load the capture kernel");
}

static int open_below(const char *root, const char *path)
{
	char full[FILES_PATH_MAX];
	int rc = files_path(root, path, full), fd;

	if (rc < 0)
		return rc;
	fd = open(full, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? fail(-errno, "open %s", full) : fd;
}

/* The kernel itself, open, and the path at which a program finds the same. */
struct kernel_file {
	int fd;
	char path[FILES_PATH_MAX];
};

static int kernel_open(const struct load_request *req, struct kernel_file *out)
{
	int rc = files_path(req->root, req->kernel, out->path);

	out->fd = rc < 0 ? rc : open_below(req->root, req->kernel);
	if (out->fd < 0)
		return out->fd;
	rc = uki_unpack(&out->fd, req->kernel);
	if (rc > 0)
		snprintf(out->path, sizeof(out->path), "/proc/%d/fd/%d", (int)getpid(), out->fd);
	if (rc < 0)
		close(out->fd);
	return rc < 0 ? rc : 0;
}

/* 1: it is another file now, which any kernel and any kexec knows. 0: it was one of those. */
static int kernel_unpack(const struct load_request *req, struct kernel_file *k)
{
	int rc = zboot_unpack(&k->fd, req->kernel);

	if (rc > 0)
		snprintf(k->path, sizeof(k->path), "/proc/%d/fd/%d", (int)getpid(), k->fd);
	return rc;
}

static int by_call(const struct load_request *req, int kernel)
{
	int initrd = open_below(req->root, req->initrd), rc = 0;

	if (initrd < 0)
		return initrd;
	if (syscall(SYS_kexec_file_load, kernel, initrd, strlen(req->cmdline) + 1, req->cmdline,
		    FILE_ON_CRASH) < 0)
		rc = -errno;
	close(initrd);
	return rc;
}

/* kexec -p [KEXEC_ARGS] --command-line=... --initrd=... KERNEL */
static int by_program(const struct load_request *req, const char *kernel)
{
	char initrd[FILES_PATH_MAX + 16], *cmdline = NULL;
	struct bootargs extra = { 0 };
	const char **argv = NULL;
	size_t nr = 0;
	int rc = bootargs_parse(req->kexec_args ? req->kexec_args : "", &extra);

	snprintf(initrd, sizeof(initrd), "--initrd=%s%s", req->root, req->initrd);
	if (rc == 0 && asprintf(&cmdline, "--command-line=%s", req->cmdline) < 0)
		cmdline = NULL;
	argv = calloc(extra.nr + 7, sizeof(*argv));
	if (rc == 0 && (!cmdline || !argv))
		rc = fail(-ENOMEM, "start kexec");
	if (rc == 0) {
		argv[nr++] = "kexec";
		argv[nr++] = "-p";
		for (size_t i = 0; i < extra.nr; i++)
			argv[nr++] = extra.word[i];
		argv[nr++] = cmdline;
		argv[nr++] = initrd;
		argv[nr++] = kernel;
		rc = kexec_symbols_run(req->root,
				       &(struct run_cfg){ .argv = argv, .timeout_ms = 60 * 1000 });
	}
	bootargs_fini(&extra);
	free(argv);
	free(cmdline);
	return rc;
}

static bool wants_program(const struct load_request *req, const struct kernel_state *s)
{
	struct bootargs args = { 0 };
	bool classic = false;

	/* Another root is not the running system: use its stand-in for kexec. */
	if (*req->root)
		return true;
	/* Lockdown forbids what the program does with -c. */
	if (s->lockdown != LOCKDOWN_NONE)
		return false;
	if (req->kexec_args && bootargs_parse(req->kexec_args, &args) == 0) {
		classic = bootargs_value(&args, "-c") || bootargs_value(&args, "--kexec-syscall");
		bootargs_fini(&args);
	}
	return classic;
}

/*
 * Errors of the call that the program may not have: it decompresses and builds device trees itself.
 */
static bool program_may_help(int rc, const struct kernel_state *s)
{
	if (s->lockdown != LOCKDOWN_NONE || s->load_disabled || !run_exists("kexec"))
		return false;
	return rc == -ENOSYS || rc == -ENOEXEC || rc == -EOPNOTSUPP || rc == -ENOTTY;
}

static int load_kernel(const struct load_request *req, const struct kernel_state *state,
		       struct kernel_file *kernel, const char **how)
{
	int rc;

	*how = "kexec_file_load";
	if (!wants_program(req, state)) {
		rc = by_call(req, kernel->fd);
		if (rc == -ENOEXEC && kernel_unpack(req, kernel) > 0)
			rc = by_call(req, kernel->fd);
		if (rc == 0)
			return 0;
		if (!program_may_help(rc, state))
			return fail(load_explain(rc, state), "load %s", req->kernel);
		fail_clear();
	}
	*how = "the program kexec";
	rc = kernel_unpack(req, kernel);
	if (rc < 0)
		return rc;
	rc = by_program(req, kernel->path);
	return rc < 0 ? fail(rc, "load the capture kernel into %" PRIu64 " MB",
			     state->crash_size >> 20)
		      : 0;
}

static int load(const struct load_request *req, const char **how)
{
	struct kernel_state state;
	struct kernel_file kernel;
	int rc;

	kernel_state_read(req->root, &state);
	if (state.load_disabled)
		return load_explain(-EPERM, &state);
	rc = kernel_open(req, &kernel);
	if (rc < 0)
		return fail(rc, "load %s", req->kernel);
	rc = load_kernel(req, &state, &kernel, how);
	close(kernel.fd);
	return rc;
}

int load_capture(const struct load_request *req, const char **how)
{
	struct kernel_state after;
	int rc = load(req, how);

	if (rc < 0)
		return rc;
	kernel_state_read(req->root, &after);
	if (after.crash_loaded)
		return 0;
	return fail(
		-EIO,
		"%s reported success, but according to /sys/kernel/kexec_crash_loaded no capture "
		"kernel is loaded; see the kernel's log",
		*how);
}

int load_unload(const char *root)
{
	const char *const argv[] = { "kexec", "-p", "-u", NULL };

	if (!*root) {
		if (syscall(SYS_kexec_file_load, -1, -1, 0UL, NULL, FILE_UNLOAD | FILE_ON_CRASH) ==
		    0)
			return 0;
		if (errno != ENOSYS)
			return fail(-errno, "unload the capture kernel");
	}
	return run_must(&(struct run_cfg){ .argv = argv, .timeout_ms = 30 * 1000 });
}
