/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ssh.c - what an ssh target needs in the image */
#include "initramfs/image/network/ssh.h"

#include "base/err.h"
#include "base/util.h"
#include "config/core_collector.h"
#include "config/config.h"
#include "initramfs/image/program/programs.h"
#include "initramfs/image/network/ssh_impl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SSH_PROGRAM "/usr/bin/ssh"
#define SSH_DIR	    "/etc/kdump/ssh"
#define SSH_KEY	    "/root/.ssh/kdump_id_rsa"

void ssh_config_host(const struct ssh_destination *dest, unsigned target, const char *address,
		     FILE *out)
{
	fprintf(out, "Host target-%u\n\tHostName %s\n\tHostKeyAlias %s\n\tUser %s\n\tPort %u\n",
		target, address, dest->alias, dest->user, dest->port);
	fprintf(out, "\tControlPath /run/kdump-ssh-%u\n%s", target, dest->algorithms);
}

/*
 * A dead server is noticed after ServerAliveInterval * ServerAliveCountMax seconds; nothing is
 * asked, nothing is learned, nothing but our key is offered.
 */
void ssh_config_common(FILE *out)
{
	static const char *const lines[] = {
		"IdentityFile " SSH_DIR "/id",
		"IdentitiesOnly yes",
		"IdentityAgent none",
		"UserKnownHostsFile " SSH_DIR "/known_hosts",
		"GlobalKnownHostsFile none",
		"StrictHostKeyChecking yes",
		"CheckHostIP no",
		"UpdateHostKeys no",
		"BatchMode yes",
		"PreferredAuthentications publickey",
		"ConnectTimeout 15",
		"ConnectionAttempts 1",
		"ServerAliveInterval 10",
		"ServerAliveCountMax 3",
		"TCPKeepAlive yes",
		"Compression no",
		"ClearAllForwardings yes",
		"ForwardAgent no",
		"ControlMaster auto",
		"ControlPersist yes",
		"EscapeChar none",
		"LogLevel INFO",
	};

	fprintf(out, "Host *\n");
	for (unsigned i = 0; i < ARRAY_SIZE(lines); i++)
		fprintf(out, "\t%s\n", lines[i]);
}

static int add_text(struct builder *b, const char *path, const char *text, mode_t mode)
{
	return tree_add_data(&b->tree, PART_SSH, path, (struct tree_data){ text, strlen(text) },
			     mode);
}

/* Who "root" is and where its home lies, asked of files only. */
static int add_accounts(struct builder *b)
{
	int rc = add_text(b, "/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n", 0644);

	if (rc == 0)
		rc = add_text(b, "/etc/group", "root:x:0:\n", 0644);
	if (rc == 0)
		rc = add_text(b, "/etc/nsswitch.conf",
			      "passwd: files\ngroup: files\nhosts: files\n", 0644);
	if (rc == 0)
		rc = tree_add_dir(&b->tree, "/root", 0700);
	/* Part of the C library since glibc 2.34. */
	return rc < 0 ? rc : program_add_library(b, PART_SSH, "libnss_files.so.2");
}

static int add_key(struct builder *b)
{
	const char *path = b->cfg->sshkey && *b->cfg->sshkey ? b->cfg->sshkey : SSH_KEY;
	char *real = builder_real(b, path);
	int rc = real ? ssh_key_check(real) : fail(-errno, "ssh key %s", path);

	if (!real && errno == ENOENT)
		rc = fail(-ENOENT, "run 'kdumpctl propagate' to make it");
	if (rc == 0)
		rc = tree_add_file(&b->tree, PART_SSH, SSH_DIR "/id", real, 0600);
	free(real);
	return rc;
}

static int add_target(struct builder *b, unsigned i, FILE *config, FILE *known)
{
	const struct plan_target *t = &b->plan.targets[i];
	struct ssh_destination dest;
	int rc = ssh_resolve(t->source, &dest);

	if (rc == 0 && !t->address[0])
		rc = fail(-EINVAL, "its server has no address yet");
	if (rc == 0)
		rc = ssh_known_write(&dest, b->root, known);
	if (rc < 0)
		return fail(rc, "ssh target %s", t->source);
	ssh_config_host(&dest, i, t->address, config);
	return 0;
}

static int add_targets(struct builder *b, FILE *config, FILE *known)
{
	int rc = 0;

	for (unsigned i = 0; i < b->plan.nr_targets && rc == 0; i++)
		if (b->plan.targets[i].kind == PLAN_SSH)
			rc = add_target(b, i, config, known);
	if (rc == 0)
		ssh_config_common(config);
	return rc;
}

static int add_files(struct builder *b)
{
	char *texts[2] = { NULL, NULL };
	size_t lens[2];
	FILE *config = open_memstream(&texts[0], &lens[0]);
	FILE *known = open_memstream(&texts[1], &lens[1]);
	int rc = config && known ? add_targets(b, config, known) : fail(-ENOMEM, "ssh");

	if (config && fclose(config) != 0)
		rc = fail(-ENOMEM, "ssh");
	if (known && fclose(known) != 0)
		rc = fail(-ENOMEM, "ssh");
	if (rc == 0)
		rc = tree_add_data(&b->tree, PART_SSH, SSH_DIR "/config",
				   (struct tree_data){ texts[0], lens[0] }, 0600);
	if (rc == 0)
		rc = tree_add_data(&b->tree, PART_SSH, SSH_DIR "/known_hosts",
				   (struct tree_data){ texts[1], lens[1] }, 0600);
	free(texts[0]);
	free(texts[1]);
	return rc;
}

/* core_collector scp brings the core there by itself. */
static int add_scp(struct builder *b)
{
	struct config_command command;
	int rc = config_collector(b->cfg, CONFIG_TARGET_SSH, 1, &command);

	if (rc < 0)
		return fail(rc, "core_collector");
	if (command.kind == CONFIG_COLLECTOR_SCP)
		rc = program_add(b, PART_SSH, "/usr/bin/scp");
	config_command_free(&command);
	return rc;
}

static bool has_ssh_target(const struct plan *p)
{
	for (size_t i = 0; i < p->nr_targets; i++)
		if (p->targets[i].kind == PLAN_SSH)
			return true;
	return false;
}

int ssh_gather(struct builder *b)
{
	int rc;

	if (!has_ssh_target(&b->plan))
		return 0;
	rc = add_files(b);
	if (rc == 0)
		rc = add_key(b);
	if (rc == 0)
		rc = add_accounts(b);
	if (rc == 0) {
		rc = program_add(b, PART_SSH, SSH_PROGRAM);
		if (rc == -ENOENT)
			rc = fail(rc, "an ssh target needs OpenSSH's client; install "
				      "openssh-client (or openssh-clients)");
	}
	return rc < 0 ? rc : add_scp(b);
}
