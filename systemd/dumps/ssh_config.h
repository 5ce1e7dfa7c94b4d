/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ssh_config.h - log in to a server as the capture will, and not as root would */
#ifndef SYSTEMD_DUMPS_SSH_CONFIG_H
#define SYSTEMD_DUMPS_SSH_CONFIG_H

/*
 * A file of ssh_config for "ssh -F", in memory: of what root's configuration has for this
 * destination only what goes into the image - host, user, port, host keys, algorithms. Above all no
 * other keys: one that works would hide that the capture's own key does not.
 */
struct ssh_config {
	int fd;
	char path[64]; /* for ssh, which closes all descriptors that it inherits */
};

/* 0: ssh_config_close() it; else a negative errno of ssh_resolve(). */
int ssh_config_open(const char *destination, struct ssh_config *out);

/* Also after a failure of ssh_config_open(). */
void ssh_config_close(struct ssh_config *c);

#endif
