/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target_proxy.c - send each operation of a target as a request to its process */
#include "initramfs/capture/target/target_proxy.h"

#include "base/err.h"
#include "initramfs/capture/console.h"
#include "initramfs/capture/target/target_call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static struct target_proxy *proxy_of(struct target *t)
{
	return (struct target_proxy *)t;
}

static struct target_request *fresh(struct target *t)
{
	struct target_request *q = &proxy_of(t)->request;

	*q = (struct target_request){ 0 };
	return q;
}

static int proxy_up(struct target *t, const struct deadline *by)
{
	struct target_proxy *p = proxy_of(t);
	int rc = 0;

	if (p->socket < 0 && !t->lost) {
		memcpy(p->real->dir, t->dir, sizeof(t->dir));
		rc = target_process_start(p);
	}
	(void)fresh(t);
	return rc < 0 ? rc : target_call(p, TARGET_OP_up, by, NULL, 0);
}

static int proxy_space(struct target *t, const struct deadline *by, uint64_t *out)
{
	int rc;

	(void)fresh(t);
	rc = target_call(proxy_of(t), TARGET_OP_space, by, NULL, 0);
	if (rc >= 0)
		*out = proxy_of(t)->answer.space;
	return rc;
}

static int proxy_begin(struct target *t, const char *name, const struct deadline *by)
{
	snprintf(fresh(t)->name, TARGET_NAME_MAX, "%s", name);
	return target_call(proxy_of(t), TARGET_OP_begin, by, NULL, 0);
}

/* After every call that opens a file: copy it from the answer, or at least set its name. */
static int take_file(struct target *t, int rc, const char *name, struct target_file *out)
{
	if (rc >= 0) {
		*out = proxy_of(t)->answer.file;
		return rc;
	}
	*out = (struct target_file){ .fd = -1 };
	snprintf(out->name, sizeof(out->name), "%s", name);
	target_part_name(name, out->part);
	return rc;
}

static int proxy_open(struct target *t, const char *name, unsigned how, const struct deadline *by,
		      struct target_file *out)
{
	struct target_request *q = fresh(t);

	snprintf(q->name, sizeof(q->name), "%s", name);
	q->how = how;
	return take_file(t, target_call(proxy_of(t), TARGET_OP_open, by, NULL, 0), name, out);
}

static int proxy_by_path(struct target *t, struct target_file *f, const struct deadline *by)
{
	(void)f;
	(void)fresh(t);
	return target_call(proxy_of(t), TARGET_OP_by_path, by, NULL, 0);
}

static int proxy_copy(struct target *t, const struct deadline *by, struct target_file *out)
{
	(void)fresh(t);
	return take_file(t, target_call(proxy_of(t), TARGET_OP_copy, by, NULL, 0), "vmcore", out);
}

/* Put the command line into the request. False: it does not fit. */
static bool put_argv(struct target_request *q, const char *const *argv)
{
	size_t at = 0;

	for (; argv[q->nr_args]; q->nr_args++) {
		size_t len = strlen(argv[q->nr_args]) + 1;

		if (len > sizeof(q->command) - at)
			return false;
		memcpy(q->command + at, argv[q->nr_args], len);
		at += len;
	}
	return true;
}

static int proxy_start(struct target *t, const struct target_file *f, const struct child_cfg *cfg,
		       const struct deadline *by, struct child *out)
{
	struct target_proxy *p = proxy_of(t);
	struct target_request *q = fresh(t);
	int fds[TARGET_FDS_MAX], rc;

	(void)f;
	*out = (struct child){ .pid = -1 };
	console_share_begin(cfg->argv[0]);
	if (!put_argv(q, cfg->argv) || cfg->nr_keep > TARGET_FDS_MAX)
		return fail(-E2BIG, "start %s", cfg->argv[0]);
	snprintf(q->name, sizeof(q->name), "%s", cfg->program ? cfg->program : "");
	q->oom_first = cfg->oom_first;
	for (unsigned i = 0; i < cfg->nr_keep; i++) {
		fds[i] = cfg->keep[i].fd;
		q->as[i] = cfg->keep[i].as;
	}
	rc = target_call(p, TARGET_OP_start, by, fds, cfg->nr_keep);
	if (rc >= 0)
		*out = p->answer.child;
	else if (!t->lost && p->answer.child.pid > 0)
		(void)waitpid(p->answer.child.pid, NULL, 0); /* it has ended, because exec failed */
	return rc;
}

