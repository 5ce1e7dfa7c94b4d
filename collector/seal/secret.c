/* SPDX-License-Identifier: GPL-2.0-or-later */
/* secret.c - memory for keys: locked, not in core files, wiped when it goes */
#include "seal/secret.h"

#include "base/log.h"

#include <sodium.h>
#include <sys/mman.h>

void *secret_alloc(size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	(void)madvise(p, len, MADV_DONTDUMP);
	(void)madvise(p, len, MADV_WIPEONFORK);
	if (mlock(p, len) < 0)
		log_msg(LOG_DEBUG, "keys cannot be locked into memory: %m");
	return p;
}

void secret_wipe(void *p, size_t len)
{
	sodium_memzero(p, len);
}

void secret_free(void *p, size_t len)
{
	if (!p)
		return;
	secret_wipe(p, len);
	munmap(p, len);
}
