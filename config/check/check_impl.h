/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_impl.h - the parts of config_check_system(); private to config/ */
#ifndef CONFIG_CHECK_CHECK_IMPL_H
#define CONFIG_CHECK_CHECK_IMPL_H

#include "config/check/check.h"

#include "base/err.h"

#include <limits.h>

/* What is being checked: errors are reported at the position of this key. */
struct check {
	struct config *c;
	struct config_system system; /* no member is NULL */
	const char *key;
	const struct config_position *position; /* if the key may be repeated; NULL: the key's */
};

void config_check_error(struct check *k, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void config_check_warning(struct check *k, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* After a call that failed: true if it only lacked permission, which is reported here. */
bool config_check_hidden(struct check *k, const char *file);

/* An error or, where it was good before, a warning: it may come back by itself. */
void config_check_missing(struct check *k, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* file below the root that is checked; in buf. */
const char *config_check_below(const struct check *k, const char *file, char buf[PATH_MAX]);

/* See config_trusted(); what is wrong is an error. False: it must not be used, or is not there. */
bool config_check_trusted(struct check *k, const char *file);

/* check_files.c */
void config_check_hooks(struct check *k);
void config_check_drop_ins(struct check *k);
void config_check_bins(struct check *k);
void config_check_modules(struct check *k);

/* check_key.c */
void config_check_key(struct check *k);

/* check_run.c */

/*
 * Run a program with an empty standard input. Its exit status, or a negative errno and a message
 * if it could not be run or did not end in time; what it wrote to both outputs in out, as much
 * as size - 1 bytes hold.
 */
int config_check_run(const char *program, const char *const *argv, char *out, size_t size);

/* check_device.c: node is a path that can be opened, where what messages call it. */

/* It holds a file system of this type, or one that the type's driver mounts as well. */
void config_check_fstype(struct check *k, const char *node, const char *where, const char *fstype);
/* It holds nothing that a dump would destroy, unless raw_overwrite allows that. */
void config_check_raw(struct check *k, const char *node, const char *where);

/* check_busy.c */

/*
 * Who uses a block device or a partition of it: file systems, swap, volumes on top of it. False:
 * nobody. who: such as "/dev/sda1 is mounted on /", at most size bytes.
 */
bool config_check_busy(const struct check *k, const char *node, char *who, size_t size);

/* check_targets.c */
void config_check_targets(struct check *k);
void config_check_fence(struct check *k);

/* check_encrypt.c */
void config_check_encrypt(struct check *k);

/* check_collector.c */

/* There is a program of this name in one of the default directories. */
bool config_check_in_path(const struct check *k, const char *program);
void config_check_collector(struct check *k);

#endif
