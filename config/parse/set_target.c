/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * set_target.c - where dumps go: the shapes of devices, hosts and exports
 *
 * These strings become paths, mount options and arguments of ssh in a kernel where
 * all runs as root. What is not plainly of the right shape is refused here, once.
 */
#include "config/parse/value.h"
#include "config/parse/values.h"

#include "base/util.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

#define TAG_MAX 36 /* of virtio-fs, by its specification */

/* One target's text at work: where it stands, and what it becomes. */
struct target_text {
	struct line_value *v;
	struct config_position position;
	struct config_target *out;
};

#define bad_target(p, ...) \
	(config_report_add(&(p)->v->c->report, CONFIG_ERROR, (p)->position, __VA_ARGS__), false)

static bool is_word(const char *text)
{
	return *text && !strpbrk(text, " \t'\"");
}

static bool is_uuid(const char *text)
{
	for (const char *c = text; *c; c++) {
		if (!isalnum((unsigned char)*c) && *c != '-')
			return false;
	}
	return *text;
}

static bool is_label(const char *text)
{
	return *text && !strpbrk(text, "'\"");
}

/* TAG="VALUE" as blkid prints it, without the quotes; text itself if it has none. */
static const char *unquote_tag(struct config_text *memory, const char *text)
{
	const char *equals = strchr(text, '=');
	size_t len = strlen(text);
	char *plain;

	if (!equals || equals[1] != '"' || equals + 2 >= text + len || text[len - 1] != '"')
		return text;
	plain = config_text_copy(memory, text, len - 2);
	if (!plain)
		return text;
	memcpy(plain + (equals + 1 - text), equals + 2, (size_t)(text + len - equals - 3));
	return plain;
}

/* The tags that stay when disks are renumbered. Those that raw accepts come first. */
static bool is_tagged(const char *text, bool raw)
{
	static const struct {
		const char *tag;
		bool (*good)(const char *value);
	} tags[] = {
		{ "PARTUUID=", is_uuid },
		{ "PARTLABEL=", is_label },
		{ "UUID=", is_uuid },
		{ "LABEL=", is_label },
	};
	size_t nr = raw ? 2 : ARRAY_SIZE(tags); /* the rest belong to the data on the device */

	for (size_t i = 0; i < nr; i++) {
		size_t len = strlen(tags[i].tag);

		if (strncmp(text, tags[i].tag, len) == 0)
			return tags[i].good(text + len);
	}
	return false;
}

/* Names below /dev are taken as they are: which of them last is the builder's question. */
static bool is_node(const char *text)
{
	return strncmp(text, "/dev/", 5) == 0 && text[5] && is_word(text);
}

static bool read_device(struct target_text *p, const char *text)
{
	const char *plain = unquote_tag(p->v->c->text, text);

	if (!is_node(plain) && !is_tagged(plain, false))
		return bad_target(p,
				  "'%.80s' is not a device; write UUID=, LABEL=, PARTUUID= or "
				  "PARTLABEL= and the value as blkid prints it, or a node below "
				  "/dev",
				  text);
	p->out->where = plain;
	return true;
}

static bool read_raw(struct target_text *p, const char *text)
{
	const char *plain = unquote_tag(p->v->c->text, text);

	if (!is_node(plain) && !is_tagged(plain, true))
		return bad_target(p,
				  "'%.80s' is not a device for raw; write a node such as "
				  "/dev/disk/by-id/..., PARTUUID= or PARTLABEL=",
				  text);
	p->out->where = plain;
	return true;
}

/* HOST:/EXPORT, [V6]:/EXPORT */
static bool read_nfs(struct target_text *p, const char *text)
{
	const char *colon = strstr(text, ":/"), *host = text;
	size_t len = colon ? (size_t)(colon - text) : 0;

	if (len > 2 && host[0] == '[' && host[len - 1] == ']') {
		if (!config_is_v6(host + 1, len - 2))
			return bad_target(p,
					  "'%.*s' is not an IPv6 address; write [ADDRESS]:/EXPORT",
					  (int)(len < 80 ? len : 80), host);
	} else if (len > 0 && memchr(host, ':', len) && config_is_v6(host, len)) {
		return bad_target(p, "an IPv6 address needs brackets; write [%.*s]:/EXPORT",
				  (int)(len < 80 ? len : 80), host);
	} else if (!config_is_host(host, len)) {
		return bad_target(p, "'%.80s' is not an NFS export; write HOST:/EXPORT", text);
	}
	p->out->fstype = "nfs";
	p->out->where = text;
	return true;
}

/*
 * USER@[V6] without its brackets, which ssh does not want; NULL: there are none, or no address is
 * between them.
 */
static const char *unbracket_host(struct config_text *memory, const char *text, const char *host)
{
	size_t len = strlen(host);
	char *plain;

	if (len < 3 || host[0] != '[' || host[len - 1] != ']' || !config_is_v6(host + 1, len - 2))
		return NULL;
	plain = config_text_copy(memory, text, strlen(text) - 2);
	if (plain)
		memcpy(plain + (host - text), host + 1, len - 2);
	return plain;
}

/* Neither half may look like an option; directory and port have keys of their own. */
static bool read_ssh(struct target_text *p, const char *text)
{
	const char *at = strchr(text, '@'), *host = at ? at + 1 : "";
	const char *plain = unbracket_host(p->v->c->text, text, host);

	if (!at || at == text || text[0] == '-' || !is_word(text) || strchr(host, '@'))
		return bad_target(p, "'%.80s' is not an ssh destination; write USER@HOST", text);
	if (host[0] == '[' && !plain)
		return bad_target(p,
				  "'%.80s': no IPv6 address is between the brackets; write "
				  "USER@[ADDRESS], and a port into root's ssh_config",
				  text);
	if (!plain && strchr(host, ':') && !config_is_v6(host, strlen(host)))
		return bad_target(
			p,
			"'%.80s' has a ':' in the host; write USER@HOST, the directory as "
			"'path', and a port into root's ssh_config",
			text);
	if (!plain && !config_is_host(host, strlen(host)))
		return bad_target(p, "'%.80s' is not an ssh destination; write USER@HOST", text);
	p->out->where = plain ? plain : text;
	return true;
}

