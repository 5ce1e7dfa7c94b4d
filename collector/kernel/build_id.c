/* SPDX-License-Identifier: GPL-2.0-or-later */
/* build_id.c - the build ID among ELF notes */
#include "kernel/build_id.h"

#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

bool notes_build_id(const char *notes, size_t len, char out[BUILD_ID_SIZE])
{
	size_t at = 0;

	while (len - at >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr n;
		size_t name = at + sizeof(n), desc;

		memcpy(&n, notes + at, sizeof(n));
		if (n.n_namesz > len - name)
			return false;
		desc = name + ((n.n_namesz + 3u) & ~3u);
		if (desc > len || n.n_descsz > len - desc)
			return false;
		if (n.n_type == NT_GNU_BUILD_ID && n.n_namesz == 4 &&
		    !memcmp(notes + name, "GNU", 4) && n.n_descsz > 0 &&
		    n.n_descsz * 2 < BUILD_ID_SIZE) {
			for (uint32_t i = 0; i < n.n_descsz; i++)
				sprintf(out + 2 * i, "%02x", (uint8_t)notes[desc + i]);
			return true;
		}
		at = desc + ((n.n_descsz + 3u) & ~3u);
		if (at > len)
			return false;
	}
	return false;
}
