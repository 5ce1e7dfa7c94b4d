/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_module_params.c - parameters and blacklists of modules on a kernel command line */
#include "initramfs/plan/module_params.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>

static void options(const char *cmdline, const char *module, const char *had, const char *want)
{
	char *text = module_params_options(cmdline, module, had), *back;

	CHECK(text);
	CHECK_STR(text, want);
	back = strdup(text);
	module_params_strip(cmdline, module, back);
	CHECK_STR(back, had);
	free(back);
	free(text);
}

TEST(parameters)
{
	options("quiet loop.max_loop=3", "loop", "", "max_loop=3");
	options("loop.max_loop=3 loop.max_part=7", "loop", "max_loop=8",
		"max_loop=8 max_loop=3 max_part=7");
	options("nvme-core.io_timeout=5", "nvme_core", "", "io_timeout=5");
	options("usbcore.nousb", "usbcore", "", "nousb");
	options("a.dyndbg=\"file x +p\"", "a", "", "dyndbg=\"file x +p\"");
	options("\"a.b=c d\" e", "a", "", "\"b=c d\"");
	options("aloop.x=1 loop=1 loop. x.loop.y=1 y=loop.z", "loop", "a=1", "a=1");
	options("loop.x=1 -- loop.y=1", "loop", "", "x=1");
	options("", "loop", "a=1", "a=1");
}

TEST(what_is_not_at_the_end_stays)
{
	char text[] = "max_loop=3 a=1", tail[] = "xmax_loop=3";

	module_params_strip("loop.max_loop=3", "loop", text);
	CHECK_STR(text, "max_loop=3 a=1");
	module_params_strip("loop.max_loop=3", "loop", tail);
	CHECK_STR(tail, "xmax_loop=3");
}

TEST(blacklists)
{
	static const char line[] = "modprobe.blacklist=a,b-c rd.driver.blacklist=d "
				   "module_blacklist=e,,f \"rd.driver.blacklist=g\" -- "
				   "modprobe.blacklist=z";
	static const char *const in[] = { "a", "b_c", "d", "e", "f", "g" };

	for (size_t i = 0; i < sizeof(in) / sizeof(in[0]); i++)
		CHECK(module_params_blacklisted(line, in[i]));
	CHECK(!module_params_blacklisted(line, "b"));
	CHECK(!module_params_blacklisted(line, "z"));
	CHECK_STR(module_params_blacklisted(line, "d"), "rd.driver.blacklist");
	CHECK(module_params_any_blacklist(line));
	CHECK(!module_params_any_blacklist("quiet blacklist=a"));
}

TEST(names)
{
	char name[16];

	module_params_name("/lib/modules/6.12/kernel/fs/nls/nls_iso8859-1.ko.xz", name,
			   sizeof(name));
	CHECK_STR(name, "nls_iso8859_1");
	module_params_name("loop.ko", name, 4);
	CHECK_STR(name, "loo");
}

RUN(parameters, what_is_not_at_the_end_stays, blacklists, names)
