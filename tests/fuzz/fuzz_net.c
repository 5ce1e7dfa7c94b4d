/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_net.c - any bytes as the network's text: what is taken is written and taken again */
#include "base/err.h"
#include "initramfs/net/net.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *text_of(const struct net *net, size_t *len)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, len);

	if (!f || net_write(net, f) < 0 || fclose(f) != 0)
		abort();
	return text;
}

static void check_again(const struct net *net)
{
	static struct net again;
	size_t len, len2;
	char *text = text_of(net, &len), *text2;

	if (net_parse(text, len, "written", &again) < 0)
		abort();
	text2 = text_of(&again, &len2);
	if (len != len2 || memcmp(text, text2, len) != 0)
		abort();
	free(text);
	free(text2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct net net;
	char *copy = malloc(size ? size : 1);

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	fail_clear();
	if (net_parse(copy, size, "fuzz", &net) == 0)
		check_again(&net);
	free(copy);
	return 0;
}
