/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_target_ssh_space.c - the ssh target: old dumps that go, and scp as the collector */
#include "base/err.h"

#include "ssh_server.h"

/* core_collector scp: a program of its own, then the same ending. */
TEST(scp)
{
	struct deadline by = deadline_in(200);
	struct target_file f;
	struct stat st;
	char path[500];
	const char *const argv[] = { "scp", "-F", SSH_CONFIG, "-q", "/run/t/core", f.path, NULL };
	struct child_cfg cfg = { .argv = argv, .in = -1, .out = 1, .err = 2 };

	/* The remote shell of an old scp would take the usual one apart. */
	plan_set(&plan.targets[0].path, "/srv/dumps");
	target->ops->free(target);
	fine(target_new(&(struct target_cfg){ .plan = &plan, .spec = &plan.targets[0] }, &target));
	begin();
	sh("head -c 300000 /dev/urandom > /run/t/core; chmod 400 /run/t/core");
	fine(target->ops->copy(target, &by, &f));
	CHECK_EQ(f.fd, -1);
	fine(child_run(&cfg, &by));
	fine(target->ops->close(target, &f, FILE_DONE, &by));
	snprintf(path, sizeof(path), "/srv/dumps/%s/vmcore", target->dir);
	CHECK_EQ(stat(path, &st), 0);
	CHECK_EQ(st.st_mode, S_IFREG | 0600);
	sh("cmp /run/t/core /srv/dumps/*/vmcore");
}

#define MACHINE "0123456789abcdef0123456789abcdef"
#define MINE	"echo '{\"host\":\"h\",\"machine_id\":\"" MACHINE "\",\"test\":null}' > "
#define THEIRS	"echo '{\"host\":\"h\",\"machine_id\":\"f" MACHINE "\",\"test\":null}' > "

/* Old dumps: b is the newest good one, c is cut short, d has somebody's folder in it, e a file. */
static void old_dumps(void)
{
	sh("mkdir -p /srv/dumps; cd /srv/dumps; for d in a-1 a-2 b-1; do "
	   "mkdir 10.0.0.9-2026-01-0${d#*-}-00:00:0$(echo ${d%-*} | tr ab 12); done; "
	   "for d in *; do head -c 1500000 /dev/zero > $d/vmcore.flat; " MINE
	   "$d/kdump-status.json; done; "
	   "d=10.0.0.9-2026-01-03-00:00:00; mkdir $d; : > $d/vmcore-incomplete; " MINE
	   "$d/kdump-status.json; "
	   "mkdir -p 10.0.0.9-2026-01-01-00:00:07/mine; "
	   ": > 10.0.0.9-2026-01-01-00:00:07/vmcore; " MINE
	   "10.0.0.9-2026-01-01-00:00:07/kdump-status.json; "
	   "cp -r 10.0.0.9-2026-01-01-00:00:01 10.0.0.9-2026-01-01-00:00:08; "
	   ": > 10.0.0.9-2026-01-01-00:00:08/analysis.txt; "
	   ": > 10.0.0.9-2026-01-01-00:00:01/kexec-dmesg.log; "
	   ": > 10.0.0.9-2026-01-01-00:00:01/.vmcore.json.part; "
	   "touch -d 2026-01-01 10.0.0.9-2026-01-01-00:00:01; "
	   "mkdir 10.0.0.8-2026-01-01-00:00:00 notes; "
	   ": > 10.0.0.8-2026-01-01-00:00:00/vmcore; " THEIRS
	   "10.0.0.8-2026-01-01-00:00:00/kdump-status.json; "
	   /* Of the same address, but of another machine, and of nobody knows which. */
	   "mkdir 10.0.0.9-2025-01-01-00:00:00 10.0.0.9-2025-01-02-00:00:00; "
	   ": > 10.0.0.9-2025-01-01-00:00:00/vmcore; "
	   ": > 10.0.0.9-2025-01-02-00:00:00/vmcore; " THEIRS
	   "10.0.0.9-2025-01-01-00:00:00/kdump-status.json; ls");
}

