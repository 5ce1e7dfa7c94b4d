/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ssh_config.c - the image's view of a server, as a configuration for ssh here */
#include "systemd/dumps/ssh_config.h"

#include "base/err.h"
#include "initramfs/image/network/ssh.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void write_config(const struct ssh_destination *dest, FILE *f)
{
	fprintf(f, "Host *\n\tHostName %s\n\tUser %s\n\tPort %u\n", dest->host, dest->user,
		dest->port);
	if (strcmp(dest->alias, dest->host) != 0)
		fprintf(f, "\tHostKeyAlias %s\n", dest->alias);
	fputs("\tGlobalKnownHostsFile none\n\tUserKnownHostsFile", f);
	for (unsigned i = 0; i < 4 && dest->known[i][0]; i++)
		fprintf(f, " %s", dest->known[i]);
	fprintf(f, "%s\n%s", dest->known[0][0] ? "" : " none", dest->algorithms);
}

int ssh_config_open(const char *destination, struct ssh_config *out)
{
	struct ssh_destination dest;
	FILE *f;
	int rc;

	*out = (struct ssh_config){ .fd = -1 };
	rc = ssh_resolve(destination, &dest);
	if (rc < 0)
		return rc;
	out->fd = memfd_create("ssh_config", MFD_CLOEXEC);
	f = out->fd < 0 ? NULL : fdopen(dup(out->fd), "w");
	if (!f)
		return fail(-errno, "ssh configuration");
	write_config(&dest, f);
	if (fclose(f) != 0)
		return fail(-errno, "ssh configuration");
	snprintf(out->path, sizeof(out->path), "/proc/%d/fd/%d", (int)getpid(), out->fd);
	return 0;
}

void ssh_config_close(struct ssh_config *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}
