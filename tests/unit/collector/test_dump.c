/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_dump.c - dumps by name and content: directories, what a server lists, states, dates */
#include "systemd/dumps/dump_list.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "check.h"
#include "systemd/dumps/after_crash.h"
#include "systemd/dumps/dump_status.h"
#include "temp_root.h"

#include <endian.h>
#include <time.h>

static const char panic_log[] =
	"[    9.0] sysrq: Trigger a crash\n"
	"[    9.1] Kernel panic - not syncing: sysrq triggered crash\n"
	"[    9.2] CPU: 1 PID: 77 Comm: bash Not tainted 6.1.0-18-amd64 #1\n";

/* The first bytes of a dump. */
static void header(struct dump_header *h, bool whole)
{
	memset(h, 0, sizeof(*h));
	memcpy(h->signature, DUMP_SIGNATURE, 8);
	strcpy(h->uts.release, "6.12.1-test");
	h->tv_sec = 1700000000;
	h->status = whole ? 0 : DUMP_INCOMPLETE;
}

static struct dump of(const char *file, const void *data, size_t len)
{
	struct dump d;

	dump_init(&d, "127.0.0.1-2026-11-21-14:03:22");
	dump_file(&d, file, len, 5, data, len);
	dump_end(&d);
	return d;
}

TEST(states)
{
	struct dump_header h;

	header(&h, true);
	CHECK_EQ(of("vmcore", &h, sizeof(h)).state, DUMP_STATE_COMPLETE);
	CHECK_EQ(of("vmcore-incomplete", &h, sizeof(h)).state, DUMP_STATE_PARTIAL);
	CHECK_EQ(of("vmcore.flat", "makedumpfile", 12).state, DUMP_STATE_COMPLETE);
	CHECK_EQ(of("vmcore-incomplete.flat", "makedumpfile", 12).state, DUMP_STATE_PARTIAL);
	CHECK_EQ(of("vmcore", "\177ELF", 4).state, DUMP_STATE_COMPLETE);
	CHECK_EQ(of("vmcore-dmesg.txt", panic_log, strlen(panic_log)).state, DUMP_STATE_LOG);
	CHECK_EQ(of("vmcore", "", 0).state, DUMP_STATE_NOTHING);
	CHECK_EQ(of("other", "x", 1).state, DUMP_STATE_NOTHING);
	/* Of other programs. */
	CHECK_EQ(of("dump.202611211403", "makedumpfile", 12).state, DUMP_STATE_COMPLETE);
	CHECK_EQ(of("dump-incomplete", "makedumpfile", 12).state, DUMP_STATE_PARTIAL);
	CHECK_EQ(of("dmesg.202611211403", panic_log, strlen(panic_log)).state, DUMP_STATE_LOG);
	CHECK_EQ(of("dmesg.txt", panic_log, strlen(panic_log)).panic.pid, 77);
	CHECK_EQ(of("dump.sql", "x", 1).state, DUMP_STATE_NOTHING);
	CHECK_EQ(of("dump.2026112114031", "x", 1).state, DUMP_STATE_NOTHING);
	header(&h, false);
	CHECK_EQ(of("vmcore", &h, sizeof(h)).state, DUMP_STATE_PARTIAL);
}

TEST(header_facts)
{
	struct dump_header h;
	unsigned char flat[FLAT_BLOCK + sizeof(struct flat_record) + sizeof(h)] = FLAT_MAGIC;
	struct flat_record record = { .size = htobe64(sizeof(h)) };
	struct dump d;

	header(&h, true);
	d = of("vmcore", &h, sizeof(h));
	CHECK_STR(d.release, "6.12.1-test");
	CHECK_EQ(d.time, 1700000000);
	memcpy(flat + FLAT_BLOCK, &record, sizeof(record));
	memcpy(flat + FLAT_BLOCK + sizeof(record), &h, sizeof(h));
	d = of("vmcore.flat", flat, sizeof(flat));
	CHECK_STR(d.release, "6.12.1-test");
	CHECK_EQ(d.state, DUMP_STATE_COMPLETE);
	/* A release is text from a file: nothing else than a word gets through. */
	memset(h.uts.release, 0x1b, sizeof(h.uts.release));
	CHECK_STR(of("vmcore", &h, sizeof(h)).release, "");
	/* Cut short anywhere. */
	for (size_t n = 0; n < sizeof(flat); n += 7)
		of("vmcore.flat", flat, n);
}

