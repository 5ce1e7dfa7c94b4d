/* SPDX-License-Identifier: GPL-2.0-or-later */
/* boot_dumps.c - encrypted dumps leave /boot, so that there is space for the next one */
#include "systemd/dumps/boot_dumps.h"

#include "base/beneath.h"
#include "base/err.h"
#include "base/io.h"
#include "systemd/dumps/dump_copy.h"
#include "systemd/dumps/dump_list.h"
#include "systemd/dumps/keep.h"
#include "systemd/dumps/raw_stream.h"
#include "systemd/dumps/target_access.h"
#include "systemd/files.h"
#include "systemd/message.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Not names of dumps: a copy that is not whole, and an original that has its copy. */
#define PART	  ".kdump-boot"
#define MOVED	  ".kdump-moved"

#define NAMES_MAX 1000u

/* One dump on its way. */
struct move {
	const struct ctl *ctl;
	const struct target_access *from;
	const char *name;
	int parent, dir;    /* on /boot: the target's directory, and the dump in it */
	int to;		    /* BOOT_DUMPS_DIR */
	char new_name[300]; /* in it */
	struct dump_size size;
};

bool boot_dumps_of(const struct ctl *ctl, const struct config_target *target)
{
	return ctl->config.encrypt_to[0] && target_access_is_boot(ctl, target);
}

struct ctl boot_dumps_ctl(const struct ctl *ctl)
{
	struct ctl there = *ctl;

	there.config.path = BOOT_DUMPS_DIR;
	return there;
}

static int open_dir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? fail(-errno, "open %s", path) : fd;
}

static int sync_dir(int fd, const char *what)
{
	int rc = io_sync(fd);

	return rc < 0 ? fail(rc, "sync %s", what) : 0;
}

/* The copy needs as much as the original, and what it is filed in. */
static int check_space(const struct move *m)
{
	uint64_t need = m->size.bytes + (UINT64_C(1) << 20), available;
	struct statvfs vfs;

	if (fstatvfs(m->to, &vfs) < 0)
		return fail(-errno, "free space of " BOOT_DUMPS_DIR);
	available = (uint64_t)vfs.f_bavail * vfs.f_frsize;
	if (available >= need)
		return 0;
	return fail(-ENOSPC,
		    "the dump has %" PRIu64 " MB, and " BOOT_DUMPS_DIR " has %" PRIu64
		    " MB free; free some space there and run \"kdumpctl restart\"",
		    m->size.bytes >> 20, available >> 20);
}

/* The dump's own name, or the one that it gets where another dump has it. */
static void name_nth(struct move *m, unsigned i)
{
	if (i)
		snprintf(m->new_name, sizeof(m->new_name), "%s-%u", m->name, i);
	else
		snprintf(m->new_name, sizeof(m->new_name), "%s", m->name);
}

/* Is this directory a copy that has all of the dump? */
static bool has_all(const struct move *m, const char *name)
{
	int fd = open_beneath(m->to, name, O_RDONLY | O_DIRECTORY), rc;

	if (fd < 0)
		return false;
	rc = dump_copy_has(fd, m->dir);
	close(fd);
	if (rc < 0)
		fail_clear();
	return rc == 1;
}

/*
 * An earlier start copied it, to any of its names, and was interrupted before the original was
 * gone. Sets new_name.
 */
static bool is_there(struct move *m)
{
	for (unsigned i = 0; i < NAMES_MAX; i++) {
		name_nth(m, i);
		if (has_all(m, m->new_name))
			return true;
	}
	return false;
}

static int make_part(const struct move *m)
{
	int rc = dump_copy_remove(m->to, PART);

	if (rc < 0 && rc != -ENOENT)
		return rc;
	if (mkdirat(m->to, PART, 0700) < 0)
		return fail(-errno, "make directory " BOOT_DUMPS_DIR "/" PART);
	rc = open_beneath(m->to, PART, O_RDONLY | O_DIRECTORY);
	return rc < 0 ? fail(rc, "open " BOOT_DUMPS_DIR "/" PART) : rc;
}

/* A name that nothing has: another dump may be called so. */
static int publish(struct move *m)
{
	for (unsigned i = 0; i < NAMES_MAX; i++) {
		name_nth(m, i);
		if (renameat2(m->to, PART, m->to, m->new_name, RENAME_NOREPLACE) == 0)
			return sync_dir(m->to, BOOT_DUMPS_DIR);
		if (errno != EEXIST)
			return fail(-errno, "rename " PART " to %s", m->new_name);
	}
	return fail(-EEXIST, "there are too many dumps called %s", m->name);
}

static int copy(struct move *m)
{
	int rc, part;

	keep_before(m->ctl, m->to, m->size.bytes);
	rc = check_space(m);
	if (rc < 0)
		return rc;
	part = make_part(m);
	if (part < 0)
		return part;
	rc = dump_copy(m->dir, part);
	close(part);
	if (rc == 0)
		rc = publish(m);
	if (rc < 0) {
		struct err_saved why;

		err_save(&why, rc);
		(void)dump_copy_remove(m->to, PART);
		err_restore(&why);
	}
	return rc;
}

