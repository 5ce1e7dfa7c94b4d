/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_scripts.c - scripts with the modules they import: they run where there is nothing else
 */
#include "initramfs/image/program/scripts.h"

#include "base/util.h"
#include "made_image.h"
#include "temp_dir.h"

#include <limits.h>
#include <unistd.h>

struct script {
	struct machine m;
	struct builder b;
	char path[128];
};

/* text becomes m.dir/script; the result of adding it. */
static int script_open(struct script *s, const char *text)
{
	machine_open(&s->m);
	here(&s->m, "path /\n", &s->b);
	machine_put(s->m.dir, "script", text);
	snprintf(s->path, sizeof(s->path), "%s/script", s->m.dir);
	machine_run("chmod 755 %s", s->path);
	fail_clear();
	return program_add(&s->b, PART_PROGRAMS, s->path);
}

static void script_close(struct script *s)
{
	builder_close(&s->b);
	machine_close(&s->m);
}

static void runs(const char *text)
{
	char dir[96], command[160];
	struct script s;
	int rc = script_open(&s, text);

	if (rc < 0)
		print_message("# %s\n", fail_text());
	CHECK_EQ(rc, 0);
	snprintf(dir, sizeof(dir), "%s/image", s.m.dir);
	unfold(&s.b.tree, dir);
	/* Whatever the tests' own environment says, the image does not have. */
	snprintf(command, sizeof(command), "/usr/bin/env -i PATH=/usr/bin %s", s.path);
	CHECK_EQ(program_add(&s.b, PART_PROGRAMS, "/usr/bin/env"), 0);
	unfold(&s.b.tree, dir);
	CHECK_EQ(run_in(dir, command), 0);
	script_close(&s);
}

static void refused(const char *text, int want, const char *words)
{
	struct script s;

	CHECK_EQ(script_open(&s, text), want);
	if (!strstr(fail_text(), words))
		print_message("#  got: %s\n# want: %s\n", fail_text(), words);
	CHECK(strstr(fail_text(), words));
	script_close(&s);
}

#define PYTHON "#!/usr/bin/python3\n"
#define PERL   "#!/usr/bin/perl\n"

TEST(python_brings_what_is_imported)
{
	runs(PYTHON "print('nothing but what a start needs')\n");
	runs("#!/usr/bin/env -S python3 -u\n"
	     "import json, os, re, subprocess, sys, time\n"
	     "from datetime import datetime\n"
	     "assert json.loads('[1.5]') == [1.5] and re.match('a+', 'aa')\n"
	     "subprocess.run([sys.executable, '-c', ''], check=True)\n"
	     "print('\u00fc', datetime.now(), os.uname())\n");
	runs(PYTHON "import hashlib, http.client, logging.handlers, socket, zlib\n"
		    "logging.warning(hashlib.sha256(zlib.compress(b'a')).hexdigest())\n"
		    "socket.getaddrinfo('127.0.0.1', 80)\n");
	runs(PYTHON "try:\n"
		    "    import not_on_this_system\n"
		    "except ImportError:\n"
		    "    import csv\n"
		    "csv.reader([])\n");
}

/* As in /etc/kdump/post.d: its own part lies beside it. */
TEST(python_finds_what_lies_beside_the_script)
{
	char path[128];
	struct script s;

	script_open(&s, "#!/bin/sh\n");
	machine_put(s.m.dir, "beside.py", "import string\n");
	machine_put(s.m.dir, "pack/__init__.py", "from . import inner\n");
	machine_put(s.m.dir, "pack/inner.py", "");
	machine_put(s.m.dir, "other", PYTHON "import beside\nfrom pack import inner\n");
	snprintf(path, sizeof(path), "%s/other", s.m.dir);
	CHECK_EQ(program_add(&s.b, PART_PROGRAMS, path), 0);
	snprintf(path, sizeof(path), "%s/pack/inner.py", s.m.dir);
	CHECK(tree_find(&s.b.tree, path));
	snprintf(path, sizeof(path), "%s/beside.py", s.m.dir);
	CHECK(tree_find(&s.b.tree, path));
	/* It runs as root like the hook itself. */
	machine_run("chmod o+w %s", path);
	machine_put(s.m.dir, "third", PYTHON "import beside\n");
	snprintf(path, sizeof(path), "%s/third", s.m.dir);
	CHECK_EQ(program_add(&s.b, PART_PROGRAMS, path), -EPERM);
	CHECK(strstr(fail_text(), "/beside.py; run: chmod o-w"));
	script_close(&s);
}

