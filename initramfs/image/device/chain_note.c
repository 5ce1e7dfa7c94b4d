/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chain_note.c - devices already in the plan, and the refusal of those that cannot be */
#include "initramfs/image/device/chain.h"

#include "base/err.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdlib.h>

int chain_refuse(const char *fmt, ...)
{
	char what[ERR_MESSAGE_MAX];
	va_list ap;

	va_start(ap, fmt);
	text_set_va(what, sizeof(what), fmt, ap);
	va_end(ap);
	return fail(-EOPNOTSUPP,
		    "%s: the small capture image cannot bring that up; choose another target, or "
		    "install dracut or initramfs-tools for a larger image (see kdumpctl(8))",
		    what);
}

int chain_note(struct builder *b, dev_t dev, unsigned *out)
{
	size_t nr = b->plan.nr_devices;
	dev_t *more = realloc(b->chain, nr * sizeof(*more));

	if (!more)
		return fail(-ENOMEM, "device chain");
	b->chain = more;
	more[nr - 1] = dev;
	*out = (unsigned)nr - 1;
	return 0;
}

bool chain_known(const struct builder *b, dev_t dev, unsigned *out)
{
	for (size_t i = 0; i < b->plan.nr_devices; i++) {
		if (b->chain[i] == dev) {
			*out = (unsigned)i;
			return true;
		}
	}
	return false;
}
