/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_environ.c - the environment keeps nothing that chooses code */
#include "base/environ.h"
#include "base/util.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>

static const char *const choose_code[] = {
	"LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONHOME",
	"PERL5LIB",   "PERL5OPT",	 "RUBYLIB",  "BASH_ENV",   "ENV",	    "IFS",
	"CDPATH",     "GCONV_PATH",	 "LOCPATH",  "KDUMPCTL",   "SSH_AUTH_SOCK", "GIT_SSH",
	"SHELLOPTS",  "MALLOC_TRACE",	 "NLSPATH",  "LC_",
};

TEST(only_listed_variables_stay)
{
	CHECK(environ_keeps("HOME") && environ_keeps("LC_ALL") && environ_keeps("NOTIFY_SOCKET"));
	for (size_t i = 0; i + 1 < ARRAY_SIZE(choose_code); i++) {
		if (environ_keeps(choose_code[i]))
			fail_msg("%s is kept", choose_code[i]);
		setenv(choose_code[i], "/tmp/evil", 1);
	}
	setenv("LC_ALL", "C", 1);
	setenv("HOME", "/root", 1);
	CHECK_EQ(environ_reduce(ENVIRON_ABSOLUTE_PATH), 0);
	for (size_t i = 0; i < ARRAY_SIZE(choose_code); i++)
		CHECK(!getenv(choose_code[i]));
	CHECK_STR(getenv("LC_ALL"), "C");
	CHECK_STR(getenv("HOME"), "/root");
}

/* Of the lists that were environ before: they stay valid, and a program has one. */
const char *__lsan_default_suppressions(void)
{
	return "leak:environ_reduce\n";
}

TEST(relative_directories_leave_path)
{
	static const char *const cases[][2] = {
		{ "/a:/b", "/a:/b" }, { ".:/a::bin:/b:", "/a:/b" }, { "./x", ENVIRON_PATH },
		{ "", ENVIRON_PATH }, { ":::", ENVIRON_PATH },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		setenv("PATH", cases[i][0], 1);
		CHECK_EQ(environ_reduce(ENVIRON_ABSOLUTE_PATH), 0);
		CHECK_STR(getenv("PATH"), cases[i][1]);
	}
	unsetenv("PATH");
	CHECK_EQ(environ_reduce(ENVIRON_ABSOLUTE_PATH), 0);
	CHECK_STR(getenv("PATH"), ENVIRON_PATH);
}

TEST(the_system_path_replaces_any_other)
{
	setenv("PATH", "/home/someone/bin:/usr/bin", 1);
	CHECK_EQ(environ_reduce(ENVIRON_SYSTEM_PATH), 0);
	CHECK_STR(getenv("PATH"), ENVIRON_PATH);
}

/* A child that another library starts inherits the reduced environment. */
TEST(children_inherit_it)
{
	setenv("BASH_ENV", "/tmp/evil", 1);
	CHECK_EQ(environ_reduce(ENVIRON_SYSTEM_PATH), 0);
	CHECK_EQ(system("test -z \"$BASH_ENV\""), 0);
}

RUN(only_listed_variables_stay, relative_directories_leave_path, the_system_path_replaces_any_other,
    children_inherit_it)
