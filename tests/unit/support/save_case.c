/* SPDX-License-Identifier: GPL-2.0-or-later */
/* save_case.c - a small core in memory that is saved into files of a new directory */
#include "save_case.h"

#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "fixture.h"

#include <unistd.h>

void save_case_open(struct save_case *m)
{
	static char core[32];

	log_setup(0, false);
	*m = (struct save_case){ .f = fix_new() };
	temp_dir(m->dir);
	fix_machine(m->f, &(struct fix_opts){ .era = "6.1", .ram = 40 << 20 });
	fix_memmap(m->f, &(struct fix_memmap){ .vmemmap = true });
	m->fd = fix_core(m->f, core);
	m->core = core;
	CHECK_EQ(save_open(&m->core, 1, NULL, NULL, &m->s), 0);
	progress_init(&m->progress, NULL);
	m->cfg.progress = &m->progress;
}

void save_case_close(struct save_case *m)
{
	save_close(&m->s);
	close(m->fd);
	fix_free(m->f);
	CHECK_EQ(rmdir(m->dir), 0);
	fail_clear();
}
