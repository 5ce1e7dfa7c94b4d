/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * no_lookup.c - what the static program has in place of the C library's lookups of names
 *
 * libnl can turn names of hosts and protocols into numbers. The C library would load shared
 * objects of its own version for that, and the image has none; kdump-capture gives libnl
 * numbers only. These definitions keep that code out, and a lookup that is asked for
 * nevertheless fails at once. Linked into the static program alone.
 */
#include <netdb.h>
#include <stddef.h>

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
		struct addrinfo **out)
{
	(void)node;
	(void)service;
	(void)hints;
	(void)out;
	return EAI_FAIL;
}

int getnameinfo(const struct sockaddr *sa, socklen_t len, char *host, socklen_t host_size,
		char *service, socklen_t service_size, int flags)
{
	(void)sa;
	(void)len;
	(void)host;
	(void)host_size;
	(void)service;
	(void)service_size;
	(void)flags;
	return EAI_FAIL;
}

struct protoent *getprotobyname(const char *name)
{
	(void)name;
	return NULL;
}

struct protoent *getprotobynumber(int number)
{
	(void)number;
	return NULL;
}

/* The same as libnl 3.12 calls them: not found is no error. */
int getprotobyname_r(const char *name, struct protoent *entry, char *buf, size_t size,
		     struct protoent **out)
{
	(void)name;
	(void)entry;
	(void)buf;
	(void)size;
	*out = NULL;
	return 0;
}

int getprotobynumber_r(int number, struct protoent *entry, char *buf, size_t size,
		       struct protoent **out)
{
	(void)number;
	(void)entry;
	(void)buf;
	(void)size;
	*out = NULL;
	return 0;
}
