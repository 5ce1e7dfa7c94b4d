/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cluster.h - will the cluster switch this node off while it dumps? */
#ifndef SYSTEMD_CHECK_CLUSTER_H
#define SYSTEMD_CHECK_CLUSTER_H

#include "systemd/ctl.h"

#define CLUSTER_TEXT_MAX 1024

/*
 * Pacemaker has a fence_kdump device, which waits for messages of a node that dumps, and kdump.conf
 * has no fence_kdump_nodes: true, and text says what to write.
 */
bool cluster_waits(const struct ctl *ctl, char text[CLUSTER_TEXT_MAX]);

#endif
