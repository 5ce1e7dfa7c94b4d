/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_nfs_mount.c - what is asked of the kernel to mount an NFS server, and what its answers lead
 * to
 *
 * mount() answers for the server from a list; an answer of 0 mounts the test's own disk instead.
 */
#include "initramfs/capture/target/target.h"

#include "base/err.h"
#include "capture_disk.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define ASKED_MAX 8
#define HANGS	  -1

/* mount() is called in processes of their own. */
static struct shared {
	int answer[ASKED_MAX]; /* 0, an errno, or HANGS; the last one counts for all that follow */
	unsigned nr_answers, asked;
	char data[ASKED_MAX][256], source[128];
	char loop[32];
} *shared;

int mount(const char *source, const char *dir, const char *type, unsigned long flags,
	  const void *data)
{
	unsigned n = shared ? shared->asked : 0;
	unsigned last = shared && shared->nr_answers ? shared->nr_answers - 1 : 0;
	int answer;

	if (!shared || strcmp(type, "nfs") != 0)
		return (int)syscall(SYS_mount, source, dir, type, flags, data);
	answer = shared->answer[n < last ? n : last];
	if (n < ASKED_MAX)
		snprintf(shared->data[n], sizeof(shared->data[n]), "%s", (const char *)data);
	snprintf(shared->source, sizeof(shared->source), "%s", source);
	shared->asked++;
	while (answer == HANGS)
		pause();
	if (answer == 0)
		return (int)syscall(SYS_mount, shared->loop, dir, "ext4", flags, NULL);
	errno = answer;
	return -1;
}

struct server {
	struct disk disk;
	struct plan_target spec;
	struct target *t;
};

static void server_new(struct server *s, const int *answers, unsigned nr)
{
	disk_make(&s->disk, 16, "mkfs.ext4 -q -U %s", "timeout network=20 mount=20 stall=60\n");
	CHECK_OP(nr, <=, ASKED_MAX);
	memset(shared, 0, sizeof(*shared));
	memcpy(shared->answer, answers, nr * sizeof(*answers));
	shared->nr_answers = nr;
	strcpy(shared->loop, s->disk.loop);
	s->spec = *s->disk.cfg.spec;
	s->spec.kind = PLAN_NFS;
	s->spec.source = (char *)"nas.example:/crash";
	s->spec.address = (char *)"192.0.2.9";
	s->spec.options = (char *)"";
	s->disk.cfg.spec = &s->spec;
	fail_clear();
	CHECK_EQ(target_nfs_new(&s->disk.cfg, &s->t), 0);
}

static void server_free(struct server *s)
{
	struct deadline by = deadline_in(20);

	s->t->ops->down(s->t, &by);
	s->t->ops->free(s->t);
	disk_free(&s->disk);
}

#define SERVER(s, ...)                                                         \
	do {                                                                   \
		const int answers_[] = { __VA_ARGS__ };                        \
                                                                               \
		server_new(s, answers_, sizeof(answers_) / sizeof(*answers_)); \
	} while (0)

static int up(struct server *s, unsigned ms)
{
	struct deadline by = deadline_in_ms(ms);

	return s->t->ops->up(s->t, &by);
}

static bool asked(unsigned i, const char *part)
{
	return i < shared->asked && strstr(shared->data[i], part);
}

TEST(the_newest_version_is_asked_for_first)
{
	struct deadline by = deadline_in(20);
	struct server s;
	char command[200];

	SERVER(&s, 0);
	CHECK_EQ(up(&s, 20000), 0);
	CHECK_EQ(shared->asked, 1);
	CHECK_STR(shared->source, "nas.example:/crash");
	CHECK(asked(0, "vers=4.2,addr=192.0.2.9,proto=tcp,softerr,timeo=20,"));
	/* It is a directory like any other from here on. */
	CHECK_EQ(s.t->ops->begin(s.t, "dump", &by), 0);
	snprintf(command, sizeof(command), "test -d %s/var/crash/dump", s.disk.mount);
	CHECK_EQ(shell("%s", command), 0);
	server_free(&s);
}

