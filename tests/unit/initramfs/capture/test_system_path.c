/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_system_path.c - messages of the capture name the files where the system has them */
#include "initramfs/capture/console.h"
#include "initramfs/capture/status.h"
#include "initramfs/capture/system_path.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>

static const char *text(const struct system_path *p, const char *from)
{
	static char out[200];

	size_t len = system_path_text(p, from, out, sizeof(out));

	CHECK_EQ(len, strlen(out));
	return out;
}

TEST(where_it_is_mounted)
{
	struct system_path p;

	system_path_init(&p, "/kdumproot", "crash", "/srv/dumps/crash");
	CHECK_STR(text(&p, "write /kdumproot/crash/h-1/vmcore: No space left on device"),
		  "write /srv/dumps/crash/h-1/vmcore: No space left on device");
	CHECK_STR(text(&p, "/kdumproot/crash, /kdumproot/crash"),
		  "/srv/dumps/crash, /srv/dumps/crash");
	CHECK_STR(text(&p, "/kdumproot/crashes/x"), "/crashes/x");
	CHECK_STR(text(&p, "open /kdumproot: x"), "open /: x");
	CHECK_STR(text(&p, "/kdumproots/crash"), "/kdumproots/crash");
	CHECK_STR(text(&p, ""), "");
}

TEST(unfolded_and_root)
{
	struct system_path p;

	/* A subvolume; the root of a target; the root file system; not mounted at all. */
	system_path_init(&p, "/kdumproot", "@/var/crash", "/var/crash");
	CHECK_STR(text(&p, "/kdumproot/@/var/crash/x"), "/var/crash/x");
	system_path_init(&p, "/kdumproot", "", "/mnt/dump");
	CHECK_STR(text(&p, "/kdumproot/x"), "/mnt/dump/x");
	system_path_init(&p, "/kdumproot", "", "/");
	CHECK_STR(text(&p, "/kdumproot/x, /kdumproot"), "/x, /");
	system_path_init(&p, "/kdumproot", "crash", "");
	CHECK_STR(text(&p, "/kdumproot/crash/x"), "/crash/x");
	system_path_init(&p, "", "", "");
	CHECK_STR(text(&p, "/kdumproot/crash/x"), "/kdumproot/crash/x");
}

TEST(hostile)
{
	static char path[4000];
	struct system_path p;
	char small[8];

	system_path_init(&p, "/kdumproot", "crash", "/a\"b/crash");
	CHECK_STR(text(&p, "/kdumproot/crash/x"), "/crash/x");
	memset(path, 'a', sizeof(path) - 1);
	path[0] = '/';
	system_path_init(&p, "/kdumproot", "crash", path);
	CHECK_STR(text(&p, "/kdumproot/crash/x"), "/kdumproot/crash/x");
	system_path_init(&p, "/kdumproot", "crash", "/srv/dumps/crash");
	CHECK_EQ(system_path_text(&p, "/kdumproot/crash/x", small, sizeof(small)), 7);
	CHECK_STR(small, "/srv/du");
}

TEST(status_and_lines)
{
	static struct status s;
	size_t len;
	char *json;

	s = (struct status){ .state = STATE_PARTIAL, .kind = "ext4" };
	system_path_init(&s.paths, "/kdumproot", "crash", "/srv/dumps/crash");
	status_error(&s, "write /kdumproot/crash/h-1/vmcore: No space left on device");
	status_hook(&s, "/etc/kdump/pre.d/x", "cannot open /kdumproot/crash/y");
	strcpy(s.command, "kdump-collect /proc/vmcore /kdumproot/crash/h-1/vmcore");
	json = status_json(&s, &len);
	CHECK(json && strlen(json) == len && !strstr(json, "/kdumproot"));
	CHECK(strstr(json, "\"write /srv/dumps/crash/h-1/vmcore: No space left on device\""));
	free(json);

	CHECK_EQ(console_open("", false), 0);
	console_paths(&s.paths);
	console_log("saved /kdumproot/crash/h-1/vmcore");
	CHECK(strstr(console_transcript(&len), "kdump: saved /srv/dumps/crash/h-1/vmcore"));
	console_close();
}

RUN(where_it_is_mounted, unfolded_and_root, hostile, status_and_lines)