static void check_left(const char *names)
{
	char command[400];

	snprintf(command, sizeof(command),
		 "[ \"$(ls /srv/dumps | paste -sd,)\" = '%s' ] || "
		 "{ ls /srv/dumps; exit 1; }",
		 names);
	sh(command);
}

#define D(day, second) "10.0.0.9-2026-01-" day "-00:00:" second
#define OTHERS \
	"10.0.0.8-2026-01-01-00:00:00,10.0.0.9-2025-01-01-00:00:00,10.0.0.9-2025-01-02-00:00:00,"

TEST(rotation)
{
	struct deadline by = deadline_in(200);
	unsigned removed;
	uint64_t space;

	plan_set(&plan.targets[0].path, "/srv/dumps");
	plan_set(&plan.machine, MACHINE);
	target->ops->free(target);
	fine(target_new(&(struct target_cfg){ .plan = &plan, .spec = &plan.targets[0] }, &target));
	old_dumps();
	fine(target->ops->up(target, &by));
	strcpy(target->host, "10.0.0.9");
	fine(target->ops->begin(target, "10.0.0.9-2026-01-05-00:00:00", &by));
	/* As before a dump with keep_dumps 3: the two newest good ones stay. */
	fine(target->ops->make_space(target, 2, 0, &by, &removed));
	CHECK_EQ(removed, 1);
	check_left(OTHERS D("01", "02") "," D("01", "07") "," D("01", "08") "," D("02", "01") "," D(
		"03", "00") "," D("05", "00") ",notes");
	/* Space: one more goes, then there is enough. */
	fine(target->ops->space(target, &by, &space));
	fine(target->ops->make_space(target, ROTATION_KEEP_ALL, space + 1000000, &by, &removed));
	CHECK_EQ(removed, 1);
	/* The last good one never goes for space; what is cut short does. */
	fine(target->ops->make_space(target, ROTATION_KEEP_ALL, UINT64_MAX, &by, &removed));
	check_left(OTHERS D("01", "07") "," D("01", "08") "," D("02", "01") "," D("05",
										  "00") ",notes");
}

/* A link with the name of a dump is not one, and what it leads to is not removed. */
TEST(links_are_not_followed)
{
	struct deadline by = deadline_in(200);
	unsigned removed;

	plan_set(&plan.targets[0].path, "/srv/dumps");
	plan_set(&plan.machine, MACHINE);
	target->ops->free(target);
	fine(target_new(&(struct target_cfg){ .plan = &plan, .spec = &plan.targets[0] }, &target));
	sh("mkdir -p /srv/dumps /srv/elsewhere; : > /srv/elsewhere/vmcore; " MINE
	   "/srv/elsewhere/kdump-status.json; cd /srv/dumps; "
	   "ln -s ../elsewhere 10.0.0.9-2026-01-01-00:00:00; "
	   "for d in 2 3; do mkdir 10.0.0.9-2026-01-0$d-00:00:00; "
	   ": > 10.0.0.9-2026-01-0$d-00:00:00/vmcore; " MINE
	   "10.0.0.9-2026-01-0$d-00:00:00/kdump-status.json; "
	   "touch -d 2026-01-0$d 10.0.0.9-2026-01-0$d-00:00:00; done");
	fine(target->ops->up(target, &by));
	strcpy(target->host, "10.0.0.9");
	fine(target->ops->begin(target, "10.0.0.9-2026-01-05-00:00:00", &by));
	fine(target->ops->make_space(target, 1, 0, &by, &removed));
	CHECK_EQ(removed, 1);
	sh("test -e /srv/elsewhere/vmcore && test -L /srv/dumps/10.0.0.9-2026-01-01-00:00:00");
	check_left(D("01", "00") "," D("03", "00") "," D("05", "00"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SSHD(scp),
		WITH_SSHD(rotation),
		WITH_SSHD(links_are_not_followed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
