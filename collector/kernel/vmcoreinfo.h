/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmcoreinfo.h - the text of vmcoreinfo as a dump is to have it */
#ifndef KERNEL_VMCOREINFO_H
#define KERNEL_VMCOREINFO_H

#include "base/types.h"

/*
 * Copy text without damage for which libkdumpfile refuses a whole dump, or crashes: a PAGESIZE that
 * is not page_size (in bytes), which is put in its place, and lines that begin with a dot, as no
 * key does, which are left out. Returns how many lines differ; 0: none, and nothing was copied. The
 * caller frees out->data. -ENOMEM. Any thread.
 */
int vmcoreinfo_mend(struct blob text, unsigned page_size, struct blob *out);

#endif
