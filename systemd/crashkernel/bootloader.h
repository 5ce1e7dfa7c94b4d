/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bootloader.h - crashkernel= in the boot loader's entries
 *
 * Each kind of boot loader setup is one struct bootloader; bootloader_find() returns the one this
 * system uses. To add one: a file bootloader_x.c and a line in the table of bootloader.c.
 */
#ifndef SYSTEMD_CRASHKERNEL_BOOTLOADER_H
#define SYSTEMD_CRASHKERNEL_BOOTLOADER_H

#include <stdbool.h>

struct bootloader_change {
	const char *root;
	const char *kernel; /* path of a kernel image, or "ALL" */
	const char *value;  /* of crashkernel=; NULL: remove it */
	const char *fadump; /* "on", "off", "nocma"; NULL: do not change it */

	/* Only entries whose value it accepts are changed; NULL: all of them. */
	bool (*only)(const char *value, const void *arg);
	const void *arg;

	/* Called for each changed entry, with its index; only where entries have one. */
	void (*changed)(const char *value, const char *kernel, const char *index);
};

struct bootloader {
	const char *name; /* for messages */
	bool per_kernel;  /* false: a change applies to all kernels */
	bool (*present)(const char *root);

	/*
	 * crashkernel= that the entry of a kernel (or "ALL": the first that has one) has now; freed
	 * by the caller. *out is NULL if there is none. 0 or a negative errno.
	 */
	int (*get)(const char *root, const char *kernel, char **out);

	/*
	 * Make the change and run what makes it effective at the next boot. 1; 0 if nothing had to
	 * be changed; -ENOENT: there is no such kernel.
	 */
	int (*set)(const struct bootloader_change *c);
};

/* -ENOTSUP: an unknown setup; the message says what to change by hand. */
int bootloader_find(const char *root, const struct bootloader **out);

extern const struct bootloader bootloader_grubby; /* Fedora, RHEL */
extern const struct bootloader bootloader_ostree;
extern const struct bootloader bootloader_bls;	/* entries in /boot/loader/entries */
extern const struct bootloader bootloader_grub; /* Debian: /etc/default/grub.d, update-grub */

/* Text only, no files. Each result is a new text that the caller frees. */

/*
 * A command line with this crashkernel= and fadump= instead of the old ones. -EINVAL: a quote is
 * never closed.
 */
int boottext_cmdline(const char *cmdline, const struct bootloader_change *c, char **out);

/*
 * Must this command line be changed? Not if it has the new value already, exactly once, nor if the
 * change does not apply to its value.
 */
bool boottext_differs(const char *cmdline, const struct bootloader_change *c);

/* Does the new command line keep all parameters of the old one that the change is not about? */
bool boottext_keeps(const char *old, const char *new, const struct bootloader_change *c);

/*
 * /etc/kernel/cmdline: lines of parameters, and comments. The new parameters go to the last line
 * that has any.
 */
int boottext_template(const char *text, const struct bootloader_change *c, char **out);

/* A BLS entry with changed options; the last line may lack its newline. */
int boottext_entry(const char *entry, const struct bootloader_change *c, char **out);

/*
 * /etc/default/grub: remove crashkernel= from GRUB_CMDLINE_LINUX and GRUB_CMDLINE_LINUX_DEFAULT;
 * add c->value, if not NULL, to the first of them. All other bytes stay. -ENOTSUP: that is not
 * safe; the message names the line and the reason.
 */
int boottext_grub_default(const char *text, const struct bootloader_change *c, char **out);

/* crashkernel= that /etc/default/grub passes to the kernel, freed by the caller; NULL: none. */
char *boottext_grub_value(const char *text);

#define GRUB_DEFAULT_FILE "/etc/default/grub"

/*
 * Apply boottext_grub_default() to the file if a shell accepts the result; *changed is set if it
 * was written. A file that cannot be changed safely is left alone, and the message says what to put
 * there by hand (value; NULL: nothing). A missing file is fine.
 */
int grub_file_change(const struct bootloader_change *c, const char *value, bool *changed);

/* Value of a key of a BLS entry ("options", "linux"), freed by the caller; NULL: no such key. */
char *boottext_entry_value(const char *entry, const char *key);

#endif
