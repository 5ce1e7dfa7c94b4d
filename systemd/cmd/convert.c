/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * convert.c - kdumpctl convert: convert the dump settings of a sysconfig file to kdump.conf
 *
 * A kdump.conf that was edited is kept. One that is unchanged since installation states no decision
 * of the administrator; the sysconfig file of another program does.
 */
#include "systemd/ctl.h"

#include "base/err.h"
#include "config/parse/file.h"
#include "config/parse/text.h"
#include "systemd/files.h"
#include "systemd/message.h"

#include <stdlib.h>
#include <string.h>

#define SHIPPED "/usr/lib/kdump/kdump.conf"

/* A kdump.conf as text and as lines. */
struct conf_text {
	char *bytes;
	struct config_report report;
	struct config_text *text;
};

static int conf_open(const char *root, const char *path, struct conf_text *out)
{
	int rc = files_read(root, path, CONFIG_FILE_MAX, &out->bytes);

	if (rc < 0)
		return rc;
	rc = config_report_init(&out->report, path);
	if (rc == 0)
		rc = config_text_read(out->bytes, strlen(out->bytes), &out->report, &out->text);
	return rc;
}

static void conf_close(struct conf_text *t)
{
	config_text_free(t->text);
	config_report_fini(&t->report);
	free(t->bytes);
	*t = (struct conf_text){ 0 };
}

static bool same_lines(const struct config_text *a, const struct config_text *b)
{
	bool same = a->nr == b->nr;

	for (unsigned i = 0; same && i < a->nr; i++)
		same = strcmp(a->lines[i].key, b->lines[i].key) == 0 &&
		       strcmp(a->lines[i].value, b->lines[i].value) == 0;
	return same;
}

/* Ignores comments. False if the shipped file does not exist. */
static bool is_as_shipped(const char *root, const struct conf_text *now)
{
	struct conf_text shipped = { 0 };
	bool same = conf_open(root, SHIPPED, &shipped) == 0 && same_lines(shipped.text, now->text);

	fail_clear();
	conf_close(&shipped);
	return same;
}

static bool has_key(const struct config_text *t, const char *key)
{
	for (unsigned i = 0; i < t->nr; i++) {
		if (strcmp(t->lines[i].key, key) == 0)
			return true;
	}
	return false;
}

/* Do the new lines set the key of this line (counted from 1)? */
static bool is_replaced(const struct conf_text *now, unsigned number, const struct config_text *new)
{
	for (unsigned i = 0; i < now->text->nr; i++) {
		if (now->text->lines[i].key_position.line == number)
			return has_key(new, now->text->lines[i].key);
	}
	return false;
}

/* The file with replaced lines commented out, then the new lines. */
static char *merge(const struct conf_text *now, const struct config_text *new, const char *lines)
{
	const char *line = now->bytes;
	char *out = NULL;
	size_t len;
	FILE *f = open_memstream(&out, &len);

	for (unsigned number = 1; f && *line; number++) {
		size_t n = strcspn(line, "\n");

		fprintf(f, "%s%.*s\n", is_replaced(now, number, new) ? "#" : "", (int)n, line);
		line += n + (line[n] == '\n');
	}
	if (!f)
		return NULL;
	fprintf(f, "\n%s", lines);
	if (fclose(f) == 0)
		return out;
	free(out);
	return NULL;
}

/* A working file is replaced only by one that passes the checks. */
static int check(const char *name, const char *text)
{
	char line[REPORT_TEXT_MAX + CTL_PATH_MAX];
	struct config c;
	int rc = config_parse(name, text, strlen(text), 0, &c);

	for (unsigned i = 0; config_report_line(&c.report, i, line, sizeof(line)); i++)
		message_error("%s", line);
	config_free(&c);
	return rc;
}

static int write_new(const struct ctl *ctl, const struct conf_text *now, const char *lines)
{
	struct conf_text new = { 0 };
	char *text = NULL;
	int rc = config_report_init(&new.report, ctl->sysconfig_file);

	if (rc == 0)
		rc = config_text_read(lines, strlen(lines), &new.report, &new.text);
	if (rc == 0) {
		text = merge(now, new.text, lines);
		rc = text ? check(ctl->sysconfig_file, text) : fail(-ENOMEM, CONFIG_FILE);
	}
	if (rc == 0)
		rc = files_write(ctl->root, CONFIG_FILE, 0644, text);
	for (unsigned i = 0; rc == 0 && i < new.text->nr; i++)
		message_info("converted from %s to " CONFIG_FILE ": %s %s", ctl->sysconfig_file,
			     new.text->lines[i].key, new.text->lines[i].value);
	free(text);
	conf_close(&new);
	return rc;
}

/* quiet: print nothing if there is nothing to do. */
static int convert(struct ctl *ctl, bool quiet)
{
	struct conf_text now = { 0 };
	char *lines = NULL;
	unsigned nr = 0;
	int rc = sysconfig_compare(&ctl->sysconfig, CONFIG_FILE, &ctl->config, &nr);

	if (rc < 0)
		return rc;
	if (nr == 0 && !quiet)
		message_info(CONFIG_FILE
			     " has the same settings as %s; there is nothing to convert",
			     ctl->sysconfig_file);
	if (nr == 0)
		return 0;
	rc = conf_open(ctl->root, CONFIG_FILE, &now);
	if (rc == 0 && !is_as_shipped(ctl->root, &now))
		message_warn("%s has other dump settings than " CONFIG_FILE
			     ", which was edited and is kept; \"kdumpctl check-config\" lists them",
			     ctl->sysconfig_file);
	else if (rc == 0)
		rc = sysconfig_conf(&ctl->sysconfig, &lines);
	if (rc == 0 && lines)
		rc = write_new(ctl, &now, lines);
	if (rc == -EINVAL)
		rc = fail_adopt(rc, "the sysconfig file cannot be converted; see \"kdumpctl "
				    "check-config\"");
	free(lines);
	conf_close(&now);
	return rc;
}

/* A package runs convert at each update; only the first may change kdump.conf. */
static bool was_done(const struct ctl *ctl)
{
	if (files_exist(ctl->root, CTL_CONVERTED))
		return true;
	if (files_mkdir(ctl->root, CTL_STATE_DIR, 0700) < 0 ||
	    files_write(ctl->root, CTL_CONVERTED, 0644, "") < 0)
		fail_clear();
	return false;
}

int cmd_convert(struct ctl *ctl, int argc, char **argv)
{
	bool once = argc == 2 && strcmp(argv[1], "--once") == 0;
	int rc;

	if (argc > 1 && !once)
		return ctl_usage("%s takes --once or no arguments", argv[0]);
	if (!files_exist(ctl->root, CONFIG_FILE)) {
		message_info("there is no " CONFIG_FILE ": the sysconfig file is used directly");
		return CTL_OK;
	}
	if (once && was_done(ctl))
		return CTL_OK;
	rc = ctl_load(ctl);
	if (rc == 0)
		rc = convert(ctl, once);
	return rc < 0 ? ctl_fail("convert") : CTL_OK;
}
