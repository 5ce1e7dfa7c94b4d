/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bootloader.c - find the boot loader setup of this system */
#include "systemd/crashkernel/bootloader.h"

#include "base/err.h"
#include "base/util.h"

#include <stddef.h>

/* The first that is present is used: grubby handles entries and files itself. */
static const struct bootloader *const kinds[] = {
	&bootloader_ostree,
	&bootloader_grubby,
	&bootloader_grub,
	&bootloader_bls,
};

int bootloader_find(const char *root, const struct bootloader **out)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i]->present(root)) {
			*out = kinds[i];
			return 0;
		}
	}
	return fail(-ENOTSUP, "no boot loader set-up that is known here (grubby, GRUB with "
			      "update-grub, entries in /boot/loader/entries, rpm-ostree); add "
			      "crashkernel= to the kernel's command line by hand");
}