TEST(names)
{
	struct tm tm = { .tm_year = 126,
			 .tm_mon = 10,
			 .tm_mday = 21,
			 .tm_hour = 14,
			 .tm_min = 3,
			 .tm_sec = 22,
			 .tm_isdst = -1 };
	int64_t when = mktime(&tm);

	CHECK_EQ(dump_name_time("127.0.0.1-2026-11-21-14:03:22"), when);
	CHECK_EQ(dump_name_time("web-1-2026-11-21-14:03:22-2"), when);
	CHECK_EQ(dump_name_time("2026-11-21-14:03"), when - 22);
	CHECK_EQ(dump_name_time("2026-11-21-14-03"), when - 22);
	CHECK_EQ(dump_name_time("202611211403"), when - 22);
	CHECK_EQ(dump_name_time("host"), 0);
	CHECK_EQ(dump_name_time(""), 0);
}

/* A capture that ended told so; one that is switched off cannot. */
TEST(status_of_one_that_did_not_end)
{
	static const char running[] = "{\"state\":\"running\",\"errors\":[]}";
	static const char partial[] = "{\"state\":\"partial\",\"errors\":[]}";
	static const char why[] = "{\"state\":\"running\",\"errors\":[\"no space\"]}";
	struct dump d;

	dump_init(&d, "x");
	dump_file(&d, "kdump-status.json", 1, 5, running, strlen(running));
	CHECK(strstr(d.error, "did not finish"));
	dump_file(&d, "kdump-status.json", 1, 5, partial, strlen(partial));
	CHECK_STR(d.error, "");
	dump_file(&d, "kdump-status.json", 1, 5, why, strlen(why));
	CHECK(strncmp(d.error, "no space; ", 10) == 0 && strstr(d.error, "did not finish"));
}

TEST(status)
{
	static const char json[] = "{\"version\":1,\"state\":\"partial\",\"errors\":[\"disk full\","
				   "\"second\"]}",
			  hostile[] = "{\"errors\":[\"a\\u001b[2J\\nb\\u007f\"]}";
	char many[8000];
	struct dump d;
	size_t n;

	dump_init(&d, "x");
	dump_file(&d, "kdump-status.json", sizeof(json), 5, json, strlen(json));
	CHECK_STR(d.error, "disk full; second");
	CHECK_EQ(d.time, 5);
	dump_file(&d, "kdump-status.json", 3, 5, "{\"e", 3);
	CHECK(strstr(d.error, "kdump-status.json is damaged"));
	dump_file(&d, "kdump-status.json", 3, 5, "[1]", 3);
	CHECK(strstr(d.error, "kdump-status.json is damaged"));
	dump_file(&d, "kdump-status.json", 0, 5, "", 0);
	CHECK(strstr(d.error, "kdump-status.json is empty"));
	dump_file(&d, "kdump-status.json", 14, 5, "{\"errors\":[1]}", 14);
	CHECK_STR(d.error, "");
	CHECK(!dump_end(&d));
	/* More of them than there is room for. */
	n = (size_t)snprintf(many, sizeof(many), "{\"errors\":[\"x\"");
	for (unsigned i = 0; i < 16; i++)
		n += (size_t)snprintf(many + n, sizeof(many) - n, ",\"%0300d\"", (int)i);
	n += (size_t)snprintf(many + n, sizeof(many) - n, "]}");
	dump_file(&d, "kdump-status.json", n, 5, many, n);
	CHECK_EQ(strlen(d.error), sizeof(d.error) - 1);
	/* Words of a server may be among them. */
	dump_file(&d, "kdump-status.json", sizeof(hostile), 5, hostile, strlen(hostile));
	CHECK_STR(d.error, "a?[2J?b?");
}

/* The capture's errors stay where all pages are there; a missing status file is one itself. */
TEST(errors_of_a_complete_dump)
{
	static const char json[] = "{\"errors\":[\"ended by signal 11\"]}";
	struct dump d;
	char text[400];

	dump_init(&d, "x");
	dump_file(&d, "vmcore", 4, 5, "\177ELF", 4);
	dump_file(&d, "kdump-status.json", sizeof(json), 5, json, strlen(json));
	CHECK(dump_end(&d));
	dump_state_text(&d, text, sizeof(text));
	CHECK_STR(text, "complete, with errors: ended by signal 11");
	dump_panic_text(&d, text, sizeof(text));
	CHECK_STR(text, "unknown, there is no kernel log");
	d = of("vmcore-incomplete", "\177ELF", 4);
	CHECK(strstr(d.error, "kdump-status.json is missing"));
	CHECK_STR(of("dump.202611211403", "makedumpfile", 12).error, "");
	d = of("vmcore-dmesg-incomplete.txt", panic_log, strlen(panic_log));
	CHECK(d.has_log && !d.log[0]);
	d = of("vmcore-dmesg.txt", panic_log, strlen(panic_log));
	CHECK_STR(d.log, "vmcore-dmesg.txt");
}

