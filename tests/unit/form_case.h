/* SPDX-License-Identifier: GPL-2.0-or-later */
/* form_case.h - for unit tests: kernel logs of odd forms, and what they tell */
#ifndef FORM_CASE_H
#define FORM_CASE_H

#include <stddef.h>

/* A fact that is NULL is not looked at. */
struct form {
	const char *name, *log;
	const char *reason, *function, *module, *process, *taint, *release;
};

/* triage_parse() finds all facts in each of them; else the test fails, with the name of the form.
 */
void forms_check(const struct form *forms, size_t nr);

#endif
