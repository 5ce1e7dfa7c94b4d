/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_read.c - text to plan; every byte of the text is hostile */
#include "initramfs/plan/plan_fields.h"

#include "base/err.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (1u << 20)

/* Where the parser is: the object that indented lines belong to. */
struct plan_parser {
	struct plan *plan;
	const struct field *fields; /* of the open object */
	void *object;
	unsigned line;
};

/* Decimal digits up to the end of the word; the word and the blank behind it are eaten. */
static int take_number(char **text, uint64_t *out)
{
	char *end;

	if (!isdigit((unsigned char)**text))
		return fail(-EINVAL, "a number is missing at \"%.20s\"", *text);
	errno = 0;
	*out = strtoull(*text, &end, 10);
	if (errno || (*end && *end != ' '))
		return fail(-EINVAL, "\"%.20s\" is not a number", *text);
	*text = *end ? end + 1 : end;
	return 0;
}

static int take_unsigned(char **text, uint64_t max, unsigned *out)
{
	uint64_t number = 0;
	int rc = take_number(text, &number);

	if (rc < 0)
		return rc;
	if (number > max)
		return fail(-EINVAL, "%ju is too large", (uintmax_t)number);
	*out = (unsigned)number;
	return 0;
}

static int nothing_left(const char *text)
{
	return *text ? fail(-EINVAL, "\"%.20s\" was not expected", text) : 0;
}

static int set_string(char **field, const char *value)
{
	if (!value[0] || isspace((unsigned char)value[0]))
		return fail(-EINVAL, "a value is missing");
	if ((*field)[0])
		return fail(-EINVAL, "a second value");
	return plan_set(field, value);
}

static int add_index(const struct field *field, char *base, char *value)
{
	unsigned index = 0;
	int rc = take_unsigned(&value, PLAN_MAX_OBJECTS, &index);

	if (rc == 0)
		rc = nothing_left(value);
	if (rc < 0)
		return rc;
	return plan_add_index((unsigned **)(base + field->at), (size_t *)(base + field->nr), index);
}

static int add_extent(struct plan_device *d, char *value)
{
	struct plan_extent e = { 0 };
	int rc = take_number(&value, &e.start);

	if (rc == 0)
		rc = take_number(&value, &e.len);
	if (rc == 0)
		rc = take_unsigned(&value, PLAN_MAX_OBJECTS, &e.device);
	if (rc == 0)
		rc = take_number(&value, &e.offset);
	if (rc == 0)
		rc = nothing_left(value);
	return rc < 0 ? rc : plan_add_extent(d, &e);
}

static int set_field(const struct field *field, void *object, char *value)
{
	char *base = object;
	int rc;

	switch (field->kind) {
	case FIELD_STRING:
		return set_string((char **)(base + field->at), value);
	case FIELD_PORT:
		rc = take_unsigned(&value, 65535, (unsigned *)(base + field->at));
		return rc < 0 ? rc : nothing_left(value);
	case FIELD_FLAG:
		*(bool *)(base + field->at) = true;
		return nothing_left(value);
	case FIELD_INDEX:
		return add_index(field, base, value);
	case FIELD_EXTENTS:
		return add_extent(object, value);
	}
	return -EINVAL;
}

/* Cut "key value" in two; value is "" if there is none. */
static char *split(char *line)
{
	char *blank = strchr(line, ' ');

	if (!blank)
		return line + strlen(line);
	*blank = '\0';
	return blank + 1;
}

static int parse_field(const struct field *fields, void *object, char *line)
{
	char *value = split(line);
	int rc;

	for (; fields->key; fields++) {
		if (strcmp(fields->key, line) == 0) {
			rc = set_field(fields, object, value);
			return rc < 0 ? fail(rc, "%s", line) : 0;
		}
	}
	return fail(-EINVAL, "key \"%.40s\" is not known here", line);
}

static int open_module(struct plan_parser *ps, char *value)
{
	struct plan_module *m;
	int rc = plan_add_module(ps->plan, value, &m);

	ps->fields = module_fields;
	ps->object = m;
	return rc;
}

static int open_device(struct plan_parser *ps, char *value)
{
	char *name = split(value);
	struct plan_device *d;
	enum plan_device_kind kind = PLAN_PLAIN;
	int rc;

	while (kind <= PLAN_MD && strcmp(plan_device_kind_name(kind), value) != 0)
		kind++;
	if (kind > PLAN_MD)
		return fail(-EINVAL, "\"%.20s\" is not a kind of device", value);
	rc = plan_add_device(ps->plan, kind, &d);
	if (rc == 0)
		rc = set_string(&d->name, name);
	ps->fields = device_fields;
	ps->object = d;
	return rc;
}

