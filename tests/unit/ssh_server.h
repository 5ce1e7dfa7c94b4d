/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ssh_server.h - an ssh target and a real sshd for it, in namespaces of the test
 *
 * Needs root, OpenSSH's client and server. /etc is an overlay here: the client's
 * configuration lies where the image has it, made by what makes it for the image.
 */
#ifndef SSH_SERVER_H
#define SSH_SERVER_H

#include "initramfs/image/network/ssh_impl.h"
#include "initramfs/capture/target/ssh_client.h"
#include "initramfs/capture/target/target.h"
#include "initramfs/plan/plan.h"

#include "check.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECRET "it's a \"dir\" $(touch /t/evil) *"

extern struct plan plan;
extern struct target *target;

/* Run a command of the shell, which must succeed. */
void sh(const char *command);

/* SIGNAL to it and to all its sessions. */
void sshd_signal(const char *signal);

/* Of cmocka: the namespaces, the server, and the target in target. leave() ends it all. */
int enter(void **state);

int leave(void **state);

/* One of the operations; what it says is shown when it was to work. */
void fine(int rc);

/* It failed with this error, and these words in the message. */
void refused(int rc, int expected, const char *words);

/* Log in and make the directory of the dump. */
void begin(void);

#define WITH_SSHD(name) cmocka_unit_test_setup_teardown(test_##name, enter, leave)

#endif
