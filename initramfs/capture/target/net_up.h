/* SPDX-License-Identifier: GPL-2.0-or-later */
/* net_up.h - the network as the image has it, brought up as far as one server needs it */
#ifndef INITRAMFS_CAPTURE_TARGET_NET_UP_H
#define INITRAMFS_CAPTURE_TARGET_NET_UP_H

#include "initramfs/capture/deadline.h"

#include <stddef.h>

struct config;

/*
 * The parts of a remote target's up(): until the server can be reached (the phases device and
 * network of the configuration; NULL: no such limits), then the mount or login. Never past by.
 */
struct deadline net_limit(const struct config *config, const struct deadline *by);
struct deadline net_login_limit(const struct config *config, const struct deadline *by);

/*
 * Bring up what leads to the server at address ("192.0.2.1"); our own address towards it
 * into host. May be called again: what is up stays up. An image without NET_FILE (a
 * foreign one, whose network others bring up) is fine: 0, and host stays as it is.
 * address NULL: everything, as far as it goes, for programs that find their own peers.
 */
int net_up(const char *address, const struct deadline *by, char *host, size_t room);

#endif
