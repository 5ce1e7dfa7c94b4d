/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_dump_status.c - what the status file of the capture says of a dump, or of an odd one */
#include "systemd/dumps/dump_info.h"

#include "check.h"

#include <string.h>

static const char panic_log[] =
	"[    9.0] sysrq: Trigger a crash\n"
	"[    9.1] Kernel panic - not syncing: sysrq triggered crash\n"
	"[    9.2] CPU: 1 PID: 77 Comm: bash Not tainted 6.1.0-18-amd64 #1\n";

static struct dump with_status(const char *json, const char *log)
{
	struct dump d;

	dump_init(&d, "x");
	if (log)
		dump_file(&d, "vmcore-dmesg.txt", strlen(log), 5, log, strlen(log));
	else
		dump_file(&d, "vmcore-dmesg.txt.age", 500, 5, NULL, 0);
	dump_file(&d, "kdump-status.json", strlen(json), 5, json, strlen(json));
	CHECK(dump_end(&d));
	return d;
}

/* What is encrypted was not opened, and the status may say why the kernel died. */
TEST(reason_of_the_status)
{
	static const char known[] = "{\"reason\":\"BUG: x\\u001b[2J\",\"fingerprint\":"
				    "\"0123456789abcdef\",\"fatal\":true,\"collector\":{"
				    "\"kernel_release\":\"6.1.0 x\",\"crash_time\":77}}",
			  null[] = "{\"reason\":null,\"fingerprint\":null,\"collector\":null}";
	static const char *const bad[] = {
		"{\"reason\":\"BUG: x\",\"fingerprint\":\"0123456789abcde\"}",
		"{\"reason\":\"BUG: x\",\"fingerprint\":\"0123456789abcdeF\"}",
		"{\"reason\":\"BUG: x\",\"fingerprint\":5}",
		"{\"reason\":[],\"fingerprint\":\"0123456789abcdef\"}",
		"{\"collector\":\"{}\"}",
		"{\"collector\":{\"kernel_release\":[],\"crash_time\":-1}}",
	};
	static const char sealed[] = "sealed, see \"kdumpctl show --identity FILE\"";
	char text[400], want[400];
	struct dump d = with_status(known, NULL);

	dump_panic_text(&d, text, sizeof(text));
	snprintf(want, sizeof(want), "BUG: x?[2J; %s", sealed);
	CHECK_STR(text, want);
	CHECK_STR(d.panic.fingerprint, "0123456789abcdef");
	CHECK_STR(d.release, "6.1.0");
	CHECK(d.time == 77 && d.panic.fatal);
	d = with_status(null, NULL);
	dump_panic_text(&d, text, sizeof(text));
	CHECK_STR(text, sealed);
	CHECK(!d.release[0] && d.time == 5);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		d = with_status(bad[i], NULL);
		CHECK(!d.panic.reason[0] && !d.panic.fingerprint[0] && !d.release[0]);
		CHECK_EQ(d.time, 5);
	}
	/* A log that can be read says it better. */
	d = with_status(known, panic_log);
	CHECK(!strstr(d.panic.reason, "BUG: x"));
	CHECK_OP(strncmp(d.panic.fingerprint, "0123", 4), !=, 0);
}

RUN(reason_of_the_status)