TEST(an_older_version_when_the_server_has_no_other)
{
	struct server s;

	SERVER(&s, EPROTONOSUPPORT, EPROTONOSUPPORT, ENODEV, 0);
	CHECK_EQ(up(&s, 20000), 0);
	CHECK_EQ(shared->asked, 4);
	CHECK(asked(1, "vers=4.1,") && asked(2, "vers=4.0,"));
	CHECK(asked(3, "vers=3,") && asked(3, "mountaddr=192.0.2.9"));
	server_free(&s);
}

TEST(an_older_kernel_is_asked_without_softerr)
{
	struct server s;

	SERVER(&s, EINVAL, 0);
	CHECK_EQ(up(&s, 20000), 0);
	CHECK_EQ(shared->asked, 2);
	CHECK(asked(0, "vers=4.2,") && asked(0, ",softerr,"));
	CHECK(asked(1, "vers=4.2,") && asked(1, ",soft,"));
	server_free(&s);
}

TEST(a_server_that_is_not_ready_is_asked_again)
{
	struct server s;

	SERVER(&s, ECONNREFUSED, 0);
	CHECK_EQ(up(&s, 20000), 0);
	CHECK_EQ(shared->asked, 2);
	CHECK(asked(1, "vers=4.2,"));
	server_free(&s);
}

TEST(a_server_that_refuses_is_not_asked_again)
{
	struct server s;

	SERVER(&s, EACCES);
	CHECK_EQ(up(&s, 20000), -EACCES);
	CHECK_EQ(shared->asked, 1);
	CHECK(strstr(fail_text(), "nas.example:/crash: the server does not let "));
	CHECK(strstr(fail_text(), "look at its exports"));
	server_free(&s);
	SERVER(&s, ENOENT);
	CHECK_EQ(up(&s, 20000), -ENOENT);
	CHECK_EQ(shared->asked, 1);
	CHECK(strstr(fail_text(), "nas.example:/crash"));
	server_free(&s);
}

TEST(a_server_that_is_silent_is_given_up)
{
	struct server s;

	SERVER(&s, HANGS);
	CHECK_EQ(up(&s, 300), -ETIMEDOUT);
	CHECK_EQ(shared->asked, 1);
	CHECK(strstr(fail_text(), "nas.example:/crash: the server at 192.0.2.9 does not answer"));
	server_free(&s);
}

/* It was not silent all the time, and what it said tells why. */
TEST(the_last_answer_of_a_server_is_said_when_time_is_over)
{
	struct server s;

	SERVER(&s, ECONNREFUSED, HANGS);
	CHECK_EQ(up(&s, 3000), -ETIMEDOUT);
	CHECK_EQ(shared->asked, 2);
	CHECK(strstr(fail_text(), "the server at 192.0.2.9 is not ready in time: mount "));
	CHECK(strstr(fail_text(), "Connection refused"));
	server_free(&s);
}

TEST(an_image_without_the_servers_address_says_so)
{
	struct target *t;
	struct server s;

	SERVER(&s, 0);
	s.spec.address = (char *)"";
	CHECK_EQ(target_nfs_new(&s.disk.cfg, &t), -EINVAL);
	CHECK(strstr(fail_text(), "the image has no address of the server; rebuild it"));
	server_free(&s);
}

static int map_shared(void **state)
{
	(void)state;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	return shared == MAP_FAILED;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		U4(the_newest_version_is_asked_for_first,
		   an_older_version_when_the_server_has_no_other,
		   an_older_kernel_is_asked_without_softerr,
		   a_server_that_is_not_ready_is_asked_again),
		U4(a_server_that_refuses_is_not_asked_again, a_server_that_is_silent_is_given_up,
		   the_last_answer_of_a_server_is_said_when_time_is_over,
		   an_image_without_the_servers_address_says_so),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, map_shared, NULL);
}
