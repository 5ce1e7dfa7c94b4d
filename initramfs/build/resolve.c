/* SPDX-License-Identifier: GPL-2.0-or-later */
/* resolve.c - names to addresses, by the system's resolver */
#include "initramfs/build/network.h"

#include "base/err.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

static bool take(const struct addrinfo *ai, struct net_ip *out)
{
	*out = (struct net_ip){ .family = (uint8_t)ai->ai_family };
	if (ai->ai_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)ai->ai_addr;

		memcpy(out->byte, &in->sin_addr, 4);
		return true;
	}
	if (ai->ai_family == AF_INET6) {
		const struct sockaddr_in6 *in = (const void *)ai->ai_addr;

		memcpy(out->byte, &in->sin6_addr, 16);
		return true;
	}
	return false;
}

int network_resolve(const char *host, struct net_ip *out, unsigned room)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list = NULL;
	unsigned nr = 0;
	int rc;

	if (room > 0 && net_ip_parse(host, out))
		return 1;
	rc = getaddrinfo(host, NULL, &hints, &list);
	if (rc != 0)
		return fail(-EHOSTUNREACH, "the name %s has no address now: %s", host,
			    gai_strerror(rc));
	for (const struct addrinfo *ai = list; ai && nr < room; ai = ai->ai_next)
		nr += take(ai, &out[nr]);
	freeaddrinfo(list);
	return nr ? (int)nr : fail(-EHOSTUNREACH, "the name %s has no address now", host);
}
