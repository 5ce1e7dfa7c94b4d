/* SPDX-License-Identifier: GPL-2.0-or-later */
/* machine_id.c - the ID that marks this machine's dumps */
#include "initramfs/image/machine_id.h"

#include "base/err.h"
#include "base/file.h"
#include "initramfs/image/builder.h"

#include <stdlib.h>
#include <string.h>

int machine_id_gather(struct builder *b)
{
	char *real = builder_real(b, "/etc/machine-id"), *text = NULL;
	int rc = 0;

	if (!real || file_read(real, 256, &text, NULL) < 0) {
		fail_clear();
	} else {
		text[strcspn(text, " \t\r\n")] = '\0';
		if (plan_is_machine_id(text))
			rc = plan_set(&b->plan.machine, text);
	}
	free(real);
	free(text);
	return rc;
}
