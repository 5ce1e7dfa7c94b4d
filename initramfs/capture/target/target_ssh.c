/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target_ssh.c - a directory of another machine, written through ssh
 *
 *     collector | ssh host "cat > vmcore-incomplete"     then, in another session:
 *                 ssh host "sync it; mv vmcore-incomplete vmcore.flat; sync the directory"
 *
 * A file is complete only if its writer says so (FILE_DONE), ssh exited with 0 and the remote
 * command has read everything: there, a broken connection looks like the end of the file.
 */
#include "base/err.h"
#include "initramfs/capture/target/net_up.h"
#include "initramfs/capture/console.h"
#include "initramfs/capture/target/target_ssh.h"
#include "initramfs/plan/plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME_TAKEN   73	   /* begin: no name was free */
#define LOST_SECONDS 10	   /* for each further command once the server does not answer */
#define RENAME_MS    20000 /* part of the time to close a file, for a rename without sync */
#define FILE_THERE   74	   /* open: a file of the final name exists */

/* Scripts: $1, $2... are operands. The user's CDPATH could change where cd goes. */
static const char make_dir[] =
	"CDPATH=; umask 077; mkdir -p -- \"$1\" && cd -- \"$1\" || exit 1; n=1; d=$2; "
	"until mkdir -- \"$d\" 2>/dev/null; do "
	"[ -e \"$d\" ] || { mkdir -- \"$d\"; exit 1; }; "
	"n=$((n+1)); d=$2-$n; [ $n -le 1000 ] || exit 73; done; printf %s \"$d\"";

static const char write_file[] = "CDPATH=; umask 077; cd -- \"$1\" || exit 1; "
				 "[ \"$4\" = replace ] || [ ! -e \"$3\" ] || exit 74; "
				 "rm -f -- \"$2\" && set -C && exec cat > \"$2\"";

/* sync(1) from before 2015 takes no names and syncs everything, which is fine. */
static const char publish_file[] =
	"CDPATH=; cd -- \"$1\" || exit 1; "
	"if [ -e \"$2\" ]; then sync -- \"$2\" 2>/dev/null || sync; "
	"[ \"$4\" = replace ] || [ ! -e \"$3\" ] || exit 74; "
	"chmod 600 -- \"$2\" && mv -f -- \"$2\" \"$3\" || exit 1; "
	"else [ -e \"$3\" ] || { echo \"$2 is gone\" >&2; exit 1; }; fi; "
	"sync . 2>/dev/null || sync";

static const char publish_unsynced[] =
	"CDPATH=; cd -- \"$1\" || exit 1; if [ -e \"$2\" ]; then "
	"[ \"$4\" = replace ] || [ ! -e \"$3\" ] || exit 74; "
	"chmod 600 -- \"$2\" && mv -f -- \"$2\" \"$3\"; else [ -e \"$3\" ]; fi";

static const char keep_file[] =
	"CDPATH=; cd -- \"$1\" && [ -e \"$2\" ] || exit 1; sync -- \"$2\" . 2>/dev/null || sync";

static const char drop_file[] = "CDPATH=; cd -- \"$1\" && rm -f -- \"$2\"";

/* Ask for the nearest parent that exists: begin() makes the path later. */
static const char free_space[] =
	"d=$1; until [ -d \"$d\" ]; do case $d in */*) d=${d%/*} ;; *) d=. ;; esac; "
	"[ -n \"$d\" ] || d=/; done; LC_ALL=C df -Pk -- \"$d\"";

static int run(struct target_ssh *s, const char *script, const char *const *operands,
	       const struct deadline *by, int *status)
{
	struct ssh_script what = { script, operands };
	struct deadline limit = s->lost ? deadline_min(by, deadline_in(LOST_SECONDS)) : *by;
	int rc = ssh_run(&s->host, &what, &limit, NULL, 0, status);

	s->lost = rc == -ECONNRESET || rc == -ETIMEDOUT;
	return rc;
}

static int ssh_up(struct target *t, const struct deadline *by)
{
	static const char *const none[] = { NULL };
	struct target_ssh *s = ssh_of(t);
	struct deadline limit = net_limit(t->cfg.config, by);
	int rc = net_up(t->cfg.spec->address, &limit, t->host, sizeof(t->host));

	limit = net_login_limit(t->cfg.config, by);
	s->lost = false;
	if (rc == 0)
		rc = run(s, "exit 0", none, &limit, NULL);
	if (rc == 0)
		console_log("logged in at %s", s->host.where);
	return rc < 0 ? fail(rc, "%s", t->address) : 0;
}

