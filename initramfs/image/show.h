/* SPDX-License-Identifier: GPL-2.0-or-later */
/* show.h - tables for people, JSON for programs */
#ifndef INITRAMFS_IMAGE_SHOW_H
#define INITRAMFS_IMAGE_SHOW_H

#include "initramfs/image/image.h"

#include <stdio.h>

/* What went into an image that was just built. */
void show_report(const struct image_report *report, bool json, FILE *f);

/* What is in an image: each file with its size. */
int show_image(const char *image, bool json, FILE *f);

/* The bytes of one file. */
int show_file(const char *image, const char *path, FILE *f);

#endif
