/* SPDX-License-Identifier: GPL-2.0-or-later */
/* made_image.h - a tree of the builder as a directory, and programs run with nothing else */
#ifndef MADE_IMAGE_H
#define MADE_IMAGE_H

#include "made_machine.h"

/* A builder whose root is this very system. */
void here(struct machine *m, const char *conf, struct builder *out);

/* Write the tree below DIR as the image would have it. */
void unfold(const struct tree *t, const char *dir);

/* Run a command in a tree that was unpacked, as its root; its exit code. */
int run_in(const char *dir, const char *command);

#endif
