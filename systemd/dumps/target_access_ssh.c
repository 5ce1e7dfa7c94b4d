/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target_access_ssh.c - a command on the server of an ssh target */
#include "systemd/dumps/target_access.h"

#include "base/err.h"
#include "base/run.h"
#include "base/util.h"
#include "systemd/dumps/ssh_config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Error texts of ssh, their meaning and remedy; the first match counts. The exit code is 255 for
 * all. For a changed key ssh also prints that verification failed, so that row comes first.
 */
static const struct {
	const char *text;
	int rc;
	const char *remedy;
} troubles[] = {
	{ "REMOTE HOST IDENTIFICATION HAS CHANGED", -EKEYREJECTED,
	  "the server's host key has changed; if that is expected, remove the old one with "
	  "\"ssh-keygen -R HOST\" and run \"kdumpctl propagate\"" },
	{ "Host key verification failed", -ENOKEY,
	  "the server's host key is unknown here; run \"kdumpctl propagate\"" },
	{ "Permission denied", -EACCES,
	  "the server does not accept the key; run \"kdumpctl propagate\"" },
	{ "Could not resolve hostname", -EHOSTUNREACH, "the name cannot be resolved; check DNS" },
	{ "Connection refused", -EHOSTUNREACH, "no ssh server is running there" },
	{ "", -EHOSTUNREACH, "the server cannot be reached; check the network" },
};

static int explain(const struct target_access *p, const struct run_text *output)
{
	char last[RUN_LINE_MAX];
	int len = (int)strlen(run_last_line(output, last));
	unsigned i = 0;

	while (!strstr(output->data, troubles[i].text))
		i++;
	fail_adopt(troubles[i].rc, troubles[i].remedy);
	/* Remove its full stop: more text follows on our line. */
	if (len > 1)
		fail(troubles[i].rc, "%.*s", last[len - 1] == '.' ? len - 1 : len, last);
	return fail(troubles[i].rc, "ssh %s", p->user_host);
}

static int failed_there(const struct target_access *p, const struct run_result *r)
{
	char reason[RUN_LINE_MAX];

	fail_adopt(-EIO, run_reason(r, reason));
	return fail(-EIO, "ssh %s", p->user_host);
}

/*
 * The capture has only this key. A login by an agent, an open connection, another method or a key
 * of root's configuration must not hide that this key does not work.
 */
static unsigned add_options(const struct target_access *p, bool ask, const char **argv)
{
	static const char *const options[] = {
		"-oIdentitiesOnly=yes",
		"-oIdentityAgent=none",
		"-oPreferredAuthentications=publickey",
		"-oControlPath=none",
		"-oLogLevel=ERROR", /* no banners in the output we parse */
		"-oServerAliveInterval=5",
	};
	unsigned nr = 0;

	if (p->key && *p->key) {
		argv[nr++] = "-i";
		argv[nr++] = p->key;
	}
	for (unsigned i = 0; i < ARRAY_SIZE(options); i++)
		argv[nr++] = options[i];
	argv[nr++] = ask ? "-oStrictHostKeyChecking=ask" : "-oStrictHostKeyChecking=yes";
	argv[nr++] = ask ? "-oHashKnownHosts=no" : "-oBatchMode=yes";
	return nr;
}

/* Its answer; config: "" if root's own configuration counts. */
static int ask_server(const struct target_access *p, const struct target_access_command *c,
		      const char *config, unsigned seconds, struct run_result *r)
{
	const char *argv[26] = { "ssh" };
	unsigned nr = 1 + add_options(p, c->ask, argv + 1);
	char connect[40];

	if (*config) {
		argv[nr++] = "-F";
		argv[nr++] = config;
	}
	snprintf(connect, sizeof(connect), "-oConnectTimeout=%u", seconds < 10 ? seconds : 10);
	argv[nr++] = connect;
	argv[nr++] = "--";
	argv[nr++] = p->user_host;
	argv[nr++] = c->command;
	return run_program(&(struct run_cfg){ .argv = argv,
					      .input = c->input,
					      .input_len = c->input ? strlen(c->input) : 0,
					      .out = RUN_KEEP,
					      .max = c->max,
					      .err = RUN_AS_OUT,
					      .terminal = c->ask,
					      .timeout_ms = seconds * 1000 },
			   r);
}

/* A person who is asked logs in as usual; all else is done as the capture will do it. */
int target_access_ssh(const struct target_access *p, const struct target_access_command *c,
		      char **out, size_t *len)
{
	struct ssh_config config = { .fd = -1 };
	struct run_result r = { 0 };
	unsigned seconds = ctl_network_left(p->network_end, c->seconds ? c->seconds : 30);
	int rc = c->ask || seconds == 0 ? 0 : ssh_config_open(p->user_host, &config);

	if (seconds == 0)
		return fail(-EHOSTUNREACH, "ssh %s: not tried: no time left for the network",
			    p->user_host);
	if (rc == 0)
		rc = ask_server(p, c, config.path, seconds, &r);
	if (rc == 0 && r.exit_code == 255)
		rc = explain(p, &r.out);
	else if (rc == 0 && r.exit_code != 0)
		rc = failed_there(p, &r);
	if (rc == 0) {
		*out = r.out.data;
		*len = r.out.len;
		r.out.data = NULL;
	}
	run_result_fini(&r);
	ssh_config_close(&config);
	return rc;
}
