/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_list.c - all dumps on a target */
#include "systemd/dumps/dump_list.h"

#include "base/beneath.h"
#include "base/dumpfile.h"
#include "base/err.h"
#include "initramfs/plan/raw_area.h"
#include "systemd/dumps/dump_sealed.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <linux/fs.h>
#include <unistd.h>

/* Bytes of a server's answer: the beginnings of cores and the ends of logs; whole sealed logs. */
#define LIST_MAX	((size_t)64 << 20)
#define LIST_MAX_SEALED ((size_t)256 << 20)

static struct dump *add(struct dumps *d, const char *name)
{
	struct dump *grown;

	if (d->nr == DUMPS_MAX) {
		d->cut = true;
		return NULL;
	}
	grown = realloc(d->dump, (d->nr + 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	d->dump = grown;
	dump_init(&grown[d->nr], name);
	return &grown[d->nr++];
}

/* All files of the last entry were added: keep it if it is a dump. */
static void settle(struct dumps *d)
{
	if (d->nr && !dump_end(&d->dump[d->nr - 1]))
		d->nr--;
}

static int by_time(const void *a, const void *b)
{
	const struct dump *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? 1 : -1;
	return -strcmp(x->name, y->name);
}

/* Add its head or tail. */
static void read_plain(struct dump *d, int fd, const char *name, const struct stat *st)
{
	char *data = malloc(DUMP_TAIL);
	bool tail = false;
	off_t from;
	ssize_t n;

	if (!data)
		return;
	dump_wants(name, &tail);
	from = tail && st->st_size > DUMP_TAIL ? st->st_size - DUMP_TAIL : 0;
	n = pread(fd, data, tail ? DUMP_TAIL : DUMP_HEAD, from);
	dump_file(d, name, (uint64_t)st->st_size, st->st_mtime, data, n > 0 ? (size_t)n : 0);
	free(data);
}

static void read_sealed(const struct dumps *all, struct dump *d, int *fd,
			struct dump_sealed_file *f)
{
	f->in = unseal_from_fd(fd);
	dump_file_sealed(d, f, all->ids);
}

/* Add one file of a dump directory. Links are not followed, as others may have made them. */
static void read_file(const struct dumps *all, struct dump *d, int dirfd, const char *name)
{
	int fd = open_beneath(dirfd, name, O_RDONLY | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		if (dump_is_sealed(name))
			read_sealed(all, d, &fd,
				    &(struct dump_sealed_file){ .name = name,
								.size = (uint64_t)st.st_size,
								.mtime = st.st_mtime });
		else
			read_plain(d, fd, name, &st);
	}
	close(fd);
}

static void read_dump(struct dumps *all, int parent, const char *name)
{
	int fd = open_beneath(parent, name, O_RDONLY | O_DIRECTORY);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dump *d = dir ? add(all, name) : NULL;
	struct dirent *e;
	bool tail;

	while (d && (e = readdir(dir))) {
		if (dump_wants(e->d_name, &tail))
			read_file(all, d, dirfd(dir), e->d_name);
	}
	if (d)
		settle(all);
	if (dir)
		closedir(dir);
	else if (fd >= 0)
		close(fd);
}

static int read_dir(const struct target_access *p, struct dumps *out)
{
	DIR *dir = opendir(p->dir);
	struct dirent *e;

	if (!dir && errno == ENOENT)
		return 0;
	if (!dir)
		return fail(-errno, "open %s", p->shown);
	while ((e = readdir(dir))) {
		if (e->d_name[0] != '.')
			read_dump(out, dirfd(dir), e->d_name);
	}
	closedir(dir);
	return 0;
}

/* A raw device holds at most one dump, until the next start recovers it. */
static int read_raw(const struct target_access *p, struct dumps *out)
{
	int fd = open(p->device, O_RDONLY | O_CLOEXEC), rc = 0;
	char magic[sizeof(FLAT_MAGIC)] = "";
	struct raw_trailer t;
	uint64_t size = 0;
	struct dump *d;

	if (fd < 0)
		return fail(-errno, "open %s", p->device);
	if (ioctl(fd, BLKGETSIZE64, &size) < 0)
		rc = fail(-errno, "size of %s", p->device);
	if (rc == 0)
		rc = raw_trailer_read(fd, size, &t);
	/* Without a trailer it is the stream of another program, or a truncated one. */
	if (rc == 0 && pread(fd, magic, sizeof(magic), 0) == sizeof(magic) &&
	    memcmp(magic, FLAT_MAGIC, sizeof(magic)) == 0) {
		t = (struct raw_trailer){ .state = RAW_PARTIAL };
		rc = 1;
	}
	d = rc == 1 && t.state != RAW_EMPTY ? add(out, t.host[0] ? t.host : "raw") : NULL;
	if (d) {
		d->time = (int64_t)t.time;
		d->size = t.stream_len;
		d->state = t.state == RAW_COMPLETE ? DUMP_STATE_COMPLETE : DUMP_STATE_PARTIAL;
		snprintf(d->core, sizeof(d->core), "(on the device)");
		dump_end(d);
	}
	close(fd);
	return rc < 0 ? rc : 0;
}

int dumps_quote(const char *text, char *out, size_t size)
{
	size_t n = 0;

	if (size < 3)
		return -E2BIG;
	out[n++] = '\'';
	for (; *text; text++) {
		if (n + 6 > size)
			return fail(-E2BIG, "path too long for a command");
		if (*text == '\'') {
			memcpy(out + n, "'\\''", 4);
			n += 4;
		} else {
			out[n++] = *text;
		}
	}
	out[n++] = '\'';
	out[n] = '\0';
	return 0;
}

int dumps_command(const char *dir, bool sealed, char *out, size_t size)
{
	unsigned log = sealed ? DUMP_SEALED_MAX : 0, core = sealed ? DUMP_SEALED_HEAD : 0;
	char quoted[CTL_PATH_MAX];
	int rc = dumps_quote(dir, quoted, sizeof(quoted));

	if (rc < 0)
		return rc;
	if (snprintf(
		    out, size,
		    "cd %s 2>/dev/null || exit 0; for d in */; do for f in \"$d\"vmcore* "
		    "\"$d\"dump[.-]* \"$d\"dmesg.* \"$d\"kdump-status.json "
		    "\"$d\"kdump-added.json; do "
		    "[ -f \"$f\" ] || continue; s=$(stat -c %%s \"$f\"); t=$(stat -c %%Y \"$f\"); "
		    "case $f in */vmcore-report*) c=head m=0;; */*dmesg*.age*) c=head m=%u;; "
		    "*/*.age*) c=head m=%u;; *dmesg*|*.json) c=tail m=%u;; *) c=head m=%u;; esac; "
		    "[ $s -gt $m ] && n=$m || n=$s; printf 'F %%s %%s %%s %%s\\n' $s $t $n \"$f\"; "
		    "$c -c $n \"$f\"; done; done",
		    quoted, log, core, DUMP_TAIL, DUMP_HEAD) >= (int)size)
		return fail(-E2BIG, "a path too long for a command");
	return 0;
}

/* A file of the last dump. */
static void add_bytes(struct dumps *all, struct dump_sealed_file *f, const char *data, size_t len)
{
	struct blob bytes = { data, len };
	struct dump *d = &all->dump[all->nr - 1];

	f->in = unseal_from_memory(&bytes);
	if (dump_is_sealed(f->name))
		dump_file_sealed(d, f, all->ids);
	else
		dump_file(d, f->name, f->size, f->mtime, data, len);
}

/* Parse one record; returns the rest of the text, or NULL at the end or a malformed record. */
static const char *parse_record(const char *s, const char *end, struct dumps *out)
{
	const char *line_end = memchr(s, '\n', (size_t)(end - s)), *slash;
	char line[700], dir[256], file[256];
	unsigned long long size, mtime, len;
	int name = 0;

	if (!line_end || (size_t)(line_end - s) >= sizeof(line))
		return NULL;
	memcpy(line, s, (size_t)(line_end - s));
	line[line_end - s] = '\0';
	if (sscanf(line, "F %20llu %20llu %20llu %n", &size, &mtime, &len, &name) != 3 || !name)
		return NULL;
	slash = strchr(line + name, '/');
	if (!slash || len > (size_t)(end - line_end - 1))
		return NULL;
	snprintf(dir, sizeof(dir), "%.*s", (int)(slash - line - name), line + name);
	snprintf(file, sizeof(file), "%s", slash + 1);
	if (!out->nr || strcmp(out->dump[out->nr - 1].name, dir) != 0) {
		settle(out);
		if (!add(out, dir))
			return NULL;
	}
	add_bytes(out,
		  &(struct dump_sealed_file){ .name = file, .size = size, .mtime = (int64_t)mtime },
		  line_end + 1, len);
	return line_end + 1 + len;
}

int dumps_parse(const char *text, size_t len, struct dumps *out)
{
	const char *end = text + len;

	while (text && text < end)
		text = parse_record(text, end, out);
	settle(out);
	return 0;
}

static int read_ssh(const struct target_access *p, struct dumps *out)
{
	char command[CTL_PATH_MAX + 1024], *text = NULL;
	const struct target_access_command c = { .command = command,
						 .max = p->ids ? LIST_MAX_SEALED : LIST_MAX,
						 .seconds = p->ids ? 300 : 60 };
	size_t len = 0;
	int rc = dumps_command(p->dir, p->ids, command, sizeof(command));

	if (rc == 0)
		rc = target_access_ssh(p, &c, &text, &len);
	if (rc == 0)
		rc = dumps_parse(text, len, out);
	out->cut |= rc == 0 && len == c.max;
	free(text);
	return rc;
}

int dumps_read(const struct target_access *p, struct dumps *out)
{
	int rc;

	*out = (struct dumps){ .ids = p->ids };
	if (p->kind == ACCESS_SSH)
		rc = read_ssh(p, out);
	else if (p->kind == ACCESS_RAW)
		rc = read_raw(p, out);
	else
		rc = read_dir(p, out);
	if (out->nr)
		qsort(out->dump, out->nr, sizeof(*out->dump), by_time);
	return rc < 0 ? fail(rc, "dumps on %s", p->name) : 0;
}

void dumps_free(struct dumps *d)
{
	free(d->dump);
	*d = (struct dumps){ 0 };
}

const struct dump *dumps_find(const struct dumps *d, const char *name)
{
	char *end;
	unsigned long nr = strtoul(name, &end, 10);

	/* A dump's name may be all digits. */
	for (size_t i = 0; i < d->nr; i++) {
		if (strcmp(d->dump[i].name, name) == 0)
			return &d->dump[i];
	}
	if (strcmp(name, "last") == 0)
		nr = 1;
	else if (*end || end == name)
		nr = 0;
	return nr && nr <= d->nr ? &d->dump[nr - 1] : NULL;
}
