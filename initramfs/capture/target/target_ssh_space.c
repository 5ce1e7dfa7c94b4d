/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target_ssh_space.c - removal of this host's old dumps on the ssh host, to get space */
#include "initramfs/capture/target/target_ssh.h"

#include "base/err.h"
#include "initramfs/capture/target/dump_name.h"
#include "initramfs/capture/console.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_MAX  (64 * 1024)
#define DUMPS_MAX 512

/*
 * Print "c NAME" for a complete dump, "- NAME" for another one; the last changed comes first. Only
 * directories with plain files, one of them of a dump: anything else is not removed.
 */
static const char list_dumps[] =
	"CDPATH=; cd -- \"$1\" || exit 1; for d in $(ls -td -- \"$2\"-* 2>/dev/null); do "
	"[ -d \"$d\" ] && [ ! -L \"$d\" ] && "
	"[ \"$(find \"$d\" ! -type f)\" = \"$d\" ] || continue; c=; "
	"for f in \"$d\"/*; do case ${f##*/} in vmcore | vmcore.flat | vmcore.age) c=c; break ;; "
	"vmcore* | kdump-status.json) c=- ;; esac; done; "
	"[ -z \"$c\" ] || echo \"$c $d\"; done";

/*
 * Remove files only in the directory itself: if it is a link or is replaced by one, the shell is in
 * another directory than expected, and nothing is removed.
 */
static const char remove_dump[] =
	"CDPATH=; cd -P -- \"$1\" && here=$(pwd -P) && cd -P -- \"$2\" && "
	"[ \"$(pwd -P)\" = \"${here%/}/$2\" ] && rm -f -- ./* && cd -P -- \"$here\" && "
	"rmdir -- \"$2\"";

struct old_dump {
	const char *name;
	bool complete;
	bool spare; /* the newest complete one, by name or by the server's clock */
};

struct old_dumps {
	struct old_dump at[DUMPS_MAX];
	size_t nr;
	bool newer; /* the current dump is complete, so no old one has to be spared */
	char text[LIST_MAX];
};

static int by_age(const void *a, const void *b)
{
	const struct old_dump *x = a, *y = b;

	return strverscmp(x->name, y->name);
}

/* Parse the lines, sort oldest first. Names that are not of this host's dumps are skipped. */
static void take_list(const struct target *t, struct old_dumps *list)
{
	char *save = NULL;
	bool latest = true;

	for (char *l = strtok_r(list->text, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		const char *stamp;
		struct old_dump o = { .name = l + 2, .complete = l[0] == 'c' };

		if (strlen(l) < 3 || l[1] != ' ' || !dump_name_is(o.name, t->host, &stamp))
			continue;
		if (strcmp(o.name, t->dir) == 0) {
			list->newer = o.complete;
			continue;
		}
		o.spare = o.complete && latest;
		latest = latest && !o.complete;
		if (list->nr < DUMPS_MAX)
			list->at[list->nr++] = o;
	}
	if (list->nr > 0)
		qsort(list->at, list->nr, sizeof(list->at[0]), by_age);
	for (size_t i = list->nr; i-- > 0;)
		if (list->at[i].complete) {
			list->at[i].spare = true;
			break;
		}
}

/* How many of the oldest exceed the number to keep. */
static size_t past_keep(const struct old_dumps *list, unsigned keep)
{
	unsigned complete = 0;
	size_t i = list->nr;

	if (keep == TARGET_KEEP_ALL)
		return 0;
	while (i > 0 && complete < keep)
		complete += list->at[--i].complete;
	return i;
}

static bool full(struct target *t, uint64_t need, const struct deadline *by)
{
	uint64_t space;

	return need > 0 && target_ssh_space(t, by, &space) == 0 && space < need;
}

static int remove_one(struct target_ssh *s, const char *name, const struct deadline *by)
{
	const char *const operands[] = { s->path, name, NULL };
	struct ssh_script what = { remove_dump, operands };
	int rc = ssh_run(&s->host, &what, by, NULL, 0, NULL);

	if (rc == 0)
		console_log("removed the old dump %s", name);
	return rc;
}

static int remove_some(struct target_ssh *s, const struct old_dumps *list, const unsigned keep,
		       uint64_t need, const struct deadline *by)
{
	size_t limit = past_keep(list, keep);
	int removed = 0;

	for (size_t i = 0; i < list->nr; i++) {
		const struct old_dump *o = &list->at[i];
		int rc;

		if (o->spare && !list->newer)
			continue;
		if (i >= limit && (o->spare || !full(&s->base, need, by)))
			continue;
		rc = remove_one(s, o->name, by);
		if (rc < 0)
			return rc;
		removed++;
	}
	return removed;
}

int target_ssh_make_space(struct target *t, unsigned keep, uint64_t need, const struct deadline *by,
			  unsigned *removed)
{
	struct target_ssh *s = ssh_of(t);
	const char *const operands[] = { s->path, t->host, NULL };
	struct ssh_script what = { list_dumps, operands };
	struct old_dumps *list = calloc(1, sizeof(*list));
	int rc = list ? 0 : fail(-ENOMEM, "list of old dumps");

	*removed = 0;
	if (rc == 0)
		rc = ssh_run(&s->host, &what, by, list->text, sizeof(list->text), NULL);
	if (rc == 0) {
		take_list(t, list);
		rc = remove_some(s, list, keep, need, by);
	}
	free(list);
	if (rc < 0)
		return fail(rc, "%s: remove old dumps", t->address);
	*removed = (unsigned)rc;
	return 0;
}
