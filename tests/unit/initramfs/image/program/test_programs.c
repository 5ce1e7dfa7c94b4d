/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_programs.c - programs with their libraries: ldd and the programs themselves judge */
#include "initramfs/image/program/programs.h"

#include "base/util.h"
#include "initramfs/image/program/ldcache.h"
#include "initramfs/plan/fence.h"

#include "made_image.h"

/* All that ldd names is there, and it runs where there is nothing else. */
static void runs_alone(const char *path, const char *command)
{
	char line[1024], library[512], dir[96];
	struct machine m;
	struct builder b;
	FILE *f;

	machine_open(&m);
	here(&m, "path /\n", &b);
	CHECK_EQ(program_add(&b, PART_PROGRAMS, path), 0);
	tree_sort(&b.tree);
	snprintf(line, sizeof(line), "ldd %s | sed -n 's/^[ \\t]*\\(lib[^ ]*\\) =>.*/\\1/p'", path);
	f = popen(line, "r");
	CHECK(f != NULL);
	while (fgets(library, sizeof(library), f)) {
		bool found = false;

		library[strcspn(library, "\n")] = '\0';
		for (size_t i = 0; i < b.tree.nr; i++) {
			const char *name = strrchr(b.tree.nodes[i].path, '/') + 1;

			found |= strcmp(name, library) == 0;
		}
		CHECK(found);
	}
	pclose(f);
	snprintf(dir, sizeof(dir), "%s/image", m.dir);
	unfold(&b.tree, dir);
	CHECK_EQ(run_in(dir, command), 0);
	builder_close(&b);
	machine_close(&m);
}

TEST(programs_run_with_nothing_but_their_closure)
{
	runs_alone("/bin/bash", "/bin/bash -c true");
	runs_alone("/usr/bin/xz", "/usr/bin/xz --version");
	runs_alone("/bin/cp", "/bin/cp --version");
	runs_alone("/usr/bin/awk", "/usr/bin/awk \"BEGIN { exit 0 }\"");
}

/* prog needs liba by RUNPATH $ORIGIN, liba needs libb by the same, both in a strange place. */
TEST(search_paths_of_the_object_itself)
{
	char path[128], dir[96], command[160];
	struct machine m;
	struct builder b;

	machine_open(&m);
	machine_run("cd %s && mkdir -p opt/lib && echo 'int b(void) { return 3; }' >b.c && "
		    "echo 'int b(void); int a(void) { return b(); }' >a.c && "
		    "echo 'int a(void); int main(void) { return a() - 3; }' >p.c && "
		    "gcc -shared -fPIC -o opt/lib/libkdb.so b.c && "
		    "gcc -shared -fPIC -o opt/lib/libkda.so a.c -Lopt/lib -lkdb "
		    "'-Wl,-rpath,$ORIGIN' && gcc -o opt/prog p.c -Lopt/lib -lkda "
		    "-Wl,-rpath-link,opt/lib '-Wl,-rpath,$ORIGIN/lib'",
		    m.dir);
	here(&m, "path /\n", &b);
	snprintf(path, sizeof(path), "%s/opt/prog", m.dir);
	if (program_add(&b, PART_PROGRAMS, path) < 0)
		print_message("# %s\n", fail_text());
	CHECK_STR(fail_text(), "");
	snprintf(dir, sizeof(dir), "%s/image", m.dir);
	unfold(&b.tree, dir);
	snprintf(command, sizeof(command), "%s", path);
	CHECK_EQ(run_in(dir, command), 0);
	builder_close(&b);
	machine_run("rm %s/opt/lib/libkdb.so", m.dir);
	here(&m, "path /\n", &b);
	CHECK_EQ(program_add(&b, PART_PROGRAMS, path), -ENOENT);
	CHECK(strstr(fail_text(), "needs library libkdb.so, which is not on this system"));
	builder_close(&b);
	machine_close(&m);
}

