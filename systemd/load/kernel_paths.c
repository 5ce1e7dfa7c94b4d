/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel_paths.c - where the kernel to load lies, and where our image for it belongs */
#include "systemd/load/kernel_paths.h"

#include "base/err.h"
#include "base/text.h"
#include "base/util.h"
#include "systemd/files.h"
#include "systemd/load/uki.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* %s is the release; the first that is there counts. '*' is for machine ids. */
static const char *const kernels[] = {
	"/boot/vmlinuz-%s",	     "/boot/*/%s/linux",
	"/boot/efi/*/%s/linux",	     "/efi/*/%s/linux",
	"/boot/ostree/*/vmlinuz-%s", "/usr/lib/modules/%s/vmlinuz",
	"/lib/modules/%s/vmlinuz",   "/boot/Image-%s",
	"/boot/vmlinux-%s",	     "/boot/kernel-%s",
};

/* The first match, without the root in front; false: none. */
static bool find_glob(const char *root, const char *pattern, char out[CTL_PATH_MAX])
{
	char full[FILES_PATH_MAX];
	glob_t g = { 0 };
	bool found = false;

	if (files_path(root, pattern, full) == 0 && glob(full, 0, NULL, &g) == 0) {
		snprintf(out, CTL_PATH_MAX, "%s", g.gl_pathv[0] + strlen(root));
		found = true;
	}
	globfree(&g);
	return found;
}

static bool find_release(const char *root, const char *format, const char *release,
			 char out[CTL_PATH_MAX])
{
	const char *mark = strstr(format, "%s");
	char pattern[1024];

	snprintf(pattern, sizeof(pattern), "%.*s%s%s", (int)(mark - format), format, release,
		 mark + 2);
	return find_glob(root, pattern, out);
}

/* Links that kdump-tools kept for the kernel of its time: nobody keeps them any more. */
static bool is_old_debian_link(const char *path)
{
	return strcmp(path, CTL_STATE_DIR "/vmlinuz") == 0 ||
	       strcmp(path, CTL_STATE_DIR "/initrd.img") == 0;
}

/* KDUMP_BOOTDIR, KDUMP_IMG and KDUMP_IMG_EXT, as far as they are set. */
static bool find_set(const struct ctl *ctl, char out[CTL_PATH_MAX])
{
	const struct sysconfig *s = &ctl->sysconfig;
	char path[CTL_PATH_MAX];

	if (s->kernel_file && !is_old_debian_link(s->kernel_file) &&
	    files_exist(ctl->root, s->kernel_file)) {
		snprintf(out, CTL_PATH_MAX, "%s", s->kernel_file);
		return true;
	}
	if (!s->image_name && !s->boot_dir && !s->image_suffix)
		return false;
	return snprintf(path, sizeof(path), "%s/%s-%s%s", s->boot_dir ? s->boot_dir : "/boot",
			s->image_name ? s->image_name : "vmlinuz", ctl->kernel,
			s->image_suffix ? s->image_suffix : "") < (int)sizeof(path) &&
	       find_glob(ctl->root, path, out);
}

/* The release in the path that the pattern with '*' for it found: "vmlinuz-%s" in a component. */
static bool release_of(const char *path, const char *format, char out[128])
{
	const char *mark = strstr(format, "%s"), *from = mark, *at = path;
	size_t before, len, after = strcspn(mark + 2, "/");

	for (const char *s = format; s < mark; s++) {
		if (*s == '/')
			at = strchr(at, '/') + 1;
	}
	while (from[-1] != '/')
		from--;
	before = (size_t)(mark - from);
	len = strcspn(at, "/");
	if (len <= before + after || len - before - after >= 128)
		return false;
	snprintf(out, 128, "%.*s", (int)(len - before - after), at + before);
	return true;
}

/* Is the word, up to its end or a comma, in the list already? */
static bool is_in(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *s = strstr(list, word); s; s = strstr(s + 1, word)) {
		if ((s == list || s[-1] == ' ') && (s[n] == '\0' || s[n] == ','))
			return true;
	}
	return false;
}

/* Ends a list that has no space for all kernels. */
#define MORE ", ..."

/* See kernel_paths_kernels(). */
struct kernel_list {
	bool files;
	bool cut;
	char *out;
	size_t size;
};

static void list_add(struct kernel_list *list, const char *path, const char *release)
{
	const char *word = list->files ? path : release;
	size_t n = strlen(list->out);

	if (is_in(list->out, word) || strncmp(release, "0-rescue", 8) == 0)
		return;
	if (n + strlen(", ") + strlen(word) + sizeof(MORE) > list->size)
		list->cut = true;
	else
		text_add(list->out, list->size, "%s%s", n ? ", " : "", word);
}

static void list_matches(const char *root, const char *format, struct kernel_list *list)
{
	const char *mark = strstr(format, "%s");
	char pattern[FILES_PATH_MAX], release[128];
	glob_t g = { 0 };

	snprintf(pattern, sizeof(pattern), "%s%.*s*%s", root, (int)(mark - format), format,
		 mark + 2);
	if (glob(pattern, 0, NULL, &g) != 0)
		g.gl_pathc = 0;
	for (size_t i = 0; i < g.gl_pathc; i++) {
		const char *path = g.gl_pathv[i] + strlen(root);

		if (release_of(path, format, release))
			list_add(list, path, release);
	}
	globfree(&g);
}

static bool list_uki(void *arg, const char *path, const char *release)
{
	list_add(arg, path, release);
	return false;
}

