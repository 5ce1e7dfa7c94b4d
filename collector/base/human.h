/* SPDX-License-Identifier: GPL-2.0-or-later */
/* human.h - sizes and times as a person reads them; any thread, nothing fails */
#ifndef BASE_HUMAN_H
#define BASE_HUMAN_H

#include <stdint.h>

#define HUMAN_MAX 24

/* "512 B", "1.4 GiB": units of 1024, one decimal. In buf, which is returned. */
char *human_bytes(char buf[HUMAN_MAX], uint64_t bytes);

/* "3.2 s" below ten seconds, then "45 s", "2min 5s". In buf, which is returned. */
char *human_seconds(char buf[HUMAN_MAX], double seconds);

#endif