TEST(scripts_bring_their_interpreter)
{
	char path[128];
	struct machine m;
	struct builder b;

	machine_open(&m);
	here(&m, "path /\n", &b);
	snprintf(path, sizeof(path), "%s/a", m.dir);
	machine_put(m.dir, "a", "#! /bin/sh -e\n");
	CHECK_EQ(program_add(&b, PART_PROGRAMS, path), 0);
	CHECK(tree_find(&b.tree, "/bin/sh") && tree_find(&b.tree, path));
	snprintf(path, sizeof(path), "%s/b", m.dir);
	machine_put(m.dir, "b", "#!/usr/bin/env -S X=1 bash\n");
	CHECK_EQ(program_add(&b, PART_PROGRAMS, path), 0);
	CHECK(tree_find(&b.tree, "/usr/bin/env") && tree_find(&b.tree, "/bin/bash"));
	CHECK_EQ(b.warnings.nr, 0);
	snprintf(path, sizeof(path), "%s/c", m.dir);
	machine_put(m.dir, "c", "echo no first line\n");
	CHECK_EQ(program_add(&b, PART_PROGRAMS, path), -ENOEXEC);
	CHECK(strstr(fail_text(), "neither a program nor a script"));
	fail_clear();
	CHECK_EQ(program_add_name(&b, PART_PROGRAMS, "no-such-program"), -ENOENT);
	builder_close(&b);
	machine_close(&m);
}

/* Hooks and the like of a root that holds nothing but busybox. */
static void open_root(struct machine *m)
{
	machine_open(m);
	machine_run("mkdir -p %s/bin && cp /bin/busybox %s/bin/busybox", m->root, m->root);
	machine_put(m->root, "usr/sbin/hook", "#!/bin/busybox sh\n");
	machine_run("chmod 755 %s/usr/sbin/hook", m->root);
}

static void gathers(struct machine *m, const char *conf, int want, const char *words)
{
	struct builder b;
	int rc;

	machine_builder(m, conf, &b);
	rc = programs_gather(&b);
	if (rc != want || !strstr(fail_text(), words))
		print_message("#  got: %d %s\n# want: %s\n", rc, fail_text(), words);
	CHECK_EQ(rc, want);
	CHECK(strstr(fail_text(), words));
	builder_close(&b);
}

#define HOOK "path /\nkdump_post /usr/sbin/hook\n"

TEST(hooks_belong_to_root_alone)
{
	struct machine m;

	open_root(&m);
	gathers(&m, HOOK, 0, "");
	machine_run("chmod 775 %s/usr/sbin/hook; chgrp 1 %s/usr/sbin/hook", m.root, m.root);
	gathers(&m, HOOK, -EPERM, "hook: other users may write to /usr/sbin/hook; run: chmod go-w");
	machine_run("chgrp 0 %s/usr/sbin/hook", m.root);
	gathers(&m, HOOK, 0, "");
	machine_run("chmod 757 %s/usr/sbin/hook", m.root);
	gathers(&m, HOOK, -EPERM, "run: chmod o-w /usr/sbin/hook");
	machine_run("chmod 755 %s/usr/sbin/hook; chown 1 %s/usr/sbin/hook", m.root, m.root);
	gathers(&m, HOOK, -EPERM, "belongs to user 1, not to root");
	machine_run("chown 0 %s/usr/sbin/hook; chmod 644 %s/usr/sbin/hook", m.root, m.root);
	gathers(&m, HOOK, -EACCES, "is not executable");
	machine_run("rm %s/usr/sbin/hook", m.root);
	gathers(&m, HOOK, -ENOENT, "usr/sbin/hook");
	machine_close(&m);
}

/* Whoever asks for a program: it, its interpreter and its libraries are held to the same. */
TEST(all_programs_belong_to_root_alone)
{
	static const char *const conf[] = {
		"path /\nextra_bins /opt/tool\n",
		"path /\ncore_collector /opt/tool\n",
		"path /\nextra_bins /usr/sbin/hook\n", /* a script, run by /opt/tool */
		"path /\nfence_kdump_nodes a\n",
	};
	struct machine m;

	open_root(&m);
	machine_run("mkdir -p %s/opt && cp /bin/busybox %s/opt/tool", m.root, m.root);
	machine_put(m.root, "usr/sbin/hook", "#!/opt/tool sh\n");
	machine_run("mkdir -p %s$(dirname %s)", m.root, fence_senders[0]);
	machine_run("ln -s /opt/tool %s%s", m.root, fence_senders[0]);
	for (size_t i = 0; i < ARRAY_SIZE(conf); i++) {
		machine_run("chmod 755 %s/opt && chown 0 %s/opt/tool", m.root, m.root);
		gathers(&m, conf[i], 0, "");
		machine_run("chown 1 %s/opt/tool", m.root);
		gathers(&m, conf[i], -EPERM, "/opt/tool belongs to user 1, not to root");
		machine_run("chown 0 %s/opt/tool && chmod 777 %s/opt", m.root, m.root);
		gathers(&m, conf[i], -EPERM, "other users may write to /opt; run: chmod");
	}
	machine_close(&m);
}

