/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nfs_options.h - mount(2)'s data for the kernel's NFS client, for each version */
#ifndef INITRAMFS_CAPTURE_TARGET_NFS_OPTIONS_H
#define INITRAMFS_CAPTURE_TARGET_NFS_OPTIONS_H

#include <stdbool.h>

#define NFS_DATA_MAX 1024

struct nfs_wish {
	const char *options; /* from the plan: "vers=4.2,rsize=1048576" */
	const char *address; /* of the server */
	const char *client;  /* our own, as the server sees it; "" if unknown */
	const char *version; /* of nfs_options_version() */
	unsigned port;	     /* 0: the default */
	unsigned patience;   /* seconds until a silent server is an error; 0: the default */
	bool plain_soft;     /* for kernels before 5.1, which do not know softerr */
};

/*
 * The i-th version to try: the one in options first, then newest to oldest. NULL after the last.
 * Static text.
 */
const char *nfs_options_version(const char *options, unsigned i);

/* Make the text for mount(2). -EINVAL if an address is not valid or the text does not fit. */
int nfs_options_make(const struct nfs_wish *wish, char out[NFS_DATA_MAX]);

#endif