TEST(added_files)
{
	static const char json[] =
		"{\"files\":[{\"name\":\"vmcore-dmesg.txt\",\"state\":\"failed\","
		"\"error\":\"a\\nb\"},{\"name\":\"x\",\"state\":\"complete\"},"
		"{\"name\":5},7,{\"name\":\"y\"},{\"name\":\"z\"},{\"name\":\"more\"}]}";
	struct dump d;

	dump_init(&d, "x");
	for (size_t n = 0; n < strlen(json); n++) {
		dump_file(&d, "kdump-added.json", n, 5, json, n);
		CHECK_EQ(d.nr_added, 0);
	}
	dump_file(&d, "kdump-added.json", sizeof(json), 5, json, strlen(json));
	CHECK_EQ(d.nr_added, DUMP_ADDED_MAX);
	CHECK_EQ(dump_added_find(&d, "vmcore-dmesg.txt")->state, DUMP_ADDED_FAILED);
	CHECK_STR(dump_added_find(&d, "vmcore-dmesg.txt")->error, "a?b");
	CHECK_EQ(dump_added_find(&d, "x")->state, DUMP_ADDED_COMPLETE);
	CHECK_EQ(dump_added_find(&d, "y")->state, DUMP_ADDED_TRIED);
	CHECK(!dump_added_find(&d, "more"));
}

/* A core that is whole, and what the status file says of its level. */
static struct dump with_level(const char *level)
{
	struct dump_header h;
	struct dump d;
	char json[100];

	header(&h, true);
	snprintf(json, sizeof(json), "{\"level\":%s}", level);
	dump_init(&d, "127.0.0.1-2026-11-21-14:03:22");
	dump_file(&d, "vmcore", sizeof(h), 5, &h, sizeof(h));
	dump_file(&d, "kdump-status.json", strlen(json), 5, json, strlen(json));
	dump_end(&d);
	return d;
}

TEST(a_dump_of_another_level_is_not_complete)
{
	struct dump d = with_level("{\"asked\":31,\"saved\":0}");

	CHECK_STR(d.state_text, "complete at level 0 instead of 31");
	CHECK(!dump_as_asked(&d));
	d = with_level("{\"asked\":31,\"saved\":31}");
	CHECK_STR(d.state_text, "complete");
	CHECK(dump_as_asked(&d));
	/* The command named no level, and left nothing: a fallback's level is not what was asked
	 * for. */
	d = with_level("{\"asked\":null,\"saved\":31}");
	CHECK_STR(d.state_text, "complete at level 31, not core_collector's");
	CHECK(!dump_as_asked(&d));
	d = with_level("{\"asked\":null,\"saved\":null}");
	CHECK(dump_as_asked(&d));
	d = with_level("{\"asked\":99,\"saved\":-5}");
	CHECK(dump_as_asked(&d));
	d = with_level("[]");
	CHECK(dump_as_asked(&d));
}

/* Newest first; what is no dump is left out; a link is not followed. */
TEST(directory)
{
	struct target_access p = { .kind = ACCESS_DIR };
	struct dumps all;
	char path[256];

	root_new();
	root_put("/crash/127.0.0.1-2026-01-01-10:00:00/vmcore", "\177ELF");
	root_put("/crash/127.0.0.1-2026-01-01-10:00:00/vmcore-dmesg.txt", panic_log);
	root_put("/crash/127.0.0.1-2026-02-01-10:00:00/vmcore-incomplete", "\177ELF");
	root_put("/crash/kdump-test-5/kdump-status.json", "{}");
	root_put("/crash/scripts/pre.sh", "");
	root_put("/crash/file", "");
	snprintf(path, sizeof(path), "%s/crash/link", temp_root);
	CHECK_EQ(symlink("127.0.0.1-2026-01-01-10:00:00", path), 0);
	snprintf(p.dir, sizeof(p.dir), "%s/crash", temp_root);
	CHECK_EQ(dumps_read(&p, &all), 0);
	CHECK_EQ(all.nr, 3);
	CHECK(dumps_find(&all, "kdump-test-5")->test);
	CHECK_STR(dumps_find(&all, "127.0.0.1-2026-01-01-10:00:00")->panic.process, "bash");
	CHECK_STR(dumps_find(&all, "127.0.0.1-2026-01-01-10:00:00")->release, "6.1.0-18-amd64");
	CHECK_EQ(dumps_find(&all, "127.0.0.1-2026-02-01-10:00:00")->state, DUMP_STATE_PARTIAL);
	CHECK(dumps_find(&all, "last") == &all.dump[0] && dumps_find(&all, "3") == &all.dump[2]);
	CHECK(!dumps_find(&all, "4") && !dumps_find(&all, "0") && !dumps_find(&all, "nope"));
	CHECK(all.dump[0].time >= all.dump[1].time && all.dump[1].time >= all.dump[2].time);
	dumps_free(&all);
	snprintf(p.dir, sizeof(p.dir), "%s/nothing", temp_root);
	CHECK_EQ(dumps_read(&p, &all), 0);
	CHECK_EQ(all.nr, 0);
	root_drop();
}