TEST(libraries_belong_to_root_alone)
{
	char path[128], words[160];
	struct machine m;
	struct builder b;

	machine_open(&m);
	machine_run("cd %s && mkdir -p opt/lib && echo 'int a(void) { return 0; }' >a.c && "
		    "echo 'int a(void); int main(void) { return a(); }' >p.c && "
		    "gcc -shared -fPIC -o opt/lib/libkda.so a.c && "
		    "gcc -o opt/prog p.c -Lopt/lib -lkda '-Wl,-rpath,$ORIGIN/lib'",
		    m.dir);
	snprintf(path, sizeof(path), "%s/opt/prog", m.dir);
	snprintf(words, sizeof(words), "other users may write to %s/opt/lib", m.dir);
	for (int others = 0; others < 2; others++) {
		machine_run("chmod %s %s/opt/lib", others ? "777" : "755", m.dir);
		here(&m, "path /\n", &b);
		CHECK_EQ(program_add(&b, PART_PROGRAMS, path), others ? -EPERM : 0);
		CHECK(strstr(fail_text(), others ? words : ""));
		builder_close(&b);
	}
	machine_close(&m);
}

TEST(drop_ins_are_found_and_held_to_the_same)
{
	struct machine m;
	struct builder b;

	open_root(&m);
	machine_put(m.root, "etc/kdump/pre.d/10-a", "#!/bin/busybox sh\n");
	machine_put(m.root, "etc/kdump/pre.d/README", "words\n");
	machine_run("chmod 755 %s/etc/kdump/pre.d/10-a", m.root);
	machine_builder(&m, "path /\n", &b);
	CHECK_EQ(programs_gather(&b), 0);
	CHECK(tree_find(&b.tree, "/etc/kdump/pre.d/10-a"));
	CHECK(!tree_find(&b.tree, "/etc/kdump/pre.d/README"));
	CHECK(tree_find(&b.tree, "/bin/busybox") && tree_find(&b.tree, "/bin/sh"));
	builder_close(&b);
	machine_run("chmod 777 %s/etc/kdump/pre.d", m.root);
	gathers(&m, "path /\n", -EPERM, "hook: other users may write to /etc/kdump/pre.d;");
	machine_close(&m);
}

TEST(a_shell_only_where_one_is_needed)
{
	struct machine m;
	struct builder b;

	open_root(&m);
	machine_builder(&m, "path /\n", &b);
	CHECK_EQ(programs_gather(&b), 0);
	CHECK_EQ(b.tree.nr, 0);
	builder_close(&b);
	machine_builder(&m, "path /\nfailure_action shell\n", &b);
	CHECK_EQ(programs_gather(&b), 0);
	CHECK(tree_find(&b.tree, "/bin/sh") && tree_find(&b.tree, "/bin/mount"));
	builder_close(&b);
	machine_run("rm %s/bin/busybox", m.root);
	gathers(&m, "path /\nfailure_action shell\n", -ENOENT, "no shell on this system");
	machine_close(&m);
}

TEST(an_external_collector_goes_in_and_our_own_does_not)
{
	struct machine m;
	struct builder b;

	open_root(&m);
	machine_builder(&m, "path /\ncore_collector makedumpfile -l -d 31\n", &b);
	CHECK_EQ(programs_gather(&b), 0);
	CHECK_EQ(b.tree.nr, 0);
	builder_close(&b);
	machine_run("ln -s busybox %s/bin/cp", m.root);
	machine_builder(&m, "path /\ncore_collector cp\n", &b);
	CHECK_EQ(programs_gather(&b), 0);
	CHECK(tree_find(&b.tree, "/bin/cp") && tree_find(&b.tree, "/bin/busybox"));
	builder_close(&b);
	gathers(&m, "path /\ncore_collector strange-tool\n", -ENOENT,
		"core_collector: no program \"strange-tool\"");
	gathers(&m, "path /\nextra_bins /bin/busybox /bin/nothing\n", -ENOENT, "extra_bins: ");
	gathers(&m, "path /\nfence_kdump_nodes a b\n", -ENOENT, "no fence_kdump_send");
	machine_close(&m);
}

