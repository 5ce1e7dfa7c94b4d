/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bootloader.h - crashkernel= in the boot loader's entries
 *
 * Each kind of boot loader set-up is one struct bootloader; bootloader_find()
 * gives the one that rules on this system. To add one: a file bootloader_x.c and a
 * line in the table of bootloader.c.
 */
#ifndef SYSTEMD_CRASHKERNEL_BOOTLOADER_H
#define SYSTEMD_CRASHKERNEL_BOOTLOADER_H

#include <stdbool.h>

struct bootloader_change {
	const char *root;
	const char *kernel; /* path of a kernel image, or "ALL" */
	const char *value;  /* of crashkernel=; NULL: take it away */
	const char *fadump; /* "on", "off", "nocma"; NULL: leave it */

	/* Only entries whose value it accepts are changed; NULL: all of them. */
	bool (*only)(const char *value, const void *arg);
	const void *arg;

	/* Told of each entry that was changed, by its index; only where entries have one. */
	void (*changed)(const char *value, const char *kernel, const char *index);
};

struct bootloader {
	const char *name; /* for words */
	bool per_kernel;  /* false: a change is for all kernels */
	bool (*present)(const char *root);

	/*
	 * crashkernel= that the entry of a kernel (or "ALL": the first that has one)
	 * holds now, to be freed; *out NULL if there is none. Errors as usual.
	 */
	int (*get)(const char *root, const char *kernel, char **out);

	/*
	 * Make the change, and whatever it takes to be there at the next boot. 1; 0 if
	 * all was so already and nothing was done; -ENOENT: there is no such kernel.
	 */
	int (*set)(const struct bootloader_change *c);
};

/* -ENOTSUP: nothing we know; the words say what to put where by hand. */
int bootloader_find(const char *root, const struct bootloader **out);

extern const struct bootloader bootloader_grubby; /* Fedora, RHEL */
extern const struct bootloader bootloader_ostree;
extern const struct bootloader bootloader_bls;	/* entries in /boot/loader/entries */
extern const struct bootloader bootloader_grub; /* Debian: /etc/default/grub.d, update-grub */

/*
 * Text work, without files. Each gives a new text to be freed.
 */

/*
 * A command line with this crashkernel= and fadump= in place of the old ones. -EINVAL: a quote
 * that is never closed leaves no place for them.
 */
int boottext_cmdline(const char *cmdline, const struct bootloader_change *c, char **out);

/*
 * Must this command line be changed? Not when it says already what the change wants, once,
 * nor when the change is not for its value.
 */
bool boottext_differs(const char *cmdline, const struct bootloader_change *c);

/* Has the new command line the words of the old one, but for those of the change? */
bool boottext_keeps(const char *old, const char *new, const struct bootloader_change *c);

/* /etc/kernel/cmdline: words on lines, and comments. The last line with words gets the new ones. */
int boottext_template(const char *text, const struct bootloader_change *c, char **out);

/* A BLS entry with its options changed; last line without an end is fine. */
int boottext_entry(const char *entry, const struct bootloader_change *c, char **out);

/*
 * /etc/default/grub: crashkernel= goes out of GRUB_CMDLINE_LINUX and
 * GRUB_CMDLINE_LINUX_DEFAULT; c->value, if there is one, into the first of them. All other
 * bytes stay. -ENOTSUP: that cannot be done safely, words say at which line and why.
 */
int boottext_grub_default(const char *text, const struct bootloader_change *c, char **out);

/* crashkernel= that /etc/default/grub gives the kernel, to be freed; NULL: none. */
char *boottext_grub_value(const char *text);

#define GRUB_DEFAULT_FILE "/etc/default/grub"

/*
 * boottext_grub_default() on the file itself, after a shell has read the result; *changed is
 * set if it was written. One that cannot be changed is left alone, and words say what to put
 * there by hand: wanted, NULL for nothing. A missing file is fine.
 */
int grub_file_change(const struct bootloader_change *c, const char *wanted, bool *changed);

/* Value of a key of a BLS entry ("options", "linux"): the text behind it, or NULL. Freed. */
char *boottext_entry_value(const char *entry, const char *key);

#endif