static bool read_tag(struct target_text *p, const char *text)
{
	if (!is_word(text) || strlen(text) > TAG_MAX)
		return bad_target(p, "'%.80s' is not a tag; write one word of at most %d letters",
				  text, TAG_MAX);
	p->out->fstype = "virtiofs";
	p->out->where = text;
	return true;
}

static const struct {
	enum config_kind key;
	enum config_target_kind kind;
	bool (*read)(struct target_text *p, const char *text);
} shapes[] = {
	{ KIND_TARGET_FS, CONFIG_TARGET_FS, read_device },
	{ KIND_TARGET_NFS, CONFIG_TARGET_NFS, read_nfs },
	{ KIND_TARGET_SSH, CONFIG_TARGET_SSH, read_ssh },
	{ KIND_TARGET_VIRTIOFS, CONFIG_TARGET_VIRTIOFS, read_tag },
	{ KIND_TARGET_RAW, CONFIG_TARGET_RAW, read_raw },
};

/* False: the key is not a target, or its value is wrong, which was reported. */
static bool read_target(struct target_text *p, const struct config_key *key, const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		if (shapes[i].key != key->kind)
			continue;
		p->out->kind = shapes[i].kind;
		p->out->position = p->position;
		if (shapes[i].kind == CONFIG_TARGET_FS)
			p->out->fstype = key->name;
		return shapes[i].read(p, text);
	}
	return false;
}

static void add_target(struct line_value *v, const struct config_target *t)
{
	struct config *c = v->c;

	if (c->nr_targets == CONFIG_TARGETS_MAX && v->key->kind == KIND_FALLBACK)
		config_report_add(&c->report, CONFIG_ERROR, t->position,
				  "this is target number %d; %d are the most, remove one",
				  CONFIG_TARGETS_MAX + 1, CONFIG_TARGETS_MAX);
	else if (c->nr_targets < CONFIG_TARGETS_MAX)
		c->targets[c->nr_targets++] = *t;
}

/* The first target came from another line with this key, and that was complained about. */
static bool is_repeated(const struct line_value *v)
{
	const struct config_text *text = v->c->text;
	unsigned number = v->c->targets[0].position.line;

	for (unsigned i = 0; i < text->nr; i++) {
		const struct config_line *line = &text->lines[i];

		if (line->key_position.line == number)
			return line != v->line && strcmp(line->key, v->line->key) == 0;
	}
	return false;
}

/* A second main target may still save a dump: it becomes the next in turn. */
static void add_main(struct line_value *v, const struct config_target *t)
{
	struct config_target *main_target = &v->c->targets[0];

	if (main_target->kind == CONFIG_TARGET_PATH) {
		*main_target = *t;
		return;
	}
	if (!is_repeated(v) && t->kind == CONFIG_TARGET_MOUNT)
		config_report_add(&v->c->report, CONFIG_ERROR, t->position,
				  "more than one target: line %u has one already; keep one of them",
				  main_target->position.line);
	else if (!is_repeated(v))
		config_report_add(&v->c->report, CONFIG_ERROR, v->line->key_position,
				  "more than one target: line %u has one already; write "
				  "'fallback_target %s %.80s' if it is to be tried after that",
				  main_target->position.line, config_target_name(t), t->where);
	add_target(v, t);
}

void config_set_target(struct line_value *v)
{
	struct config_target t = { 0 };
	struct target_text p = { .v = v, .position = v->line->value_position, .out = &t };

	if (read_target(&p, v->key, v->value))
		add_main(v, &t);
}

/* KIND VALUE, where KIND is the key of a target. */
void config_set_fallback(struct line_value *v)
{
	size_t len = strcspn(v->value, " \t");
	const char *value = v->value + len + strspn(v->value + len, " \t");
	char *kind = config_text_copy(v->c->text, v->value, len);
	const struct config_key *key = kind ? config_key_find(kind) : NULL;
	struct config_target t = { 0 };
	struct target_text p = { .v = v, .position = config_position_of(v, value), .out = &t };

	if (!kind)
		return;
	if (!key || key->kind > KIND_TARGET_RAW)
		bad_value(v,
			  "'%.80s' is not a kind of target; write one of ext4 ext3 ext2 xfs btrfs "
			  "minix nfs ssh virtiofs raw",
			  kind);
	else if (!*value)
		bad_value(v, "no target behind '%s'; write fallback_target %s %s", kind, kind,
			  key->shape);
	else if (read_target(&p, key, value))
		add_target(v, &t);
}

void config_set_mount(struct line_value *v, const char *const *field,
		      struct config_position position)
{
	struct config_target t = { .kind = CONFIG_TARGET_MOUNT, .position = position };
	struct target_text p = { .v = v, .position = position, .out = &t };
	bool good;

	if (strncmp(field[2], "nfs", 3) == 0) {
		t.kind = CONFIG_TARGET_NFS;
		good = read_nfs(&p, field[0]);
	} else if (strcmp(field[2], "virtiofs") == 0) {
		t.kind = CONFIG_TARGET_VIRTIOFS;
		good = read_tag(&p, field[0]);
	} else {
		good = read_device(&p, field[0]);
	}
	t.mountpoint = field[1];
	t.fstype = field[2];
	t.options = field[3];
	if (good)
		add_main(v, &t);
}
