/* SPDX-License-Identifier: GPL-2.0-or-later */
/* place_ssh.c - a command on the server of an ssh target */
#include "systemd/place.h"

#include "base/err.h"
#include "systemd/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What ssh says, what that means, and the way out. Its own exit code for all of them is 255. */
static const struct {
	const char *said;
	int rc;
	const char *remedy;
} troubles[] = {
	{ "Host key verification failed", -EKEYREJECTED,
	  "the server's host key is not known or has changed; if that is right, run \"kdumpctl "
	  "propagate\"" },
	{ "REMOTE HOST IDENTIFICATION HAS CHANGED", -EKEYREJECTED,
	  "the server's host key has changed; if that is right, remove the old one with "
	  "\"ssh-keygen -R\" and run \"kdumpctl propagate\"" },
	{ "Permission denied", -EACCES,
	  "the server does not accept the key; run \"kdumpctl propagate\"" },
	{ "Could not resolve hostname", -EHOSTUNREACH, "the name cannot be resolved; check DNS" },
	{ "Connection refused", -EHOSTUNREACH, "no ssh server listens there" },
	{ "", -EHOSTUNREACH, "the server cannot be reached; check the network" },
};

static int explain(const struct place *p, const char *said)
{
	for (unsigned i = 0;; i++) {
		if (!strstr(said, troubles[i].said))
			continue;
		fail_adopt(troubles[i].rc, troubles[i].remedy);
		return fail(troubles[i].rc, "ssh %s", p->user_host);
	}
}

int place_ssh(const struct place *p, const struct place_command *c, char **out, size_t *len)
{
	const char *argv[24] = { "ssh" };
	struct program_result r;
	unsigned nr = 1;
	int rc;

	if (p->key && *p->key) {
		argv[nr++] = "-i";
		argv[nr++] = p->key;
	}
	argv[nr++] = "-oBatchMode=yes";
	argv[nr++] = "-oStrictHostKeyChecking=yes";
	argv[nr++] = "-oLogLevel=ERROR"; /* no banners between the lines we read */
	argv[nr++] = "-oConnectTimeout=10";
	argv[nr++] = "-oServerAliveInterval=5";
	argv[nr++] = "--";
	argv[nr++] = p->user_host;
	argv[nr++] = c->command;
	rc = program_run(&(struct program_run){ .argv = argv,
						.input = c->input,
						.max = c->max,
						.keep_stderr = true,
						.seconds = c->seconds ? c->seconds : 30 },
			 &r);
	if (rc == 0 && r.exit_code == 255)
		rc = explain(p, r.output);
	else if (rc == 0 && r.exit_code != 0)
		rc = fail(-EIO, "ssh %s: %.200s", p->user_host, r.output);
	if (rc < 0) {
		program_result_fini(&r);
		return rc;
	}
	*out = r.output;
	*len = r.len;
	return 0;
}
