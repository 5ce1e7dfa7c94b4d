/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target_helper.c - the process that works for one target
 *
 * Calls that hang on a dead disk or server hang here. See target_protocol.h.
 */
#include "initramfs/capture/target/target_protocol.h"

#include "base/err.h"
#include "base/text.h"
#include "initramfs/capture/attribute.h"
#include "initramfs/capture/console.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ARGS_MAX 128

struct helper {
	struct target *t;
	int socket;
	struct target_file file; /* the file that is open */
	struct target_request request;
	struct target_answer answer;
	int fds[TARGET_FDS_MAX]; /* of the current request */
	unsigned nr_fds;
};

static int serve_up(struct helper *h)
{
	return h->t->ops->up(h->t, &h->request.by);
}

static int serve_space(struct helper *h)
{
	return h->t->ops->space(h->t, &h->request.by, &h->answer.space);
}

static int serve_begin(struct helper *h)
{
	return h->t->ops->begin(h->t, h->request.name, &h->request.by);
}

static int serve_open(struct helper *h)
{
	return h->t->ops->open(h->t, h->request.name, h->request.how, &h->request.by, &h->file);
}

static int serve_by_path(struct helper *h)
{
	return target_by_path(h->t, &h->file, &h->request.by);
}

static int serve_copy(struct helper *h)
{
	return h->t->ops->copy(h->t, &h->request.by, &h->file);
}

/* Split the request's command line into argv; false: it does not fit. */
static bool take_argv(const struct target_request *q, const char *argv[ARGS_MAX + 1])
{
	const char *at = q->command, *end = q->command + sizeof(q->command);

	if (q->nr_args == 0 || q->nr_args > ARGS_MAX)
		return false;
	for (unsigned i = 0; i < q->nr_args; i++) {
		const char *nul = memchr(at, '\0', (size_t)(end - at));

		if (!nul)
			return false;
		argv[i] = at;
		at = nul + 1;
	}
	argv[q->nr_args] = NULL;
	return true;
}

static int serve_start(struct helper *h)
{
	const struct target_request *q = &h->request;
	struct child_keep keep[TARGET_FDS_MAX];
	const char *argv[ARGS_MAX + 1];
	const struct child_cfg cfg = {
		.argv = argv,
		.program = q->name[0] ? q->name : NULL,
		.in = -1,
		.out = -1,
		.err = -1,
		.keep = keep,
		.nr_keep = h->nr_fds,
		.oom_first = q->oom_first,
		.sibling = true,
	};

	if (!take_argv(q, argv))
		return fail(-E2BIG, "start a program");
	for (unsigned i = 0; i < h->nr_fds; i++)
		keep[i] = (struct child_keep){ .fd = h->fds[i], .as = q->as[i] };
	return target_start(h->t, &h->file, &cfg, &q->by, &h->answer.child);
}

static int serve_measure(struct helper *h)
{
	return target_measure(h->t, &h->file, &h->request.by, &h->answer.size);
}

static int serve_close(struct helper *h)
{
	return h->t->ops->close(h->t, &h->file, h->request.end, &h->request.by);
}

static int serve_make_space(struct helper *h)
{
	return h->t->ops->make_space(h->t, h->request.keep, h->request.need, &h->request.by,
				     &h->answer.removed);
}

static int serve_put(struct helper *h)
{
	size_t len = h->request.len;
	void *data;
	int rc;

	if (h->nr_fds != 1)
		return fail(-EBADMSG, "write %s", h->request.name);
	data = len ? mmap(NULL, len, PROT_READ, MAP_SHARED, h->fds[0], 0) : NULL;
	if (data == MAP_FAILED)
		return fail(-errno, "write %s", h->request.name);
	rc = target_put(h->t, h->request.name, data, len, &h->request.by);
	if (len)
		munmap(data, len);
	return rc;
}

static int serve_down(struct helper *h)
{
	h->t->ops->down(h->t, &h->request.by);
	return 0;
}

#define SERVE(op) [TARGET_OP_##op] = serve_##op,
static int (*const serve[TARGET_OP_COUNT])(struct helper *) = { TARGET_OPS(SERVE) };
#undef SERVE

/*
 * Close the capture process's descriptors, above all its end of the failsafe's pipe, which must
 * close when that process dies.
 */
static void close_all_but(int a, int b)
{
	int low = a < b ? a : b, high = a < b ? b : a;

	for (int fd = 3; fd < 1024; fd++) {
		if (fd == low || fd == high)
			continue;
		if (fd > high && syscall(SYS_close_range, (unsigned)fd, ~0u, 0) == 0)
			return;
		close(fd);
	}
}

static void settle_in(int socket)
{
	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)signal(SIGTERM, SIG_DFL);
	/* The OOM killer shall kill the collector first. */
	(void)attribute_put("/proc/self/oom_score_adj", "-500");
	close_all_but(socket, console_pipe());
	console_in_child();
}

static void answer_request(struct helper *h)
{
	struct target_answer *a = &h->answer;

	fail_clear();
	memset(a, 0, sizeof(*a));
	a->number = h->request.number;
	a->rc = h->request.op < TARGET_OP_COUNT ? serve[h->request.op](h) : -EBADMSG;
	if (a->rc < 0)
		text_set(a->message, sizeof(a->message), "%s", fail_text());
	memcpy(a->host, h->t->host, sizeof(a->host));
	memcpy(a->dir, h->t->dir, sizeof(a->dir));
	a->file = h->file;
	a->file.fd = -1;
	a->file.pid = 0;
	a->file.output = NULL;
	for (unsigned i = 0; i < h->nr_fds; i++)
		close(h->fds[i]);
}

/* Wait for a request; meanwhile read what the process that transports a stream prints. */
static bool next_request(struct helper *h)
{
	for (;;) {
		struct child_output *o = h->file.output;
		struct pollfd p[2] = { { .fd = h->socket, .events = POLLIN },
				       { .fd = o ? o->fd : -1, .events = POLLIN } };

		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return false;
		if (p[1].revents)
			child_output_read(o);
		if (p[0].revents)
			return target_receive(h->socket, &h->request, sizeof(h->request), h->fds,
					      &h->nr_fds) == 0;
	}
}

void target_helper(struct target *t, int socket)
{
	static struct helper h; /* too large for the stack */

	settle_in(socket);
	h = (struct helper){ .t = t, .socket = socket, .file = { .fd = -1 } };
	while (next_request(&h)) {
		answer_request(&h);
		if (target_send(socket, &h.answer, sizeof(h.answer), NULL, 0) < 0 ||
		    h.request.op == TARGET_OP_down)
			break;
	}
	_exit(0);
}
