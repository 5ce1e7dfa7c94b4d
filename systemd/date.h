/* SPDX-License-Identifier: GPL-2.0-or-later */
/* date.h - a time as readable text */
#ifndef SYSTEMD_DATE_H
#define SYSTEMD_DATE_H

#include <stdint.h>

#define DATE_SIZE 32

/* Seconds since 1970 as "2026-11-29 14:03:22", local time; 0: "?". */
void date_text(int64_t when, char out[DATE_SIZE]);

#endif
