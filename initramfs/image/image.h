/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * image.h - build the capture image
 *
 *     image_request  ->  image_build  ->  the image, the record of its inputs, a report
 *                        image_check  ->  is the image still what would be built now?
 *
 * Everything is found out and decided before the first byte is written: a target
 * that the image could not bring up is an error here, with the remedy in its
 * words, and the old image stays.
 */
#ifndef INITRAMFS_IMAGE_IMAGE_H
#define INITRAMFS_IMAGE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config;

/* What to build from. NULL means the default in brackets. */
struct image_request {
	const struct config *cfg; /* parsed without errors */
	const char *config_path;  /* the file behind cfg; goes into the image as written */
	const char *kernel;	  /* release [the running kernel's] */
	const char *root;	  /* where files are taken from, a prefix of every path [""] */
	const char *modules;	  /* directory that has lib/modules/RELEASE [root] */
	const char *sysfs;	  /* [/sys; never below root unless given] */
	const char *proc;	  /* [/proc] */
	const char *dev;	  /* [/dev] */
	const char *capture;	  /* the program that becomes /init [IMAGE_CAPTURE below root] */
	const char *command_line; /* the capture kernel's: modules it blacklists stay out [none] */
	bool self_test;		  /* run the programs of the image before it gets its name [no] */
};

#define IMAGE_CAPTURE "/usr/lib/kdump/kdump-capture"

/* One line of the table "what went in". */
struct image_part {
	const char
		*name; /* "init", "modules", "firmware", "programs", "network", "ssh", "config" */
	size_t nr_files;
	uint64_t bytes; /* as they will lie in the capture kernel's memory */
};

#define IMAGE_PARTS 7

struct image_report {
	char *kernel; /* release it was built for */
	struct image_part parts[IMAGE_PARTS];
	uint64_t bytes;	       /* unpacked, headers included */
	uint64_t file_bytes;   /* the image file */
	const char *algorithm; /* "zstd", "gzip", "none"; static text */
	char **warnings;       /* what a person should know: missing firmware...; NULL at the end */
};

/*
 * Build the image into output: mode 0600, written beside and renamed, so that
 * there is always a whole one. inputs, unless NULL, names the record of what
 * went in (a text file, written the same way) for image_check(). report, unless
 * NULL, is to be given to image_report_free() in any case.
 * The same inputs give the same bytes.
 */
int image_build(const struct image_request *req, const char *output, const char *inputs,
		struct image_report *report);

void image_report_free(struct image_report *report);

/*
 * Compare what would go in now with the record: 0 the same, 1 something differs
 * and *why (to be freed) has the reason ("changed: /etc/kdump.conf"); a negative errno
 * when the image could not be built now. A missing or unreadable record is 1.
 * Files whose device, inode, size and ctime are as recorded are not read again.
 */
int image_check(const struct image_request *req, const char *inputs, char **why);

/* How to recognise a damaged image. */
struct image_sum {
	uintmax_t bytes;
	char hash[33];
};

/* Of a file as it lies there. */
int image_sum(const char *path, struct image_sum *out);

/* From the record. -ENOENT, without a message: no such record, or it is not in there. */
int image_sum_recorded(const char *inputs, struct image_sum *out);

/*
 * Read an image to its end: every archive in it, packed or not, must have its trailer.
 * -EBADMSG: it is cut, empty or garbage, and the message has the position; -EOPNOTSUPP: packed in a
 * way that cannot be read here (lz4, lzo, bzip2, lzma).
 */
int image_walk(const char *path);

/* One file of an image. */
struct image_entry {
	const char *path;
	const char *link; /* of a symbolic link, else NULL */
	uint64_t bytes;
	unsigned mode; /* st_mode */
};

/*
 * Call fn for each file of an image in the order of the archive; a result other
 * than 0 ends it and is returned.
 */
int image_list(const char *path, int (*fn)(const struct image_entry *e, void *arg), void *arg);

/* Read one file out of an image; *out is to be freed and has a NUL behind its len. */
int image_read_file(const char *image, const char *path, char **out, size_t *len);

#endif
