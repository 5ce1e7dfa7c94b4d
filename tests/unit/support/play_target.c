/* SPDX-License-Identifier: GPL-2.0-or-later */
/* play_target.c - a target that is a directory, and hangs or dies where it should */
#include "play_target.h"

#include "base/err.h"
#include "check.h"
#include "initramfs/capture/console.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum target_op play_hangs = TARGET_OP_COUNT, play_dies = TARGET_OP_COUNT;
bool *play_reached;
int (*play_fault)(const struct target *t);
void (*play_hang)(void);

static int play_reach(const struct target *t, enum target_op op)
{
	if (play_fault)
		return play_fault(t);
	if (strcmp(t->cfg.spec->source, "first") != 0)
		return 0;
	if (play_reached)
		play_reached[op] = true;
	while (op == play_hangs)
		play_hang ? play_hang() : (void)pause();
	if (op == play_dies)
		kill(getpid(), SIGKILL);
	return 0;
}

#define PLAY_REACH(t, op)                    \
	do {                                 \
		int rc_ = play_reach(t, op); \
                                             \
		if (rc_ < 0)                 \
			return rc_;          \
	} while (0)

static int play_up(struct target *t, const struct deadline *by)
{
	(void)by;
	PLAY_REACH(t, TARGET_OP_up);
	strcpy(t->host, "192.0.2.7");
	return 0;
}

static int play_space(struct target *t, const struct deadline *by, uint64_t *out)
{
	(void)by;
	PLAY_REACH(t, TARGET_OP_space);
	*out = 12345ull << 20;
	return 0;
}

static int play_begin(struct target *t, const char *name, const struct deadline *by)
{
	(void)by;
	PLAY_REACH(t, TARGET_OP_begin);
	console_log("begin in the process of the target");
	snprintf(t->dir, sizeof(t->dir), "%s-2", name);
	return strcmp(name, "bad") == 0 ? fail_adopt(-EROFS, "words of the target") : 0;
}

static int play_open(struct target *t, const char *name, unsigned how, const struct deadline *by,
		     struct target_file *out)
{
	(void)by;
	PLAY_REACH(t, TARGET_OP_open);
	*out = (struct target_file){ .how = how };
	snprintf(out->name, sizeof(out->name), "%s", name);
	target_part_name(name, out->part);
	snprintf(out->path, sizeof(out->path), "%s/%s", t->cfg.spec->path, out->part);
	out->fd = open(out->path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	return out->fd < 0 ? -errno : 0;
}

static int play_by_path(struct target *t, struct target_file *f, const struct deadline *by)
{
	(void)by;
	PLAY_REACH(t, TARGET_OP_by_path);
	close(f->fd);
	f->fd = -1;
	return unlink(f->path);
}

static int play_copy(struct target *t, const struct deadline *by, struct target_file *out)
{
	(void)by;
	PLAY_REACH(t, TARGET_OP_copy);
	*out = (struct target_file){ .name = "vmcore", .fd = -1 };
	target_part_name(out->name, out->part);
	snprintf(out->path, sizeof(out->path), "%s/%s", t->cfg.spec->path, out->part);
	return 0;
}

static int play_start(struct target *t, const struct target_file *f, const struct child_cfg *cfg,
		      const struct deadline *by, struct child *out)
{
	struct child_cfg own = *cfg;

	(void)by;
	PLAY_REACH(t, TARGET_OP_start);
	if (f->fd >= 0)
		own.out = f->fd;
	return child_start(&own, out);
}

static int play_measure(struct target *t, const struct target_file *f, const struct deadline *by,
			struct target_size *out)
{
	struct stat st;

	(void)by;
	PLAY_REACH(t, TARGET_OP_measure);
	*out = (struct target_size){ .readable = true };
	if (stat(f->path, &st) < 0)
		return -errno;
	out->bytes = (uint64_t)st.st_size;
	return 0;
}

static int play_close(struct target *t, struct target_file *f, enum file_end end,
		      const struct deadline *by)
{
	char final[TARGET_PATH_MAX];

	(void)by;
	PLAY_REACH(t, TARGET_OP_close);
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
	target_final_path(f, final);
	if (end == FILE_NOTHING)
		return unlink(f->path);
	if (end == FILE_PARTIAL || (rename(f->path, final) < 0 && errno != ENOENT))
		return end == FILE_PARTIAL ? 0 : -errno;
	return 0;
}

static int play_make_space(struct target *t, unsigned keep, uint64_t need,
			   const struct deadline *by, unsigned *removed)
{
	(void)by;
	PLAY_REACH(t, TARGET_OP_make_space);
	*removed = keep + (unsigned)need;
	return 0;
}

static int play_put(struct target *t, const char *name, const void *data, size_t len,
		    const struct deadline *by)
{
	struct target_file f;
	int rc = play_open(t, name, true, by, &f);

	PLAY_REACH(t, TARGET_OP_put);
	if (rc == 0 && write(f.fd, data, len) != (ssize_t)len)
		rc = -EIO;
	return rc < 0 ? rc : play_close(t, &f, FILE_DONE, by);
}

static void play_down(struct target *t, const struct deadline *by)
{
	(void)by;
	(void)play_reach(t, TARGET_OP_down);
}

static void play_free(struct target *t)
{
	free(t);
}

#define PLAY(op) .op = play_##op,
static const struct target_ops play_ops = { .kind = "play", TARGET_OPS(PLAY).free = play_free };

int play_make(const struct target_cfg *cfg, struct target **out)
{
	*out = calloc(1, sizeof(**out));
	CHECK(*out);
	(*out)->ops = &play_ops;
	(*out)->cfg = *cfg;
	strcpy((*out)->address, "the-place");
	return 0;
}

bool play_each(bool (*try)(enum target_op))
{
	pid_t pid[TARGET_OP_COUNT];
	bool good = true;

	fflush(stdout);
	for (unsigned op = 0; op < TARGET_OP_COUNT; op++) {
		pid[op] = fork();
		if (pid[op] == 0) {
			(void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
			_exit(try((enum target_op)op) ? 0 : 1);
		}
	}
	for (unsigned op = 0; op < TARGET_OP_COUNT; op++) {
		int status = -1;

		(void)waitpid(pid[op], &status, 0);
		if (status != 0)
			fprintf(stderr, "# operation %u: status %d\n", op, status);
		good &= status == 0;
	}
	return good;
}
