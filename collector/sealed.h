/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sealed.h - the modes --encrypt and --decrypt, and the recipients that a command line names */
#ifndef SEALED_H
#define SEALED_H

#include "cli/options.h"
#include "seal/recipient.h"

/* All that --encrypt-to names. -EINVAL. */
int sealed_recipients(const struct options *o, struct seal_recipients *out);

/*
 * By o->mode. MODE_ENCRYPT: a file, or standard input for "-", sealed as it is; with zeros for
 * pages that cannot be read, and EXIT_CODE_PARTIAL for that. MODE_DECRYPT: what a sealed file
 * holds: a dump of the flattened stream inside, anything else as it is. Nothing stays of a file
 * that was changed or cut, unless o->salvage: then what could be opened has a name with
 * "-incomplete", the outcome is EXIT_CODE_PARTIAL, and the error is returned all the same.
 */
int sealed_run(const struct options *o, enum exit_code *outcome);

#endif