/* More than anybody keeps: a limit, and no harm. */
TEST(many)
{
	struct target_access p = { .kind = ACCESS_DIR };
	char path[300], *text = malloc(64 * (DUMPS_MAX + 10));
	struct dumps all = { 0 };
	size_t len = 0;

	root_new();
	CHECK_EQ(files_mkdir(temp_root, "/crash", 0755), 0);
	for (unsigned i = 0; i < DUMPS_MAX + 10; i++) {
		snprintf(path, sizeof(path), "%s/crash/kdump-test-%u", temp_root, i);
		CHECK_EQ(mkdir(path, 0700), 0);
		len += (size_t)sprintf(text + len, "F 4 102 4 kdump-test-%u/vmcore\n\177ELF", i);
	}
	snprintf(p.dir, sizeof(p.dir), "%s/crash", temp_root);
	CHECK_EQ(dumps_read(&p, &all), 0);
	CHECK_EQ(all.nr, DUMPS_MAX);
	dumps_free(&all);
	CHECK_EQ(dumps_parse(text, len, &all), 0);
	CHECK_EQ(all.nr, DUMPS_MAX);
	dumps_free(&all);
	free(text);
	root_drop();
}

TEST(server_text)
{
	static const char text[] = "F 9 100 4 a-2026-01-01-10:00:00/vmcore\n\177ELF"
				   "F 3 101 3 a-2026-01-01-10:00:00/vmcore-dmesg.txt\nx\ny"
				   "F 4 102 4 b with blanks/vmcore-incomplete\n\177ELF"
				   "F 1 103 1 c/other\nz";
	struct dumps all = { 0 };

	CHECK_EQ(dumps_parse(text, sizeof(text) - 1, &all), 0);
	CHECK_EQ(all.nr, 2);
	CHECK_EQ(all.dump[0].size, 9);
	CHECK_EQ(all.dump[0].state, DUMP_STATE_COMPLETE);
	CHECK_STR(all.dump[1].name, "b with blanks");
	dumps_free(&all);
	/* Cut anywhere, or with lengths that lie. */
	for (size_t n = 0; n < sizeof(text); n++) {
		char *copy = malloc(n + 1);

		memcpy(copy, text, n);
		CHECK_EQ(dumps_parse(copy, n, &all), 0);
		dumps_free(&all);
		free(copy);
	}
	CHECK_EQ(dumps_parse("F 9 9 99999999999999999999 a/vmcore\n", 36, &all), 0);
	CHECK_EQ(all.nr, 0);
	dumps_free(&all);
}

/* The command that a server runs, run here by a shell, gives what a look at the directory gives. */
TEST(server_command)
{
	char dir[256], command[8192];
	struct dumps all = { 0 };
	size_t len;
	char *text = malloc(1 << 20);
	FILE *f;

	root_new();
	root_put("/it's here/127.0.0.1-2026-01-01-10:00:00/vmcore", "\177ELF");
	root_put("/it's here/127.0.0.1-2026-01-01-10:00:00/vmcore-dmesg.txt", panic_log);
	root_put("/it's here/empty/x", "");
	root_put("/it's here/202501011000/dump.202501011000", "\177ELF");
	root_put("/it's here/202501011000/dmesg.202501011000", panic_log);
	snprintf(dir, sizeof(dir), "%s/it's here", temp_root);
	CHECK_EQ(dumps_command(dir, false, command, sizeof(command)), 0);
	f = popen(command, "r");
	len = fread(text, 1, 1 << 20, f);
	CHECK_EQ(pclose(f), 0);
	CHECK_EQ(dumps_parse(text, len, &all), 0);
	CHECK_EQ(all.nr, 2);
	for (unsigned i = 0; i < 2; i++) {
		CHECK_EQ(all.dump[i].state, DUMP_STATE_COMPLETE);
		CHECK_EQ(all.dump[i].panic.pid, 77);
	}
	CHECK_EQ(dumps_command(dir, false, command, 40), -E2BIG);
	fail_clear();
	dumps_free(&all);
	free(text);
	root_drop();
}

TEST(words)
{
	struct dump d = of("vmcore-dmesg.txt", panic_log, strlen(panic_log));
	char text[600];

	after_crash_message(&d, "/var/crash", text, sizeof(text));
	CHECK(strstr(text, "sysrq: Trigger a crash, CPU 1, process bash (77)") != NULL);
	CHECK(strstr(text, "/var/crash/127.0.0.1-2026-11-21-14:03:22") != NULL);
	CHECK(strstr(text, "2026-11-21 14:03:22") != NULL);
}

RUN(states, a_dump_of_another_level_is_not_complete, header_facts, names,
    status_of_one_that_did_not_end, status, errors_of_a_complete_dump, added_files, directory, many,
    server_text, server_command, words)
