/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fake_target.c - a capture with a target that is a directory of its own */
#include "fake_target.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fake_open(struct target *t, const char *name, unsigned how, const struct deadline *by,
		     struct target_file *out)
{
	struct fake_target *f = (struct fake_target *)t;

	(void)by;
	*out = (struct target_file){ .how = how };
	snprintf(out->name, sizeof(out->name), "%s", name);
	target_part_name(name, out->part);
	snprintf(out->path, sizeof(out->path), "%s/%s", f->dir, out->part);
	out->fd = open(out->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return out->fd < 0 ? (fail)(-errno, "open") : 0;
}

static int fake_close(struct target *t, struct target_file *file, enum file_end end,
		      const struct deadline *by)
{
	struct fake_target *f = (struct fake_target *)t;

	(void)by;
	f->end = end;
	if (file->fd >= 0)
		close(file->fd);
	return f->close_says ? (fail)(f->close_says, "sync") : 0;
}

static int fake_space(struct target *t, const struct deadline *by, uint64_t *out)
{
	(void)by;
	*out = ((struct fake_target *)t)->space;
	return 0;
}

const struct target_ops fake_directory = {
	.kind = "directory", .open = fake_open, .close = fake_close, .space = fake_space
};
const struct target_ops fake_stream = { .kind = "stream",
					.stream = true,
					.open = fake_open,
					.close = fake_close,
					.space = fake_space };

void fake_begin(struct bench *b, const struct target_ops *ops)
{
	memset(b, 0, sizeof(*b));
	b->c.failsafe.fd = -1;
	b->c.cfg.vmcore = "/proc/self/exe";
	b->c.status.started = clock_ns();
	b->t.base.ops = ops;
	b->t.space = 1ull << 40;
	strcpy(b->t.base.address, "the-place");
	temp_dir(b->t.dir);
	fail_clear();
}

void fake_end(struct bench *b)
{
	char command[128];

	manifest_clear(&b->c);
	snprintf(command, sizeof(command), "rm -r %s", b->t.dir);
	CHECK_EQ(system(command), 0);
}
