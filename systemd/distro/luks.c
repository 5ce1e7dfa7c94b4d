/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * luks.c - read key slots and tokens from a LUKS header
 *
 *     0     "LUKS" 0xba 0xbe, version (big endian, as all numbers here), bytes in all
 *     4096  JSON, ends with NUL: keyslots, tokens, ...         (version 2 alone)
 */
#include "systemd/distro/luks.h"

#include "base/err.h"

#include <endian.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define JSON_AT	   4096
#define HEADER_MAX (4u << 20)

/*
 * PCRs that a running system extends: IMA, boot phases, unlocked volumes. kexec keeps their values.
 */
#define RUN_PCRS   (1u << 10 | 1u << 11 | 1u << 15)

struct header {
	char magic[6];
	uint16_t version;
	uint64_t bytes;
};

static struct json_object *member(struct json_object *o, const char *name)
{
	struct json_object *v = NULL;

	return json_object_is_type(o, json_type_object) && json_object_object_get_ex(o, name, &v)
		       ? v
		       : NULL;
}

static const char *text_of(struct json_object *o, const char *name)
{
	const char *text = json_object_get_string(member(o, name));

	return text ? text : "";
}

/* The number of a slot or PCR ("7"); LUKS_SLOTS if it is not one. */
static unsigned slot_number(const char *name)
{
	char *end;
	unsigned long nr = strtoul(name ? name : "", &end, 10);

	return name && *name && !*end && nr < LUKS_SLOTS ? (unsigned)nr : LUKS_SLOTS;
}

static void read_slots(struct json_object *slots, struct luks *out)
{
	if (!json_object_is_type(slots, json_type_object))
		return;
	json_object_object_foreach(slots, name, o)
	{
		unsigned nr = slot_number(name);
		struct json_object *kdf = member(o, "kdf"), *priority = member(o, "priority");
		int64_t kib = json_object_get_int64(member(kdf, "memory"));

		if (nr == LUKS_SLOTS || strcmp(text_of(o, "type"), "luks2") != 0)
			continue;
		out->slot[nr] = (struct luks_slot){
			.used = true,
			.unasked = !priority || json_object_get_int(priority) != 0,
			.memory = kib > 0 && kib <= UINT32_MAX ? (uint64_t)kib << 10 : 0,
		};
	}
}

/* The bits of [1, 3] or ["1", "3"]. */
static uint32_t bits_of(struct json_object *token, const char *name)
{
	struct json_object *list = member(token, name);
	uint32_t bits = 0;

	if (!json_object_is_type(list, json_type_array))
		return 0;
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		unsigned nr =
			slot_number(json_object_get_string(json_object_array_get_idx(list, i)));

		if (nr < LUKS_SLOTS)
			bits |= UINT32_C(1) << nr;
	}
	return bits;
}

static void read_token(struct json_object *o, struct luks *out)
{
	uint32_t slots = bits_of(o, "keyslots");
	uint32_t pcrs = bits_of(o, "tpm2-pcrs") | bits_of(o, "tpm2_pubkey_pcrs");

	if (json_object_get_boolean(member(o, "tpm2-pin"))) {
		out->tpm_pin |= slots;
		return;
	}
	out->tpm |= slots;
	if (pcrs & RUN_PCRS)
		out->tpm_run |= slots;
}

static void read_tokens(struct json_object *tokens, struct luks *out)
{
	if (!json_object_is_type(tokens, json_type_object))
		return;
	json_object_object_foreach(tokens, name, o)
	{
		(void)name;
		if (strcmp(text_of(o, "type"), "systemd-tpm2") == 0)
			read_token(o, out);
		else if (strcmp(text_of(o, "type"), "clevis") == 0)
			out->clevis |= bits_of(o, "keyslots");
	}
}

static int read_json(int fd, uint64_t bytes, struct luks *out)
{
	size_t len = bytes > JSON_AT && bytes <= HEADER_MAX ? (size_t)bytes - JSON_AT : 0;
	char *text = calloc(1, len + 1);
	struct json_object *o = NULL;

	if (!text)
		return -ENOMEM;
	if (len > 0 && pread(fd, text, len, JSON_AT) == (ssize_t)len)
		o = json_tokener_parse(text);
	free(text);
	if (!o)
		return -EUCLEAN;
	read_slots(member(o, "keyslots"), out);
	read_tokens(member(o, "tokens"), out);
	json_object_put(o);
	return 0;
}

int luks_read(const char *node, struct luks *out)
{
	int fd = open(node, O_RDONLY | O_CLOEXEC), rc = -EUCLEAN;
	struct header h;

	*out = (struct luks){ .version = 0 };
	if (fd < 0)
		return fail(-errno, "read the LUKS header of %s", node);
	if (pread(fd, &h, sizeof(h), 0) == (ssize_t)sizeof(h) &&
	    memcmp(h.magic, "LUKS\xba\xbe", sizeof(h.magic)) == 0) {
		out->version = be16toh(h.version);
		rc = out->version == 1	 ? 0
		     : out->version == 2 ? read_json(fd, be64toh(h.bytes), out)
					 : -EUCLEAN;
	}
	close(fd);
	return rc < 0 ? fail(rc, "read the LUKS header of %s", node) : 0;
}