TEST(perl_brings_what_is_used)
{
	runs(PERL "use strict; use warnings; print \"1\\n\";\n");
	runs("#!/usr/bin/env perl\n"
	     "use v5.20;\n"
	     "use POSIX qw(strftime); use File::Copy; use File::Temp 'tempfile';\n"
	     "use JSON::PP;\n"
	     "decode_json(encode_json({ a => [strftime('%F', gmtime 0)] }))->{a}[0] eq "
	     "'1970-01-01' or die;\n"
	     "my ($out, $name) = tempfile(DIR => '/');\n"
	     "copy($0, $name) or die; unlink $name;\n");
	runs(PERL "use Encode; use List::Util qw(sum); use Socket; use Time::HiRes qw(sleep);\n"
		  "open my $in, '<:encoding(UTF-8)', $0 or die;\n"
		  "\"a\" =~ /(?<x>.)/ and $+{x} eq 'a' or die;\n"
		  "die if sum(map { -d } glob '/us*') != 1;\n"
		  "sleep 0.01; print \"\\N{GREEK SMALL LETTER ALPHA}\";\n");
	runs(PERL "eval { require Not::On::This::System; 1 } or print \"without\\n\";\n"
		  "print <<E;\nuse this script with care\nE\n");
}

TEST(what_is_missing_is_refused)
{
	refused(PYTHON "import os, not_on_this_system.part\n", -ENOENT,
		"script: it imports not_on_this_system.part, which /usr/bin/python3 does not "
		"find; install it");
	refused(PYTHON "def f():\n    from not_there import x\n", -ENOENT, "not_there");
	refused(PERL "use strict;\nuse Not::On::This::System qw(a);\n", -ENOENT,
		"it imports Not::On::This::System, which /usr/bin/perl does not find");
	refused(PYTHON "this is no python\n", -ENOEXEC, "cannot be found out; write it in sh");
	refused("#!/bin/sh\n", 0, "");
}

/* What another root has is not run, and what nobody can list is not guessed. */
TEST(what_cannot_be_found_out_is_refused)
{
	struct machine m;
	struct builder b;

	machine_open(&m);
	machine_run("mkdir -p %s/bin && cp /bin/busybox %s/bin/perl && cp /bin/busybox %s/bin/ruby",
		    m.root, m.root, m.root);
	machine_put(m.root, "a", "#!/bin/perl\n");
	machine_put(m.root, "b", "#!/bin/ruby -w\n");
	machine_builder(&m, "path /\n", &b);
	CHECK_EQ(program_add(&b, PART_PROGRAMS, "/a"), -EOPNOTSUPP);
	CHECK(strstr(fail_text(), "build the image inside it (chroot "));
	fail_clear();
	CHECK_EQ(program_add(&b, PART_PROGRAMS, "/b"), -EOPNOTSUPP);
	CHECK(strstr(fail_text(), "/b: what /bin/ruby needs cannot be found out; write it in sh"));
	builder_close(&b);
	machine_close(&m);
}

TEST(a_large_one_is_said)
{
	struct script s;

	CHECK_EQ(script_open(&s, PYTHON "import json\n"), 0);
	CHECK_EQ(s.b.warnings.nr, 1);
	CHECK(strstr(s.b.warnings.at[0], "the modules of python3 that "));
	CHECK(strstr(s.b.warnings.at[0], " MB in the image"));
	script_close(&s);
	CHECK_EQ(script_open(&s, PERL "use strict;\n"), 0);
	CHECK_EQ(s.b.warnings.nr, 0);
	script_close(&s);
}

/* A file in the directory that root stands in is not a module of its interpreter. */
TEST(the_current_directory_is_not_searched)
{
	static const char *const shadowed[] = { "modulefinder.py", "ast.py", "sysconfig.py" };
	char dir[TEMP_DIR_MAX], back[PATH_MAX];
	struct script s;

	CHECK(getcwd(back, sizeof(back)) != NULL);
	temp_dir(dir);
	CHECK_EQ(chdir(dir), 0);
	for (size_t i = 0; i < ARRAY_SIZE(shadowed); i++) {
		FILE *f = fopen(shadowed[i], "w");

		fprintf(f, "open('%s/run', 'w')\n", dir);
		fclose(f);
	}
	CHECK_EQ(script_open(&s, PYTHON "import json\n"), 0);
	script_close(&s);
	CHECK_OP(access("run", F_OK), <, 0);
	CHECK_EQ(chdir(back), 0);
	machine_run("rm -r %s", dir);
}

RUN(python_brings_what_is_imported, python_finds_what_lies_beside_the_script,
    perl_brings_what_is_used, what_is_missing_is_refused, what_cannot_be_found_out_is_refused,
    a_large_one_is_said, the_current_directory_is_not_searched)
