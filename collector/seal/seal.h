/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * seal.h - a sink that encrypts all that goes through it, in the format of age v1
 *
 * Bytes come strictly in order and leave sealed, in chunks of 64 KiB. Nothing is written in clear:
 * where sealing fails, the sink fails. Encryption and the writes below run on a thread of their
 * own, beside the workers; an error of that thread comes back from the next call.
 *
 *     write_at ... write_at -> commit -> close
 *                                     -> close alone: what was given is sealed, too
 *
 * A dump goes through sink_flat on top, whose missing end mark then says that it is not whole.
 * Where the program is killed or the sink below fails, kdump-collect --decrypt --salvage opens it
 * up to the last full chunk.
 */
#ifndef SEAL_SEAL_H
#define SEAL_SEAL_H

#include "output/sink.h"
#include "seal/recipient.h"

/* Bytes that an open sink takes, for the memory plan. */
#define SEAL_MEMORY ((size_t)1 << 20)

/*
 * Takes over inner, even on failure. Writes the header at once. -ETIMEDOUT where the kernel has no
 * random numbers for a key.
 */
int sink_seal_open(struct sink *inner, const struct seal_recipients *to, struct sink **out);

#endif