/* Each distribution has a place of its own for it. */
TEST(the_sender_of_fence_kdump_goes_in_from_wherever_it_is)
{
	struct machine m;
	struct builder b;

	open_root(&m);
	for (size_t i = 0; i < ARRAY_SIZE(fence_senders); i++) {
		machine_run("mkdir -p %s$(dirname %s)", m.root, fence_senders[i]);
		machine_run("cp %s/bin/busybox %s%s", m.root, m.root, fence_senders[i]);
		machine_builder(&m, "path /\nfence_kdump_nodes a b\n", &b);
		CHECK_EQ(programs_gather(&b), 0);
		CHECK(tree_find(&b.tree, fence_senders[i]) != NULL);
		builder_close(&b);
		machine_run("rm %s%s", m.root, fence_senders[i]);
	}
	machine_close(&m);
}

/* Links of a foreign root must not lead out of it. */
TEST(links_stay_inside_the_root)
{
	char *real;
	struct machine m;
	struct builder b;

	open_root(&m);
	machine_link(m.root, "bin/out", "../../../../../../../bin/busybox");
	machine_link(m.root, "bin/absolute", "/bin/busybox");
	machine_run("mv %s %s.moved && ln -s %s.moved %s", m.root, m.root, m.root, m.root);
	machine_builder(&m, "path /\n", &b);
	for (int i = 0; i < 2; i++) {
		real = builder_real(&b, i ? "/bin/out" : "/bin/absolute");
		CHECK(real && strncmp(real, b.root, strlen(b.root)) == 0);
		free(real);
	}
	CHECK_EQ(program_add(&b, PART_PROGRAMS, "/bin/absolute"), 0);
	CHECK(tree_find(&b.tree, "/bin/busybox"));
	builder_close(&b);
	machine_close(&m);
}

static int count_call(const char *path, void *arg)
{
	(void)path;
	(*(int *)arg)++;
	return 0;
}

TEST(a_broken_cache_is_no_cache)
{
	unsigned char cache[48 + 2 * 24 + 16] = "glibc-ld.so.cache1.1";
	const uint32_t key = 48 + 48, value = key + 8;
	const uint64_t hwcap = 1;
	uint32_t nr = 1000; /* more than there are */
	int calls = 0;

	memcpy(cache + 20, &nr, 4);
	memcpy(cache + 52, &key, 4);
	memcpy(cache + 56, &value, 4);
	memcpy(cache + 48 + 24 + 4, &key, 4);
	memcpy(cache + 48 + 24 + 8, &value, 4);
	memcpy(cache + 48 + 24 + 16, &hwcap, 8); /* the second one is for another CPU */
	memcpy(cache + key, "lib.so\0", 8);
	memcpy(cache + value, "/l/lib", 7);
	ldcache_search((char *)cache, sizeof(cache), "lib.so", count_call, &calls);
	CHECK_EQ(calls, 1);
	for (size_t len = 0; len < sizeof(cache); len++) {
		char *copy = malloc(len ? len : 1); /* ASan sees what is read behind it */

		CHECK(copy != NULL);
		memcpy(copy, cache, len);
		ldcache_search(copy, len, "lib.so", count_call, &calls);
		free(copy);
	}
}

RUN(programs_run_with_nothing_but_their_closure, search_paths_of_the_object_itself,
    scripts_bring_their_interpreter, hooks_belong_to_root_alone, all_programs_belong_to_root_alone,
    libraries_belong_to_root_alone, drop_ins_are_found_and_held_to_the_same,
    a_shell_only_where_one_is_needed, an_external_collector_goes_in_and_our_own_does_not,
    the_sender_of_fence_kdump_goes_in_from_wherever_it_is, links_stay_inside_the_root,
    a_broken_cache_is_no_cache)