static int open_target(struct plan_parser *ps, char *value)
{
	struct plan_target *t;
	enum plan_target_kind kind = PLAN_FS;
	int rc;

	while (kind <= PLAN_SSH && strcmp(plan_target_kind_name(kind), value) != 0)
		kind++;
	if (kind > PLAN_SSH)
		return fail(-EINVAL, "\"%.20s\" is not a kind of target", value);
	rc = plan_add_target(ps->plan, kind, &t);
	ps->fields = target_fields;
	ps->object = t;
	return rc;
}

/* The open object is finished: may the rest rely on it? */
static int close_object(struct plan_parser *ps)
{
	const struct field *fields = ps->fields;
	const struct plan *p = ps->plan;

	ps->fields = NULL;
	if (fields == module_fields)
		return plan_check_module(ps->object);
	if (fields == device_fields)
		return plan_check_device(p, p->nr_devices - 1);
	if (fields == target_fields)
		return plan_check_target(p, p->nr_targets - 1);
	return 0;
}

static int parse_opening(struct plan_parser *ps, char *line)
{
	int rc = close_object(ps);

	if (rc < 0)
		return rc;
	if (strncmp(line, "module ", 7) == 0)
		return open_module(ps, line + 7);
	if (strncmp(line, "device ", 7) == 0)
		return open_device(ps, line + 7);
	if (strncmp(line, "target ", 7) == 0)
		return open_target(ps, line + 7);
	return parse_field(plan_fields, ps->plan, line);
}

static int parse_line(struct plan_parser *ps, char *line)
{
	const char *at = line + (*line == '\t');

	for (; *at; at++) {
		if (iscntrl((unsigned char)*at))
			return fail(-EINVAL, "a control character");
	}
	if (ps->line == 1)
		return strcmp(line, PLAN_FIRST_LINE) == 0
			       ? 0
			       : fail(-EINVAL, "does not begin with \"" PLAN_FIRST_LINE "\"");
	if (*line != '\t')
		return parse_opening(ps, line);
	if (!ps->fields)
		return fail(-EINVAL, "an indented line that belongs to nothing");
	return parse_field(ps->fields, ps->object, line + 1);
}

static int parse_lines(struct plan_parser *ps, const char *text, size_t len)
{
	char line[PLAN_MAX_LINE];
	int rc = 0;

	while (len > 0 && rc == 0) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;

		ps->line++;
		if (n >= sizeof(line) || memchr(text, '\0', n) || !end)
			return fail(-EINVAL, "too long, cut off or not text");
		memcpy(line, text, n);
		line[n] = '\0';
		rc = parse_line(ps, line);
		text = end + 1;
		len -= n + 1;
	}
	if (rc == 0 && ps->line == 0)
		rc = fail(-EINVAL, "empty");
	return rc < 0 ? rc : close_object(ps);
}

int plan_parse(const char *text, size_t len, struct plan *out)
{
	struct plan_parser ps = { .plan = out };
	int rc = plan_init(out);

	if (rc == 0)
		rc = parse_lines(&ps, text, len);
	if (rc < 0) {
		plan_free(out);
		return fail(rc, "plan: line %u", ps.line);
	}
	return 0;
}

static int read_whole(int fd, char *buf, size_t max, size_t *out)
{
	size_t len = 0;
	ssize_t n;

	while (len < max && (n = read(fd, buf + len, max - len)) != 0) {
		if (n < 0 && errno != EINTR)
			return -errno;
		len += n > 0 ? (size_t)n : 0;
	}
	*out = len;
	return len == max ? -EFBIG : 0;
}

int plan_read(const char *path, struct plan *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;
	char *buf = malloc(FILE_MAX + 1);
	size_t len = 0;

	*out = (struct plan){ .kernel = NULL };
	if (fd < 0 || !buf)
		rc = fail(fd < 0 ? -errno : -ENOMEM, "read the plan %s", path);
	else if ((rc = read_whole(fd, buf, FILE_MAX + 1, &len)) < 0)
		rc = fail(rc, "read the plan %s", path);
	else
		rc = plan_parse(buf, len, out);
	if (fd >= 0)
		close(fd);
	free(buf);
	return rc;
}