void kernel_paths_kernels(const char *root, bool files, char *out, size_t size)
{
	struct kernel_list list = { .files = files, .out = out, .size = size };

	out[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(kernels); i++)
		list_matches(root, kernels[i], &list);
	uki_visit(root, list_uki, &list);
	if (list.cut)
		text_add(out, size, MORE);
}

static int refuse(const struct ctl *ctl)
{
	char list[300];

	kernel_paths_kernels(ctl->root, false, list, sizeof(list));
	if (ctl->sysconfig.kernel_version)
		return fail_set(-ENOENT,
				"KDUMP_KERNELVER is %s in %s, and there is no such kernel; %s%s",
				ctl->kernel, ctl->sysconfig.report.file,
				*list ? "write one of: " : "install one", list);
	return fail(-ENOENT,
		    "no kernel image for %s in /boot, on the EFI system partition or in "
		    "/usr/lib/modules; install it, or set "
		    "KDUMP_KERNELVER in %s%s%s",
		    ctl->kernel, ctl->sysconfig_file, *list ? " to one of: " : "", list);
}

static int find_kernel(const struct ctl *ctl, char out[CTL_PATH_MAX])
{
	if (find_set(ctl, out))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(kernels); i++) {
		if (find_release(ctl->root, kernels[i], ctl->kernel, out))
			return 0;
	}
	return uki_find(ctl->root, ctl->kernel, out) ? 0 : refuse(ctl);
}

void kernel_paths_boot_kernel(const char *root, const char *release, char out[CTL_PATH_MAX])
{
	for (size_t i = 0; i < ARRAY_SIZE(kernels); i++) {
		bool boots = strncmp(kernels[i], "/boot/", 6) == 0 ||
			     strncmp(kernels[i], "/efi/", 5) == 0;

		if (boots && find_release(root, kernels[i], release, out))
			return;
	}
	if (uki_find(root, release, out))
		return;
	snprintf(out, CTL_PATH_MAX, "/boot/vmlinuz-%s", release);
}

static bool writable(const char *root, const char *dir)
{
	char full[FILES_PATH_MAX];
	struct statvfs vfs;

	return files_path(root, dir, full) == 0 && access(full, W_OK) == 0 &&
	       statvfs(full, &vfs) == 0 && !(vfs.f_flag & ST_RDONLY);
}

/*
 * Beside the usual initramfs, where other programs look for it. Where there is none
 * (a unified image, an image-based system) or it cannot be written: our own directory.
 */
static void set_image_path(const struct ctl *ctl, char out[CTL_PATH_MAX])
{
	static const char *const initrds[] = { "/boot/initramfs-%s.img", "/boot/initrd.img-%s",
					       "/boot/initrd-%s" };
	char dir[CTL_PATH_MAX], found[CTL_PATH_MAX];
	bool has = false;

	if (find_release(ctl->root, "/boot/*/%s/initrd", ctl->kernel, found)) {
		snprintf(dir, sizeof(dir), "%.*s", (int)(strrchr(found, '/') - found), found);
		if (writable(ctl->root, dir) &&
		    snprintf(out, CTL_PATH_MAX, "%skdump", found) < CTL_PATH_MAX)
			return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(initrds) && !has; i++)
		has = find_release(ctl->root, initrds[i], ctl->kernel, found);
	snprintf(out, CTL_PATH_MAX, "%s/initramfs-%skdump.img",
		 has && writable(ctl->root, "/boot") ? "/boot" : CTL_STATE_DIR, ctl->kernel);
}

int kernel_paths_find(const struct ctl *ctl, struct kernel_paths *out)
{
	int rc = find_kernel(ctl, out->kernel);

	const char *initrd = ctl->sysconfig.initrd_file;

	if (rc < 0)
		return rc;
	out->prebuilt = initrd && !is_old_debian_link(initrd);
	if (out->prebuilt)
		snprintf(out->image, sizeof(out->image), "%s", initrd);
	else
		set_image_path(ctl, out->image);
	snprintf(out->inputs, sizeof(out->inputs), "%s/%s.inputs", CTL_STATE_DIR, ctl->kernel);
	if (snprintf(out->new_image, CTL_PATH_MAX, "%s.new", out->image) >= CTL_PATH_MAX ||
	    snprintf(out->new_inputs, CTL_PATH_MAX, "%s.new", out->inputs) >= CTL_PATH_MAX)
		return fail(-ENAMETOOLONG, "%s", out->image);
	return 0;
}

static void remove_all(const char *root, const char *pattern)
{
	char full[FILES_PATH_MAX];
	glob_t g = { 0 };

	if (files_path(root, pattern, full) == 0 && glob(full, 0, NULL, &g) == 0) {
		for (size_t i = 0; i < g.gl_pathc; i++)
			unlink(g.gl_pathv[i]);
	}
	globfree(&g);
}

void kernel_paths_remove(const struct ctl *ctl, const char *release)
{
	static const char *const ours[] = {
		"/boot/initramfs-%skdump.img",
		"/boot/initramfs-%skdump.img.new",
		"/boot/*/%s/initrdkdump",
		"/boot/*/%s/initrdkdump.new",
		CTL_STATE_DIR "/initramfs-%skdump.img",
		CTL_STATE_DIR "/initramfs-%skdump.img.new",
		CTL_STATE_DIR "/%s.inputs",
		CTL_STATE_DIR "/%s.inputs.new",
	};

	for (size_t i = 0; i < ARRAY_SIZE(ours); i++) {
		const char *mark = strstr(ours[i], "%s");
		char pattern[1024];

		snprintf(pattern, sizeof(pattern), "%.*s%s%s", (int)(mark - ours[i]), ours[i],
			 release ? release : "*", mark + 2);
		remove_all(ctl->root, pattern);
	}
}
