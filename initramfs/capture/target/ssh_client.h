/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ssh_client.h - commands on the ssh host, through the OpenSSH client in the image
 *
 * The client's configuration (SSH_CONFIG) was made with the image: strict host key check, no
 * prompts, keepalive. Remote commands are small POSIX shell scripts with quoted operands, so that
 * no name is interpreted, whatever the user's login shell is.
 */
#ifndef INITRAMFS_CAPTURE_TARGET_SSH_CLIENT_H
#define INITRAMFS_CAPTURE_TARGET_SSH_CLIENT_H

#include "initramfs/capture/child.h"
#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>

#define SSH_CONFIG	"/etc/kdump/ssh/config"
#define SSH_COMMAND_MAX 16384
#define SSH_HEAD	4096 /* bytes kept of the beginning of ssh's error output */

struct ssh_host {
	char name[32];	   /* its name (Host) in SSH_CONFIG */
	const char *where; /* "user@host": for messages */
};

/*
 * A remote script and its operands $1, $2...; NULL at the end. script must not have single quotes.
 */
struct ssh_script {
	const char *text;
	const char *const *operands;
};

/*
 * Run it; the first size - 1 bytes of its output go to buf (NULL: not needed). If the connection
 * fails or breaks, it is tried again until by, so running the script twice must do no harm. A key,
 * user or host key that is refused is not tried again. Error messages have the last line that ssh
 * or the remote command printed.
 *
 * -EACCES: refused; -ECONNRESET: no connection; -ETIMEDOUT; -EREMOTEIO: the command itself failed,
 * its exit status is in *status (NULL: not needed).
 */
int ssh_run(const struct ssh_host *host, const struct ssh_script *script, const struct deadline *by,
	    char *buf, size_t size, int *status);

/* End the connection that commands share, if there is one. */
void ssh_hang_up(const struct ssh_host *host, const struct deadline *by);

/* Start a command that reads what is written to *fd (a pipe, close-on-exec). */
struct ssh_stream {
	struct child child;
	struct child_output errors; /* its standard error; the caller reads it while it runs */
	char head[SSH_HEAD];
};
int ssh_stream_open(const struct ssh_host *host, const struct ssh_script *script,
		    struct ssh_stream *out, int *fd);

/*
 * After all have closed fd: wait until the remote command has read everything. Errors as ssh_run().
 */
int ssh_stream_close(const struct ssh_host *host, struct ssh_stream *s, const struct deadline *by,
		     int *status);

#endif
