/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fence.h - where distributions put fence_kdump_send; the image has it under the same path */
#ifndef PLAN_FENCE_H
#define PLAN_FENCE_H

#include <stddef.h>

static const char *const fence_senders[] = {
	"/usr/libexec/fence_kdump_send",	      /* Fedora, RHEL */
	"/usr/libexec/fence-agents/fence_kdump_send", /* Debian since 12 */
	"/usr/lib/fence-agents/fence_kdump_send",
	"/usr/lib/fence_kdump_send",
	"/usr/sbin/fence_kdump_send",
};

#endif
