/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target_ssh_space.c - removal of this machine's old dumps on the ssh host, to get space */
#include "initramfs/capture/target/target_ssh.h"

#include "base/err.h"
#include "initramfs/capture/console.h"
#include "initramfs/plan/rotation.h"
#include "initramfs/plan/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LIST_MAX (256 * 1024)

/*
 * Print "CO NAME" for each dump; the last changed comes first. C is c for a complete dump; O is m
 * for one of the machine $2, x for one of it with other files (see rotation_is_ours()), ? for one
 * that bears no machine ID; those of other machines are left out. Only directories with plain
 * files, one of them of a dump: anything else is not removed.
 */
static const char list_dumps[] =
	"CDPATH=; cd -- \"$1\" || exit 1; for d in $(ls -td -- *-*-*-*-*:*:* 2>/dev/null); "
	"do [ -d \"$d\" ] && [ ! -L \"$d\" ] && [ ! -L \"$d/kdump-status.json\" ] || continue; "
	"s=; [ ! -f \"$d/kdump-status.json\" ] || read -r s <\"$d/kdump-status.json\"; "
	"case $s in *,\\\"machine_id\\\":\\\"\"$2\"\\\"*) o=m ;; "
	"*,\\\"machine_id\\\":\\\"*) continue ;; *) o=\\? ;; esac; "
	"[ \"$(find \"$d\" ! -type f)\" = \"$d\" ] || continue; c=; "
	"x=; for f in \"$d\"/* \"$d\"/.[!.]*; do [ -e \"$f\" ] || continue; case ${f##*/} in "
	"vmcore | vmcore.flat | vmcore.age) c=c ;; "
	"vmcore* | kdump-status.json) c=${c:--} ;; "
	"kdump-* | kexec-dmesg* | .vmcore* | .kdump-* | .kexec-dmesg*) ;; *) x=x ;; esac; done; "
	"[ \"$o$x\" != mx ] || o=x; "
	"[ -z \"$c\" ] || echo \"$c$o $d\"; done";

/*
 * Remove files only in the directory itself: if it is a link or is replaced by one, the shell is in
 * another directory than expected, and nothing is removed.
 */
static const char remove_script[] =
	"CDPATH=; cd -P -- \"$1\" && here=$(pwd -P) && cd -P -- \"$2\" && "
	"[ \"$(pwd -P)\" = \"${here%/}/$2\" ] && rm -f -- ./* ./.[!.]* && cd -P -- \"$here\" && "
	"rmdir -- \"$2\"";

struct executor {
	struct target_ssh *s;
	const struct deadline *by;
};

static enum rotation_owner owner_of(char letter)
{
	return letter == 'm' ? ROTATION_MINE : letter == 'x' ? ROTATION_MIXED : ROTATION_UNKNOWN;
}

static void take_list(struct rotation *r, char *text)
{
	bool known = r->machine && plan_is_machine_id(r->machine);
	char *save = NULL;
	int64_t age = 0;

	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		if (strlen(l) < 4 || l[2] != ' ')
			continue;
		rotation_add(r, &(struct rotation_found){
					.name = l + 3,
					.complete = l[0] == 'c',
					.owner = known ? owner_of(l[1]) : ROTATION_UNKNOWN,
					.changed = --age,
				});
	}
}

static bool full(void *arg, uint64_t need)
{
	const struct executor *x = arg;
	uint64_t space;

	return target_ssh_space(&x->s->base, x->by, &space) == 0 && space < need;
}

static int remove_dump(void *arg, const char *name)
{
	const struct executor *x = arg;
	const char *const operands[] = { x->s->path, name, NULL };
	struct ssh_script what = { remove_script, operands };
	int rc = ssh_run(&x->s->host, &what, x->by, NULL, 0, NULL);

	if (rc < 0)
		return rc;
	console_log("removed the old dump %s", name);
	return 1;
}

int target_ssh_make_space(struct target *t, unsigned keep, uint64_t need, const struct deadline *by,
			  unsigned *removed)
{
	struct executor x = { ssh_of(t), by };
	struct rotation r = { .machine = t->cfg.plan->machine, .current = t->dir };
	const char *const operands[] = { x.s->path, r.machine, NULL };
	struct ssh_script what = { list_dumps, operands };
	char *text = calloc(1, LIST_MAX);
	int rc = text ? 0 : fail(-ENOMEM, "list of old dumps");

	*removed = 0;
	if (rc == 0)
		rc = ssh_run(&x.s->host, &what, by, text, LIST_MAX, NULL);
	if (rc == 0) {
		take_list(&r, text);
		rc = rotation_run(&r, keep, need,
				  &(struct rotation_ops){ full, remove_dump, console_line, &x });
	}
	rotation_free(&r);
	free(text);
	if (rc < 0)
		return fail(rc, "%s: remove old dumps", t->address);
	*removed = (unsigned)rc;
	return 0;
}
