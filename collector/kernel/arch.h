/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arch.h - the supported architectures; a new one is a line here and in kernel.c */
#ifndef KERNEL_ARCH_H
#define KERNEL_ARCH_H

#include "kernel/kernel.h"

extern const struct arch_ops arch_x86_64;
extern const struct arch_ops arch_arm64;

#endif