/* "Filesystem 1024-blocks Used Available Capacity Mounted on": the fourth of the last line. */
static bool df_parse(char *text, uint64_t *out)
{
	char *line = NULL, *save = NULL, *end;
	unsigned long long kib;

	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		line = l;
	/* Skip the device's name and two columns; the name has no blanks here. */
	for (unsigned i = 0; line && i < 3; i++) {
		line += strcspn(line, " ");
		line += strspn(line, " ");
	}
	if (!line || *line < '0' || *line > '9')
		return false;
	kib = strtoull(line, &end, 10);
	if (*end != ' ' || kib > UINT64_MAX / 1024)
		return false;
	*out = kib * 1024;
	return true;
}

int target_ssh_space(struct target *t, const struct deadline *by, uint64_t *out)
{
	struct target_ssh *s = ssh_of(t);
	const char *const operands[] = { s->dir[0] ? s->dir : s->path, NULL };
	struct ssh_script what = { free_space, operands };
	char text[2048];
	int rc = ssh_run(&s->host, &what, by, text, sizeof(text), NULL);

	if (rc == -EREMOTEIO || (rc == 0 && !df_parse(text, out)))
		return fail(-EOPNOTSUPP, "%s: free space", t->address);
	return rc < 0 ? fail(rc, "%s", t->address) : 0;
}

static int ssh_begin(struct target *t, const char *name, const struct deadline *by)
{
	struct target_ssh *s = ssh_of(t);
	const char *const operands[] = { s->path, name, NULL };
	struct ssh_script what = { make_dir, operands };
	char made[TARGET_NAME_MAX];
	int status, rc;

	/* A retry after a broken connection uses the existing directory. */
	if (t->dir[0])
		return 0;
	rc = ssh_run(&s->host, &what, by, made, sizeof(made), &status);
	if (rc == -EREMOTEIO && status == NAME_TAKEN)
		rc = fail_adopt(-EEXIST, "every name for the dump's directory is taken");
	if (rc < 0)
		return fail(rc, "%s: make directory %s/%s", t->address, s->path, name);
	if (strncmp(made, name, strlen(name)) != 0 || strchr(made, '/'))
		return fail(-EREMOTEIO,
			    "%s: make directory %s/%s: the login shell printed '%.40s' as well; it "
			    "must print nothing by itself",
			    t->address, s->path, name, made);
	if ((size_t)snprintf(s->dir, sizeof(s->dir), "%s/%s", s->path, made) >= sizeof(s->dir))
		return fail(-ENAMETOOLONG, "%s: %s", t->address, s->path);
	snprintf(t->dir, sizeof(t->dir), "%s", made);
	return 0;
}

static int ssh_open(struct target *t, const char *name, unsigned how, const struct deadline *by,
		    struct target_file *out)
{
	struct target_ssh *s = ssh_of(t);
	const char *const operands[] = { s->dir, out->part, out->name,
					 how & FILE_REPLACE ? "replace" : "new", NULL };
	struct ssh_script what = { write_file, operands };
	int rc;

	(void)by;
	*out = (struct target_file){ .fd = -1, .how = how };
	snprintf(out->name, sizeof(out->name), "%s", name);
	target_part_name(name, out->part);
	rc = ssh_stream_open(&s->host, &what, &s->stream, &out->fd);
	if (rc < 0)
		return fail(rc, "%s: open %s", t->address, name);
	out->pid = s->stream.child.pid;
	out->output = &s->stream.errors;
	return 0;
}

/*
 * scp opens its own session: "scp -F CONFIG [ARGS] SOURCE target-0:DIR/vmcore-incomplete". Since
 * version 9 it does not interpret the path; older ones pass it to the remote shell.
 */
static int ssh_copy(struct target *t, const struct deadline *by, struct target_file *out)
{
	struct target_ssh *s = ssh_of(t);
	int n;

	(void)by;
	*out = (struct target_file){ .name = "vmcore", .fd = -1, .how = FILE_REPLACE | FILE_CORE };
	target_part_name(out->name, out->part);
	n = snprintf(out->path, sizeof(out->path), "%s:%s/%s", s->host.name, s->dir, out->part);
	if (n < 0 || (size_t)n >= sizeof(out->path))
		return fail(-ENAMETOOLONG, "%s: scp", t->address);
	return 0;
}

/* The deadline for the sync. It leaves time for a rename without a sync. */
static struct deadline until_synced(const struct deadline *by)
{
	uint64_t left = (uint64_t)deadline_left_ms(by);
	uint64_t rest = left / 3 < RENAME_MS ? left / 3 : RENAME_MS;

