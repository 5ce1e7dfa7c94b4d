/* SPDX-License-Identifier: GPL-2.0-or-later */
/* net_up.h - bring up the network as the image describes it, as far as one server needs it */
#ifndef INITRAMFS_CAPTURE_TARGET_NET_UP_H
#define INITRAMFS_CAPTURE_TARGET_NET_UP_H

#include "base/clock.h"

#include <stddef.h>

struct config;

/*
 * Limits for the two parts of a remote target's up(): until the server can be reached (the
 * configured times of device and network), then the mount or login. config NULL: no such limits.
 * Never later than by.
 */
struct deadline net_limit(const struct config *config, const struct deadline *by);
struct deadline net_login_limit(const struct config *config, const struct deadline *by);

/*
 * Bring up the links that lead to the server at address ("192.0.2.1"), and write our own address
 * towards it to host. May be called again: links that are up stay up. If the image has no NET_FILE
 * (one built by dracut or initramfs-tools, which brings up the network itself), this returns 0 and
 * leaves host alone. address NULL: bring up all links that can be, for programs that find their
 * peers themselves.
 */
int net_up(const char *address, const struct deadline *by, char *host, size_t size);

#endif
