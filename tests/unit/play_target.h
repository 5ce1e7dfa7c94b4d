/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * play_target.h - for unit tests: a target that is a directory, and hangs or dies where it should
 *
 * The plan's target says which directory (path), and with the source "first" that it is the one
 * that hangs. Its operations are made from TARGET_OPS: a new one without a line here does not
 * compile.
 */
#ifndef PLAY_TARGET_H
#define PLAY_TARGET_H

#include "initramfs/capture/target/target.h"

#include "base/err.h"
#include "check.h"
#include "initramfs/capture/console.h"
#include "initramfs/plan/plan.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where the target hangs, and where its process dies. */
extern enum target_op play_hangs, play_dies;

/* Shared memory where each operation of the first target is noted; NULL. */
extern bool *play_reached;

/* A test's own fault, in the process of the target: 0 or what the operation returns; NULL. */
extern int (*play_fault)(const struct target *t);

/* What a target does that hangs, for ever. */
extern void (*play_hang)(void);

/* A target of the plan, for target_cfg's make_target or target_new(). */
int play_make(const struct target_cfg *cfg, struct target **out);

/*
 * try is called with each operation in a process of its own, all at the same time as most of them
 * wait. True: all of them returned true.
 */
bool play_each(bool (*try)(enum target_op));

#endif
