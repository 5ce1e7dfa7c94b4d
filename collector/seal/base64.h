/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base64.h - strict base64 of untrusted text */
#ifndef SEAL_BASE64_H
#define SEAL_BASE64_H

#include "base/types.h"

enum base64_form {
	BASE64_AGE, /* no padding, no line ends: a header of age has one text only */
	BASE64_SSH, /* padding; line ends are passed over */
};

/*
 * Decode text into out, at most size bytes. Returns how many; -EINVAL: another character, spare
 * bits that are not 0, wrong padding, or more than size bytes. Any thread.
 */
int base64_decode(struct blob text, enum base64_form form, uint8_t *out, size_t size);

#endif
