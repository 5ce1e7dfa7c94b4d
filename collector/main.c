/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main.c - the program kdump-collect; kdump-capture holds the same function */
#include "collect.h"

int main(int argc, char **argv)
{
	return collect_main(argc, argv);
}
