/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source.c - code that all kinds of sources share */
#include "source/source.h"

#include "base/err.h"
#include "base/log.h"
#include "source/notes.h"

#include <stdlib.h>
#include <string.h>

/* Notes are copied into the dump: what readers refuse is left out at once. */
static int check_notes(struct source *src)
{
	struct notes_found found;
	struct blob sound;
	int nr = notes_drop_bad_cpus(src->notes, src->elf_machine, &sound);

	if (nr <= 0)
		return nr;
	log_msg(LOG_ERROR, "the registers of %d CPUs are damaged; they are left out", nr);
	notes_scan(sound, &found);
	free(src->own_notes);
	src->own_notes = (char *)(uintptr_t)sound.data;
	src->notes = (struct blob){ sound.data, found.len };
	src->vmcoreinfo = found.vmcoreinfo;
	src->nr_cpus = found.nr_cpus;
	return 0;
}

int source_opened(struct source *src, int rc, const char *name, struct source **out)
{
	if (rc == 0)
		rc = check_notes(src);
	if (rc < 0) {
		source_close(src);
		return fail(rc, "%s", name);
	}
	*out = src;
	return 0;
}

int view_u64(struct view *v, uint64_t pa, uint64_t *out)
{
	const void *p;
	int rc = view_map(v, pa, sizeof(*out), &p);

	if (rc == 0)
		memcpy(out, p, sizeof(*out));
	return rc;
}

void source_close(struct source *src)
{
	void *own = src ? src->own_notes : NULL;

	if (src)
		src->ops->close(src);
	free(own);
}

int source_set_vmcoreinfo(struct source *src, struct blob text)
{
	struct notes_found found;
	struct blob with;
	int rc = notes_add_vmcoreinfo(src->notes, text, &with);

	if (rc < 0)
		return rc;
	notes_scan(with, &found);
	free(src->own_notes);
	src->own_notes = (char *)(uintptr_t)with.data;
	src->notes = (struct blob){ with.data, found.len };
	src->vmcoreinfo = found.vmcoreinfo;
	return 0;
}
