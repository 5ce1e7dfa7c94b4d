/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ssh_client.h - commands on the ssh host, through the OpenSSH client in the image
 *
 * The client's configuration (SSH_CONFIG) was made with the image: strict host key, no
 * questions, keepalive. Remote commands are small POSIX shell scripts with their operands quoted,
 * so that any name is only a name, whatever the user's login shell is.
 */
#ifndef INITRAMFS_CAPTURE_TARGET_SSH_CLIENT_H
#define INITRAMFS_CAPTURE_TARGET_SSH_CLIENT_H

#include "initramfs/capture/child.h"
#include "initramfs/capture/deadline.h"

#include <stdbool.h>
#include <stddef.h>

#define SSH_CONFIG	"/etc/kdump/ssh/config"
#define SSH_COMMAND_MAX 16384
#define SSH_HEAD	4096 /* bytes kept of the beginning of what ssh prints as errors */

struct ssh_host {
	char name[32];	   /* its Host in SSH_CONFIG */
	const char *where; /* "user@host": for words */
};

/* A remote script and its operands $1, $2...; NULL at the end. No single quotes in script. */
struct ssh_script {
	const char *text;
	const char *const *operands;
};

/* The command line for the remote login shell. -ENAMETOOLONG when it does not fit. */
int ssh_command(const struct ssh_script *script, char out[SSH_COMMAND_MAX]);

/*
 * Run it, with what it prints (first room - 1 bytes) in buf, NULL: nobody wants it. A connection
 * that fails or breaks is tried again until by, so it must do no harm twice; a key, user or host
 * key that is refused is not. Errors have ssh's or the remote command's last words.
 *
 * -EACCES: refused; -ECONNRESET: no connection; -ETIMEDOUT; -EREMOTEIO: the command itself
 * failed, its exit status in *status (NULL: not wanted).
 */
int ssh_run(const struct ssh_host *host, const struct ssh_script *script, const struct deadline *by,
	    char *buf, size_t room, int *status);

/* End the connection that commands share, if there is one. */
void ssh_hang_up(const struct ssh_host *host, const struct deadline *by);

/* A command that reads what is written to *fd (a pipe, close-on-exec). */
struct ssh_stream {
	struct child child;
	struct child_output errors; /* its standard error: to be read while it runs */
	char head[SSH_HEAD];
};
int ssh_stream_open(const struct ssh_host *host, const struct ssh_script *script,
		    struct ssh_stream *out, int *fd);

/* After fd was closed by all: wait until the other end has read it all. Errors as ssh_run(). */
int ssh_stream_close(const struct ssh_host *host, struct ssh_stream *s, const struct deadline *by,
		     int *status);

#endif
