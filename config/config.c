/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config.c - a file becomes a struct config */
#include "config/config.h"

#include "base/err.h"
#include "config/apply.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const no_words[] = { NULL };

static void init(struct config *out)
{
	*out = (struct config){
		.targets[0] = { .kind = CONFIG_TARGET_PATH },
		.nr_targets = 1,
		.extra_bins = no_words,
		.extra_modules = no_words,
		.dracut_words = no_words,
		.fence_kdump_nodes = no_words,
		.fence_kdump_args = no_words,
	};
}

static int parse(const char *text, size_t len, struct config *c)
{
	int rc = config_text_read(text, len, &c->report, &c->text);

	if (rc < 0)
		return rc;
	config_apply_usual(c);
	config_apply_lines(c);
	config_check_rules(c);
	if (c->text->no_memory)
		return fail(-ENOMEM, "read %s", c->report.file);
	return 0;
}

/* Errors count, but not where a dump is more important than any of them. */
static int verdict(const struct config *c, unsigned flags)
{
	if (flags & CONFIG_LENIENT || c->report.nr_errors == 0)
		return 0;
	return fail(-EINVAL, "%s has %u error%s", c->report.file, c->report.nr_errors,
		    c->report.nr_errors == 1 ? "" : "s");
}

static int parse_all(const char *text, size_t len, unsigned flags, struct config *c)
{
	int rc;

	if (len > CONFIG_BYTES_MAX) {
		config_report_add(&c->report, CONFIG_ERROR, (struct config_place){ 0 },
				  "longer than %d KiB, and not read beyond; is it a kdump.conf?",
				  CONFIG_BYTES_MAX >> 10);
		len = CONFIG_BYTES_MAX;
	}
	rc = parse(text, len, c);
	if (rc < 0)
		return rc;
	config_report_sort(&c->report);
	return verdict(c, flags);
}

int config_parse(const char *name, const char *text, size_t len, unsigned flags, struct config *out)
{
	int rc;

	init(out);
	rc = config_report_init(&out->report, name);
	return rc < 0 ? rc : parse_all(text, len, flags, out);
}

/* One byte more than allowed shows that there is too much. */
static ssize_t read_file(const char *file, char *buf, size_t room)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	size_t len = 0;
	ssize_t n = fd < 0 ? -1 : 1;

	while (n > 0 && len < room) {
		do
			n = read(fd, buf + len, room - len);
		while (n < 0 && errno == EINTR);
		if (n > 0)
			len += (size_t)n;
	}
	if (n < 0)
		n = fail(-errno, "read %s", file);
	if (fd >= 0)
		close(fd);
	return n < 0 ? n : (ssize_t)len;
}

int config_load(const char *file, unsigned flags, struct config *out)
{
	char *buf = malloc(CONFIG_BYTES_MAX + 1);
	ssize_t len;
	int rc;

	init(out);
	rc = config_report_init(&out->report, file);
	if (rc < 0 || !buf) {
		free(buf);
		return rc < 0 ? rc : fail(-ENOMEM, "read %s", file);
	}
	len = read_file(file, buf, CONFIG_BYTES_MAX + 1);
	if (len < 0 && flags & CONFIG_LENIENT) {
		config_report_add(&out->report, CONFIG_ERROR, (struct config_place){ 0 },
				  "cannot be read (%s); usual values are used",
				  strerror((int)-len));
		fail_clear();
		len = 0;
	}
	rc = len < 0 ? (int)len : parse_all(buf, (size_t)len, flags, out);
	free(buf);
	return rc;
}

void config_free(struct config *c)
{
	config_text_free(c->text);
	config_report_fini(&c->report);
	init(c);
}

const char *config_written(const struct config *c, const char *key)
{
	const struct config_line *line = config_line_find(c, key);

	return line ? line->value : NULL;
}