static int proxy_measure(struct target *t, const struct target_file *f, const struct deadline *by,
			 struct target_size *out)
{
	int rc;

	(void)f;
	(void)fresh(t);
	*out = (struct target_size){ 0 };
	rc = target_call(proxy_of(t), TARGET_OP_measure, by, NULL, 0);
	if (rc >= 0)
		*out = proxy_of(t)->answer.size;
	return rc;
}

static int proxy_close(struct target *t, struct target_file *f, enum file_end end,
		       const struct deadline *by)
{
	int rc;

	fresh(t)->end = end;
	rc = target_call(proxy_of(t), TARGET_OP_close, by, NULL, 0);
	f->unsynced = rc >= 0 && proxy_of(t)->answer.file.unsynced;
	return rc;
}

static int proxy_make_space(struct target *t, unsigned keep, uint64_t need,
			    const struct deadline *by, unsigned *removed)
{
	struct target_request *q = fresh(t);
	int rc;

	q->keep = keep;
	q->need = need;
	rc = target_call(proxy_of(t), TARGET_OP_make_space, by, NULL, 0);
	*removed = rc >= 0 ? proxy_of(t)->answer.removed : 0;
	return rc;
}

/* Make a file in memory with the data, for another process to read. */
static int in_memory(const char *data, size_t len)
{
	int fd = memfd_create("data", MFD_CLOEXEC);

	for (size_t at = 0; fd >= 0 && at < len;) {
		ssize_t n = pwrite(fd, data + at, len - at, (off_t)at);

		if (n < 0) {
			int rc = -errno;

			close(fd);
			return rc;
		}
		at += (size_t)n;
	}
	return fd < 0 ? -errno : fd;
}

static int proxy_put(struct target *t, const char *name, const void *data, size_t len,
		     const struct deadline *by)
{
	struct target_request *q = fresh(t);
	int fd = in_memory(data, len), rc;

	if (fd < 0)
		return fail(fd, "memory for %s", name);
	snprintf(q->name, sizeof(q->name), "%s", name);
	q->len = len;
	rc = target_call(proxy_of(t), TARGET_OP_put, by, &fd, 1);
	close(fd);
	return rc;
}

static void proxy_down(struct target *t, const struct deadline *by)
{
	struct target_proxy *p = proxy_of(t);

	if (p->socket < 0)
		return;
	(void)fresh(t);
	if (target_call(p, TARGET_OP_down, by, NULL, 0) < 0)
		console_log_failure("let the target go");
	else
		target_process_end(p, by);
}

static void proxy_free(struct target *t)
{
	struct target_proxy *p = proxy_of(t);

	if (p->socket >= 0)
		target_process_abandon(p);
	p->real->ops->free(p->real);
	free(p);
}

#define FORWARD(op) .op = proxy_##op,
static const struct target_ops proxy_ops = { TARGET_OPS(FORWARD).free = proxy_free };
#undef FORWARD

int target_proxy_new(const struct target_cfg *cfg, struct target **out)
{
	struct target_proxy *p = calloc(1, sizeof(*p));
	int rc = p ? target_new(cfg, &p->real) : fail(-ENOMEM, "target");

	if (rc < 0) {
		free(p);
		return rc;
	}
	p->base = *p->real;
	p->ops = proxy_ops;
	p->ops.kind = p->real->ops->kind;
	p->ops.stream = p->real->ops->stream;
	p->ops.fixed = p->real->ops->fixed;
	if (!p->real->ops->copy)
		p->ops.copy = NULL;
	if (!p->real->ops->make_space)
		p->ops.make_space = NULL;
	p->base.ops = &p->ops;
	p->socket = -1;
	p->process.pid = -1;
	*out = &p->base;
	return 0;
}
