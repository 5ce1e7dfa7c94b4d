/* SPDX-License-Identifier: GPL-2.0-or-later */
/* save_report.c - the report of a dump into files: for people, and for programs beside it */
#include "save_impl.h"

#include "base/err.h"
#include "report/report.h"
#include "text_out.h"

#include <stdio.h>
#include <string.h>

static bool ends(const char *path, size_t len, const char *with)
{
	size_t nr = strlen(with);

	return len >= nr && memcmp(path + len - nr, with, nr) == 0;
}

/* NAME.txt has NAME.json beside it, NAME.txt.age NAME.json.age, another name .json behind it. */
int save_report_beside(const char *path, char out[SAVE_PATH_SIZE])
{
	size_t len = strlen(path);
	bool sealed = ends(path, len, ".txt.age");

	if (sealed || ends(path, len, ".txt"))
		len -= strlen(sealed ? ".txt.age" : ".txt");
	if (snprintf(out, SAVE_PATH_SIZE, "%.*s.json%s", (int)len, path, sealed ? ".age" : "") >=
	    SAVE_PATH_SIZE)
		return fail(-ENAMETOOLONG, "%s", path);
	return 0;
}

static int write_as(struct report *r, const char *path, const struct save_report_cfg *cfg,
		    int (*print)(struct report *r, FILE *f))
{
	const struct text_out_cfg out = { path, cfg->overwrite, cfg->seal, NULL };
	struct text_out o;
	int rc = text_out_open(&o, &out);

	return rc == 0 ? text_out_close(&o, print(r, o.f)) : rc;
}

static int print_json(void *r, FILE *f)
{
	return report_json(r, f);
}

static int write_beside(const struct save *s, struct report *r, const struct save_report_cfg *cfg)
{
	char beside[SAVE_PATH_SIZE];
	int rc = save_report_beside(cfg->text, beside);

	if (rc == 0)
		rc = save_refuse_input(s, beside);
	return rc < 0 ? rc : write_as(r, beside, cfg, report_json);
}

int save_report(struct save *s, const struct save_report_cfg *cfg)
{
	struct report *r;
	int rc = report_open(s->kernel, s->view, REPORT_TASKS_FEW, &r);

	if (rc < 0)
		return rc;
	if (!report_knows(r))
		rc = fail_set(-ENOENT,
			      "nothing can be said of this dump: neither its kernel's log nor its "
			      "symbols can be read (%s)",
			      r->missing);
	if (rc == 0)
		rc = write_as(r, cfg->text, cfg, report_text);
	if (rc == 0 && cfg->json)
		rc = text_out_write(cfg->json, print_json, r);
	if (rc == 0 && cfg->text && !cfg->json)
		rc = write_beside(s, r, cfg);
	report_close(r);
	return rc;
}
