/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netlink.c - one request at a time, its errno kept as the kernel gave it */
#include "initramfs/net/netlink.h"

#include "base/err.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <netlink/handlers.h>

/* One request under way. */
struct request {
	void (*each)(struct nlmsghdr *h, void *arg);
	void *arg;
	bool done;
	int rc;
};

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct request *q = arg;

	if (q->each)
		q->each(nlmsg_hdr(msg), q->arg);
	return NL_OK;
}

static int on_end(struct nl_msg *msg, void *arg)
{
	(void)msg;
	((struct request *)arg)->done = true;
	return NL_STOP;
}

/* libnl's own codes fold many errnos into one. */
static int on_error(struct sockaddr_nl *who, struct nlmsgerr *err, void *arg)
{
	struct request *q = arg;

	(void)who;
	q->rc = err->error < 0 ? err->error : -EIO;
	q->done = true;
	return NL_STOP;
}

int rtnl_open(struct rtnl *out)
{
	int rc;

	out->sock = nl_socket_alloc();
	if (!out->sock)
		return fail(-ENOMEM, "open a netlink socket");
	rc = nl_connect(out->sock, NETLINK_ROUTE);
	if (rc < 0) {
		rtnl_close(out);
		return fail(-EIO, "open a netlink socket: %s", nl_geterror(rc));
	}
	/* A dump of a machine with many links comes in messages of 32 KiB. */
	(void)nl_socket_set_msg_buf_size(out->sock, 64 * 1024);
	return 0;
}

void rtnl_close(struct rtnl *r)
{
	if (r->sock)
		nl_socket_free(r->sock);
	r->sock = NULL;
}

struct nl_msg *rtnl_new(int type, int flags, const void *head, size_t len)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, flags);

	if (msg && nlmsg_append(msg, (void *)(uintptr_t)head, len, NLMSG_ALIGNTO) < 0) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return msg;
}

static int receive(struct rtnl *r, struct request *q)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int rc = 0;

	if (!cb)
		return -ENOMEM;
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, q);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_end, q);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_end, q);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, q);
	while (!q->done && rc >= 0)
		rc = nl_recvmsgs(r->sock, cb);
	nl_cb_put(cb);
	if (q->done)
		return q->rc;
	return rc == -NLE_NOMEM ? -ENOMEM : -EIO;
}

int rtnl_ask(struct rtnl *r, struct nl_msg *msg, void (*each)(struct nlmsghdr *h, void *arg),
	     void *arg)
{
	struct request q = { .each = each, .arg = arg };
	int rc;

	if (!msg)
		return -ENOMEM;
	/* Asks for an ACK, which ends every answer but a dump's. */
	rc = nl_send_auto(r->sock, msg);
	nlmsg_free(msg);
	return rc < 0 ? -EIO : receive(r, &q);
}

int rtnl_do(struct rtnl *r, struct nl_msg *msg)
{
	return rtnl_ask(r, msg, NULL, NULL);
}
