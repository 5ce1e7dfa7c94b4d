/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_layers.c - multipath and iSCSI below a target: known by what, and when is an image stale */
#include "initramfs/image/device/layers.h"
#include "initramfs/image/distro/distro_plan.h"

#include "made_machine.h"

#define MAP_CONF "ext4 /dev/mapper/vg0-dump\npath /\n"
#define MAP	 "devices/virtual/block/dm-0"
#define SESSION	 "devices/platform/host3/session1"
#define DISK	 SESSION "/target3:0:0/3:0:0:1/block/sda"

/* An iSCSI disk of this name below its session. */
static void make_disk(struct machine *m, const char *session, const char *name, const char *number)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/target3:0:0/3:0:0:1/block/%s", session, name);
	machine_block(m, path, number);
	machine_mkfs(m, "ext4", name);
}

static void put_session(struct machine *m, const char *session, const char *attr, const char *value)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/iscsi_session/%s/%s", session, strrchr(session, '/') + 1,
		 attr);
	machine_put(m->sys, path, value);
}

static void put_address(struct machine *m, const char *session, const char *value)
{
	char path[256];

	snprintf(path, sizeof(path),
		 "%s/connection1:0/iscsi_connection/connection1:0/persistent_address", session);
	machine_put(m->sys, path, value);
}

/* "/devices" of the record: what layers_describe() says. To be freed. */
static char *layers(struct machine *m, const char *conf)
{
	struct image_request req = machine_request(m, conf);
	const struct tree_node *n;
	struct distro_plan o;
	char *text;

	CHECK_EQ(distro_plan_gather(&req, NULL, &o), 0);
	CHECK_STR(fail_text(), "");
	n = tree_find(&o.inputs, "/devices");
	CHECK(n != NULL);
	text = strndup(n->data, n->len);
	CHECK(text != NULL);
	distro_plan_free(&o);
	return text;
}

static void said(struct machine *m, const char *conf, const char *words)
{
	char *text = layers(m, conf);

	if (!strstr(text, words))
		print_message("#  got: %s\n# want: %s\n", text, words);
	CHECK(strstr(text, words));
	free(text);
}

/* ext4 on a map of two paths, or one of them. */
static void make_map(struct machine *m, const char *uuid)
{
	machine_open(m);
	machine_dm(m, uuid, "0 2048 multipath 0 0 1 1 service-time 0\n");
	machine_mkfs(m, "ext4", "dm-0");
	make_disk(m, SESSION, "sda", "8:0");
	machine_link(m->sys, MAP "/slaves/sda", "../../../../../" DISK);
}

static char *uuid_in_plan(struct machine *m)
{
	struct image_request req = machine_request(m, MAP_CONF);
	struct distro_plan o;
	struct plan plan;
	char *uuid;

	CHECK_EQ(distro_plan_gather(&req, NULL, &o), 0);
	CHECK_EQ(plan_parse(o.plan, strlen(o.plan), &plan), 0);
	CHECK_EQ(plan.nr_devices, 1);
	CHECK_STR(plan.devices[0].id, "UUID=" VDA_FS);
	uuid = strdup(plan.devices[0].uuid);
	plan_free(&plan);
	distro_plan_free(&o);
	return uuid;
}

/* The paths have the same content. */
TEST(multipath_device_is_known_by_its_own_name_too)
{
	static const char *const uuids[][2] = {
		{ "mpath-36001\n", "mpath-36001" },
		{ "part2-mpath-36001\n", "part2-mpath-36001" },
		{ "LVM-mpath-36001\n", "" },
		{ "partition\n", "" },
	};

	for (int i = 0; i < 4; i++) {
		struct machine m;
		char *uuid;

		make_map(&m, uuids[i][0]);
		uuid = uuid_in_plan(&m);
		CHECK_STR(uuid, uuids[i][1]);
		free(uuid);
		machine_close(&m);
	}
}

TEST(paths_come_and_go_and_the_image_stays)
{
	struct machine m;
	char *before, *after;

	make_map(&m, "mpath-36001\n");
	put_session(&m, SESSION, "targetname", "iqn.a\n");
	before = layers(&m, MAP_CONF);
	make_disk(&m, SESSION, "sdb", "8:16");
	machine_link(m.sys, MAP "/slaves/sdb",
		     "../../../../../" SESSION "/target3:0:0/3:0:0:1/block/sdb");
	after = layers(&m, MAP_CONF);
	CHECK_STR(after, before);
	CHECK(strstr(after, "mpath-36001") && strstr(after, "iscsi iqn.a"));
	free(after);
	free(before);
	machine_close(&m);
}

/* Sessions are numbered as they come. */
TEST(sessions_in_another_order_are_the_same)
{
	static const char other[] = "devices/platform/host4/session2";
	struct machine m;
	char *before, *after;

	make_map(&m, "mpath-36001\n");
	make_disk(&m, other, "sdb", "8:16");
	machine_link(
		m.sys, MAP "/slaves/sdb",
		"../../../../../devices/platform/host4/session2/target3:0:0/3:0:0:1/block/sdb");
	put_session(&m, SESSION, "targetname", "iqn.a\n");
	put_session(&m, other, "targetname", "iqn.b\n");
	before = layers(&m, MAP_CONF);
	put_session(&m, SESSION, "targetname", "iqn.b\n");
	put_session(&m, other, "targetname", "iqn.a\n");
	after = layers(&m, MAP_CONF);
	CHECK_STR(after, before);
	free(after);
	free(before);
	machine_close(&m);
}

TEST(another_session_is_another_image)
{
	struct machine m;

	machine_open(&m);
	make_disk(&m, SESSION, "sda", "8:0");
	put_session(&m, SESSION, "targetname", "iqn.a\n");
	put_session(&m, SESSION, "initiatorname", "iqn.me\n");
	put_session(&m, SESSION, "username", "kdump\n");
	put_session(&m, SESSION, "password", "secret\n");
	put_address(&m, SESSION, "192.0.2.9\n");
	said(&m, "ext4 /dev/sda\npath /\n", "iscsi iqn.a iqn.me kdump secret");
	said(&m, "ext4 /dev/sda\npath /\n", " 192.0.2.9 ");
	put_session(&m, SESSION, "password", "another\n");
	said(&m, "ext4 /dev/sda\npath /\n", "iscsi iqn.a iqn.me kdump another");
	machine_close(&m);
}

RUN(multipath_device_is_known_by_its_own_name_too, paths_come_and_go_and_the_image_stays,
    sessions_in_another_order_are_the_same, another_session_is_another_image)
