/* SPDX-License-Identifier: GPL-2.0-or-later */
/* resolve.c - names to addresses, by the system's resolver */
#include "initramfs/image/network/network.h"

#include "base/err.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RESOLVE_SECONDS 8

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

/*
 * getaddrinfo() asks every name server for 10 seconds and cannot be stopped. So a thread asks,
 * and the last of the two to leave frees the lookup.
 */
struct name_lookup {
	pthread_mutex_t lock;
	pthread_cond_t answered;
	char host[256];
	bool done, left; /* it has the answer; the caller does not wait any more */
	int rc;
	struct addrinfo *list;
};

static void lookup_free(struct name_lookup *l)
{
	if (l->list)
		freeaddrinfo(l->list);
	pthread_mutex_destroy(&l->lock);
	pthread_cond_destroy(&l->answered);
	free(l);
}

static void *ask(void *arg)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list = NULL;
	struct name_lookup *l = arg;
	int rc = getaddrinfo(l->host, NULL, &hints, &list);
	bool left;

	pthread_mutex_lock(&l->lock);
	l->rc = rc;
	l->list = list;
	l->done = true;
	left = l->left;
	pthread_cond_signal(&l->answered);
	pthread_mutex_unlock(&l->lock);
	if (left)
		lookup_free(l);
	return NULL;
}

/* True: there is an answer, and l is the caller's; else it is the thread's. */
static bool wait_for(struct name_lookup *l)
{
	struct timespec end;
	bool done;
	int rc = 0;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += RESOLVE_SECONDS;
	pthread_mutex_lock(&l->lock);
	while (!l->done && rc == 0)
		rc = pthread_cond_timedwait(&l->answered, &l->lock, &end);
	done = l->done;
	l->left = true;
	pthread_mutex_unlock(&l->lock);
	return done;
}

static struct name_lookup *lookup_new(const char *host)
{
	struct name_lookup *l = calloc(1, sizeof(*l));
	pthread_condattr_t attr;

	if (!l)
		return NULL;
	snprintf(l->host, sizeof(l->host), "%s", host);
	pthread_mutex_init(&l->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&l->answered, &attr);
	pthread_condattr_destroy(&attr);
	return l;
}

static int take_all(const struct name_lookup *l, struct net_ip *out, unsigned size)
{
	unsigned nr = 0;

	if (l->rc != 0)
		return fail(-EHOSTUNREACH, "the name %s has no address now: %s", l->host,
			    gai_strerror(l->rc));
	for (const struct addrinfo *ai = l->list; ai && nr < size; ai = ai->ai_next)
		nr += take(ai, &out[nr]);
	return nr ? (int)nr : fail(-EHOSTUNREACH, "the name %s has no address now", l->host);
}

int network_resolve(const char *host, struct net_ip *out, unsigned size)
{
	struct name_lookup *l;
	pthread_t thread;
	int rc;

	if (size > 0 && net_ip_parse(host, out))
		return 1;
	l = lookup_new(host);
	if (!l)
		return fail(-ENOMEM, "resolve %s", host);
	rc = pthread_create(&thread, NULL, ask, l);
	if (rc != 0) {
		lookup_free(l);
		return fail(-rc, "resolve %s", host);
	}
	pthread_detach(thread);
	if (!wait_for(l))
		return fail(-EHOSTUNREACH, "the name %s has no address now: no answer in %d s",
			    host, RESOLVE_SECONDS);
	rc = take_all(l, out, size);
	lookup_free(l);
	return rc;
}