	return (struct deadline){ by->at - rest * 1000000 };
}

/*
 * If all bytes have arrived and only the server's disk is slow, the dump is whole. If the server
 * crashes before they are on disk, the stream's end mark is missing.
 */
static int publish(struct target_ssh *s, struct target_file *f, const char *const *operands,
		   const struct deadline *by)
{
	struct deadline synced = until_synced(by);
	int status, rc = run(s, publish_file, operands, &synced, &status);

	if (rc == -ETIMEDOUT) {
		fail_clear();
		rc = run(s, publish_unsynced, operands, by, &status);
		f->unsynced = rc == 0;
	}
	if (f->unsynced)
		console_log("%s: all of %s is there, but the server's sync did not end in time",
			    s->base.address, f->name);
	if (rc == -EREMOTEIO && status == FILE_THERE)
		rc = fail_adopt(-EEXIST, "a file of that name is there already");
	return rc;
}

/* Publish, keep or remove the remote file, as end says. */
static int settle(struct target_ssh *s, struct target_file *f, enum file_end end,
		  const struct deadline *by)
{
	const char *const operands[] = { s->dir, f->part, f->name,
					 f->how & FILE_REPLACE ? "replace" : "new", NULL };

	if (end == FILE_NOTHING)
		return run(s, drop_file, operands, by, NULL);
	if (end == FILE_PARTIAL)
		return run(s, keep_file, operands, by, NULL);
	return publish(s, f, operands, by);
}

static int ssh_close(struct target *t, struct target_file *f, enum file_end end,
		     const struct deadline *by)
{
	struct target_ssh *s = ssh_of(t);
	struct err_saved stream;
	int rc, status = -1;

	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
	f->pid = 0;
	f->output = NULL;
	fail_clear();
	/* A copy by scp has no stream; the caller knows scp's exit status. */
	rc = s->stream.child.pid > 0 ? ssh_stream_close(&s->host, &s->stream, by, &status) : 0;
	if (rc == -EREMOTEIO && status == FILE_THERE) {
		fail_clear();
		rc = fail_adopt(-EEXIST, "a file of that name is there already");
	}
	if (rc < 0 && end == FILE_DONE)
		end = FILE_PARTIAL;
	/* Do not wait long for the sync of a partial core: the log and the status come next. */
	s->lost |= rc == -ECONNRESET || rc == -ETIMEDOUT;
	err_save(&stream, rc);
	rc = settle(s, f, end, by);
	if (stream.rc < 0)
		rc = err_restore(&stream);
	return rc < 0 ? fail(rc, "%s: %s", t->address, f->name) : 0;
}

static void ssh_down(struct target *t, const struct deadline *by)
{
	struct target_ssh *s = ssh_of(t);

	if (s->stream.child.pid > 0)
		child_kill(&s->stream.child);
	child_output_close(&s->stream.errors);
	s->stream.child.pid = -1;
	ssh_hang_up(&s->host, by);
}

static void ssh_free(struct target *t)
{
	free(ssh_of(t));
}

static const struct target_ops ssh_ops = {
	.kind = "ssh",
	.stream = true,
	.up = ssh_up,
	.space = target_ssh_space,
	.begin = ssh_begin,
	.open = ssh_open,
	.close = ssh_close,
	.make_space = target_ssh_make_space,
	.copy = ssh_copy,
	.down = ssh_down,
	.free = ssh_free,
};

int target_ssh_new(const struct target_cfg *cfg, struct target **out)
{
	struct target_ssh *s;

	if (!cfg->spec->path[0] || !cfg->spec->source[0])
		return fail(-EINVAL, "the image names no directory; rebuild it");
	s = calloc(1, sizeof(*s));
	if (!s)
		return fail(-ENOMEM, "%s", cfg->spec->source);
	s->base = (struct target){ .ops = &ssh_ops, .cfg = *cfg };
	s->stream.child.pid = s->stream.errors.fd = -1;
	s->path = cfg->spec->path;
	s->host.where = cfg->spec->source;
	/* Numbered as initramfs/image/network/ssh.c does it. */
	snprintf(s->host.name, sizeof(s->host.name), "target-%u",
		 (unsigned)(cfg->spec - cfg->plan->targets));
	snprintf(s->base.address, sizeof(s->base.address), "%s:%s", cfg->spec->source,
		 cfg->spec->path);
	*out = &s->base;
	return 0;
}