/*
 * First renamed, as a whole: when the removal is interrupted, what is left does not look like a
 * dump, and the next start removes it.
 */
static int remove_original(const struct move *m)
{
	int rc;

	if (renameat2(m->parent, m->name, m->parent, MOVED, RENAME_NOREPLACE) < 0)
		return fail(-errno, "rename %s", m->name);
	rc = sync_dir(m->parent, "/boot");
	return rc < 0 ? rc : dump_copy_remove(m->parent, MOVED);
}

static int move_open(struct move *m)
{
	int rc = dump_copy_size(m->dir, &m->size);

	/* The start that copied it may have ended before it synced the name. */
	if (rc == 0)
		rc = is_there(m) ? sync_dir(m->to, BOOT_DUMPS_DIR) : copy(m);
	if (rc < 0)
		return rc;
	keep_after(m->ctl, m->to, m->new_name);
	return remove_original(m);
}

static int move(struct move *m)
{
	int rc;

	m->dir = open_beneath(m->parent, m->name, O_RDONLY | O_DIRECTORY);
	if (m->dir < 0)
		return fail(m->dir, "open %s", m->name);
	rc = move_open(m);
	close(m->dir);
	return rc;
}

/* Written by our capture, whole or not; other directories on /boot are nobody's business. */
static bool is_ours(int parent, const struct dump *d)
{
	struct dump_size size = { .sealed = 0 };
	int fd;

	if (d->has_status)
		return true;
	fd = open_beneath(parent, d->name, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return false;
	if (dump_copy_size(fd, &size) < 0)
		fail_clear();
	close(fd);
	return size.sealed > 0;
}

static unsigned move_each(struct move *m, const struct dumps *dumps)
{
	unsigned moved = 0;

	for (size_t i = dumps->nr; i-- > 0;) {
		m->name = dumps->dump[i].name;
		if (!is_ours(m->parent, &dumps->dump[i]))
			continue;
		if (move(m) == 0) {
			message_info("the dump %s/%s was moved to " BOOT_DUMPS_DIR "/%s",
				     m->from->shown, m->name, m->new_name);
			moved++;
		} else {
			message_warn("the dump %s/%s stays there: %s", m->from->shown, m->name,
				     fail_text());
			fail_clear();
		}
	}
	return moved;
}

static int open_there(const struct ctl *ctl)
{
	char there[FILES_PATH_MAX];
	int rc = files_mkdir(ctl->root, BOOT_DUMPS_DIR, 0755);

	if (rc == 0)
		rc = files_path(ctl->root, BOOT_DUMPS_DIR, there);
	return rc < 0 ? rc : open_dir(there);
}

/* BOOT_DUMPS_DIR may be a link to a directory on /boot. */
static bool same_fs(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev;
}

static int move_dumps(const struct ctl *ctl, const struct target_access *p,
		      const struct dumps *dumps, unsigned *moved)
{
	struct move m = { .ctl = ctl, .from = p, .parent = open_dir(p->dir), .to = -1 };
	int rc = m.parent < 0 ? m.parent : (m.to = open_there(ctl));

	if (rc >= 0 && !same_fs(m.parent, m.to)) {
		if (dump_copy_remove(m.parent, MOVED) < 0)
			fail_clear();
		*moved += move_each(&m, dumps);
	}
	if (m.to >= 0)
		close(m.to);
	if (m.parent >= 0)
		close(m.parent);
	return rc < 0 ? rc : 0;
}

/* An original whose removal was interrupted. */
static bool has_rest(const struct target_access *p)
{
	char path[CTL_PATH_MAX + sizeof(MOVED)];

	snprintf(path, sizeof(path), "%s/" MOVED, p->dir);
	return access(path, F_OK) == 0;
}

/* Opened for writing when there is something to move: /boot may be mounted read-only. */
static int move_from(const struct ctl *ctl, const struct config_target *t, unsigned *moved)
{
	struct target_access p;
	struct dumps dumps = { 0 };
	int rc = target_access_open(ctl, t, ACCESS_READ, &p);

	if (rc == 0)
		rc = dumps_read(&p, &dumps);
	if (rc == 0 && (dumps.nr || has_rest(&p))) {
		message_status("Moving the dump on /boot to " BOOT_DUMPS_DIR);
		message_busy(RESTORE_SECONDS);
		target_access_close(&p);
		rc = target_access_open(ctl, t, ACCESS_WRITE, &p);
		if (rc == 0)
			rc = move_dumps(ctl, &p, &dumps, moved);
	}
	dumps_free(&dumps);
	target_access_close(&p);
	return rc;
}

unsigned boot_dumps_move(struct ctl *ctl)
{
	unsigned moved = 0;

	for (unsigned i = 0; i < ctl->config.nr_targets; i++) {
		const struct config_target *t = &ctl->config.targets[i];

		if (boot_dumps_of(ctl, t) && move_from(ctl, t, &moved) < 0) {
			message_warn("move the dump on /boot to " BOOT_DUMPS_DIR ": %s",
				     fail_text());
			fail_clear();
		}
	}
	return moved;
}
