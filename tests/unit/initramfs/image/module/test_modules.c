/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_modules.c - made-up kernel modules through depmod and libkmod into tree and plan */
#include "initramfs/image/module/modules.h"

#include "initramfs/image/base_files.h"

#include "made_machine.h"

#define MODULES "lib/modules/6.12-test"

/* A module that says this of itself, as MODULE_ALIAS and the like would. Strings end in \0. */
static void make_module(const struct machine *m, const char *place, const char *info)
{
	const char *name = strrchr(place, '/') + 1;

	machine_run("cd %s && mkdir -p root/" MODULES "/kernel/$(dirname '%s') && "
		    "printf '%%s' '__attribute__((section(\".modinfo\"), used)) static const "
		    "char m[] = \"name=%s\\0%s\";' | "
		    "gcc -x c -c -o root/" MODULES "/kernel/%s.ko -",
		    m->dir, place, name, info, place);
}

static void index_modules(const struct machine *m)
{
	machine_run("touch %s/" MODULES "/modules.builtin %s/" MODULES "/modules.order && "
		    "depmod -b %s 6.12-test 2>/dev/null",
		    m->root, m->root, m->root);
}

static void open_modules(struct machine *m, const char *kconfig)
{
	machine_open(m);
	machine_put(m->root, MODULES "/config", kconfig);
	make_module(m, "fs/disk_fs", "alias=fs-disk\\0softdep=pre: the-sum post: late");
	make_module(m, "crypto/sum_fast", "alias=the-sum\\0");
	make_module(m, "crypto/sum_slow", "alias=the-sum\\0softdep=pre: disk_fs\\0"); /* a ring */
	make_module(m, "crypto/late", "");
	make_module(m, "drivers/net/nic",
		    "alias=pci:nic\\0firmware=nic/a.bin\\0firmware=nic/b.bin\\0");
	make_module(m, "drivers/gpu/drm/screen", "alias=pci:nic\\0");
	make_module(m, "drivers/infiniband/verbs", "");
	make_module(m, "drivers/net/rdma_nic", "softdep=post: verbs\\0");
	make_module(m, "drivers/net/noisy", "alias=pci:nic\\0");
}

/* Gather modules for conf with these wanted and liked (NULL: none). */
static void gather(struct machine *m, struct builder *b, const char *conf, const char *required,
		   const char *optional)
{
	index_modules(m);
	machine_builder(m, conf, b);
	CHECK_EQ(required ? strlist_add(&b->required, required) : 0, 0);
	CHECK_EQ(optional ? strlist_add(&b->optional, optional) : 0, 0);
	modules_gather(b);
	CHECK_STR(fail_text(), "");
}

/* Position in load order, from 1; 0: not in the plan. */
static size_t at(const struct builder *b, const char *name)
{
	char file[64];

	snprintf(file, sizeof(file), "/%s.ko", name);
	for (size_t i = 0; i < b->plan.nr_modules; i++) {
		if (strstr(b->plan.modules[i].path, file))
			return i + 1;
	}
	return 0;
}

TEST(softdeps_name_aliases_and_all_of_them_count)
{
	struct machine m;
	struct builder b;

	open_modules(&m, "CONFIG_RD_ZSTD=y\n");
	gather(&m, &b, "path /\n", "disk_fs", NULL);
	CHECK(at(&b, "sum_fast") && at(&b, "sum_slow") && at(&b, "disk_fs") && at(&b, "late"));
	CHECK(at(&b, "sum_fast") < at(&b, "disk_fs") && at(&b, "sum_slow") < at(&b, "disk_fs"));
	CHECK_OP(at(&b, "disk_fs"), <, at(&b, "late"));
	CHECK_EQ(b.plan.nr_modules, 4);
	CHECK(tree_find(&b.tree, b.plan.modules[0].path));
	builder_close(&b);
	machine_close(&m);
}

TEST(displays_and_rdma_only_by_name)
{
	struct machine m;
	struct builder b;

	open_modules(&m, "CONFIG_RD_ZSTD=y\n");
	gather(&m, &b, "path /\n", "rdma_nic", "pci:nic");
	CHECK(at(&b, "nic") && at(&b, "rdma_nic"));
	CHECK(!at(&b, "screen") && !at(&b, "verbs"));
	builder_close(&b);
	gather(&m, &b, "path /\nextra_modules verbs\n", "screen", NULL);
	CHECK(at(&b, "screen") && at(&b, "verbs"));
	builder_close(&b);
	machine_close(&m);
}

TEST(dracut_args_may_name_what_the_kernel_lacks)
{
	struct machine m;
	struct builder b;

	open_modules(&m, "CONFIG_RD_ZSTD=y\n");
	gather(&m, &b, "path /\ndracut_args --add-drivers \"nosuch nic\"\n", "screen", NULL);
	CHECK(at(&b, "nic") && at(&b, "screen") && b.warnings.nr > 0);
	CHECK(strstr(b.warnings.at[0], "has no module nosuch; the image is made without it"));
	builder_close(&b);
	machine_builder(&m, "path /\nextra_modules nosuch\n", &b);
	CHECK_EQ(modules_gather(&b), -ENOENT);
	fail_clear();
	builder_close(&b);
	machine_close(&m);
}

TEST(modprobe_d_is_heard)
{
	struct machine m;
	struct builder b;

	open_modules(&m, "CONFIG_RD_ZSTD=y\n");
	machine_put(m.root, "etc/modprobe.d/a.conf",
		    "options nic debug=3\nblacklist noisy\nsoftdep late pre: rdma_nic\n");
	gather(&m, &b, "path /\n", "late", "pci:nic");
	CHECK(at(&b, "nic") && !at(&b, "noisy"));
	CHECK(at(&b, "rdma_nic") && at(&b, "rdma_nic") < at(&b, "late"));
	CHECK_STR(b.plan.modules[at(&b, "nic") - 1].options, "debug=3");
	builder_close(&b);
	machine_close(&m);
}

TEST(firmware_comes_along_and_its_lack_is_said_once)
{
	struct machine m;
	struct builder b;

	open_modules(&m, "CONFIG_RD_ZSTD=y\n");
	machine_put(m.root, "lib/firmware/nic/a.bin", "old");
	machine_put(m.root, "lib/firmware/6.12-test/nic/a.bin", "for this kernel");
	gather(&m, &b, "path /\n", "nic", NULL);
	CHECK(tree_find(&b.tree, "/lib/firmware/6.12-test/nic/a.bin"));
	CHECK(!tree_find(&b.tree, "/lib/firmware/nic/a.bin"));
	CHECK_EQ(b.warnings.nr, 1);
	CHECK(strstr(b.warnings.at[0], "module nic names firmware") &&
	      strstr(b.warnings.at[0], "nic/b.bin"));
	builder_close(&b);
	machine_put(m.root, "lib/firmware/nic/b.bin.xz", "compressed, and the kernel reads that");
	gather(&m, &b, "path /\n", "nic", NULL);
	CHECK(tree_find(&b.tree, "/lib/firmware/nic/b.bin.xz"));
	CHECK_EQ(b.warnings.nr, 0);
	builder_close(&b);
	machine_close(&m);
}

/* Kept where the kernel unpacks it, else unpacked here, to the same bytes. Debian's libkmod has no
 * gzip. */
TEST(compressed_modules_as_the_kernel_can)
{
	static const struct {
		const char *command, *suffix, *config;
	} kinds[] = {
		{ "xz --check=crc32", ".xz", "CONFIG_MODULE_COMPRESS_XZ=y\n" },
		{ "zstd -q --rm", ".zst", "CONFIG_MODULE_COMPRESS_ZSTD=y\n" },
	};
	char config[128], path[256], *data;
	const struct tree_node *n;
	struct machine m;
	struct builder b;
	size_t len;

	for (size_t i = 0; i < 2; i++) {
		open_modules(&m, kinds[i].config);
		machine_run("cp %s/" MODULES "/kernel/crypto/late.ko %s/plain; %s %s/" MODULES
			    "/kernel/crypto/late.ko",
			    m.root, m.dir, kinds[i].command, m.root);
		gather(&m, &b, "path /\n", "late", NULL);
		CHECK_STR(b.plan.modules[0].path, "/" MODULES "/kernel/crypto/late.ko");
		n = tree_find(&b.tree, b.plan.modules[0].path);
		CHECK(n && tree_load(n, &data, &len) == 0);
		CHECK(len > 4 && memcmp(data, "\177ELF", 4) == 0);
		free(data);
		builder_close(&b);
		snprintf(config, sizeof(config), "%sCONFIG_MODULE_DECOMPRESS=y\n", kinds[i].config);
		machine_put(m.root, MODULES "/config", config);
		gather(&m, &b, "path /\n", "late", NULL);
		snprintf(path, sizeof(path), "/" MODULES "/kernel/crypto/late.ko%s",
			 kinds[i].suffix);
		CHECK_STR(b.plan.modules[0].path, path);
		builder_close(&b);
		machine_close(&m);
	}
}

TEST(any_compression_is_undone)
{
	static const char *const commands[] = { "gzip", "xz", "zstd -q --rm" };
	char line[128], path[128], *data;
	struct machine m;
	size_t len;

	machine_open(&m);
	for (size_t i = 0; i < 3; i++) {
		machine_put(m.dir, "module", "these bytes");
		machine_run("cd %s && %s module && mv module.* module", m.dir, commands[i]);
		snprintf(path, sizeof(path), "%s/module", m.dir);
		CHECK_EQ(file_decompress(path, &data, &len), 0);
		CHECK_EQ(len, strlen("these bytes"));
		CHECK_STR(data, "these bytes");
		free(data);
	}
	machine_put(m.dir, "module", "");
	CHECK_EQ(file_decompress(path, &data, &len), -EINVAL);
	snprintf(line, sizeof(line), "%s/nothing", m.dir);
	CHECK_EQ(file_decompress(line, &data, &len), -ENOENT);
	machine_close(&m);
}

TEST(built_in_is_fine_and_unknown_is_not)
{
	struct machine m;
	struct builder b;

	open_modules(&m, "CONFIG_RD_ZSTD=y\n");
	machine_put(m.root, MODULES "/modules.builtin", "kernel/drivers/block/inside.ko\n");
	gather(&m, &b, "path /\n", "inside", "pci:unknown");
	CHECK_EQ(b.plan.nr_modules, 0);
	builder_close(&b);
	machine_builder(&m, "path /\n", &b);
	CHECK_EQ(strlist_add(&b.required, "nowhere"), 0);
	CHECK_EQ(modules_gather(&b), -ENOENT);
	CHECK(strstr(fail_text(), "no module or built-in driver \"nowhere\""));
	builder_close(&b);
	machine_run("rm %s/" MODULES "/modules.dep.bin", m.root);
	machine_builder(&m, "path /\n", &b);
	CHECK_EQ(modules_gather(&b), -ENOENT);
	CHECK(strstr(fail_text(), "is that kernel installed?"));
	builder_close(&b);
	machine_close(&m);
}

TEST(without_a_kernel_configuration_nothing_is_assumed)
{
	struct machine m;
	struct builder b;

	open_modules(&m, "");
	machine_run("rm %s/" MODULES "/config && xz %s/" MODULES "/kernel/crypto/late.ko", m.root,
		    m.root);
	gather(&m, &b, "path /\n", "late", NULL);
	CHECK_STR(b.plan.modules[0].path, "/" MODULES "/kernel/crypto/late.ko");
	CHECK(b.warnings.nr == 1 &&
	      strstr(b.warnings.at[0], "no configuration of kernel 6.12-test"));
	builder_close(&b);
	machine_close(&m);
}

TEST(seed_for_ssh_is_made_once_and_is_secret)
{
	const struct tree_node *n;
	struct plan_target *t;
	struct machine m;
	struct builder b;
	char first[512];
	struct stat sb;

	machine_open(&m);
	machine_run("mkdir -p %s/var/lib/kdump", m.root);
	for (int i = 0; i < 2; i++) {
		machine_builder(&m, "path /\n", &b);
		CHECK_EQ(plan_add_target(&b.plan, PLAN_SSH, &t), 0);
		CHECK_EQ(plan_set(&t->source, "root@host"), 0);
		CHECK_EQ(files_gather(&b), 0);
		n = tree_find(&b.tree, b.plan.seed);
		CHECK(n && n->len == sizeof(first) && n->mode == (S_IFREG | 0600));
		if (i == 0)
			memcpy(first, n->data, sizeof(first));
		CHECK_MEM(first, n->data, sizeof(first));
		builder_close(&b);
	}
	CHECK_EQ(stat(strcat(m.root, "/var/lib/kdump/random-seed"), &sb), 0);
	CHECK_EQ(sb.st_mode, S_IFREG | 0600);
	machine_close(&m);
}

/* One module wanted, others left out by kdump.conf or by a command line; what comes of it. */
static int without(const char *args, const char *line, const char *required, const char *gone,
		   const char *there)
{
	char conf[200];
	struct machine m;
	struct builder b;
	int rc, checked;

	open_modules(&m, "CONFIG_RD_ZSTD=y\n");
	index_modules(&m);
	snprintf(conf, sizeof(conf), "path /\n%s\n", args);
	machine_builder(&m, conf, &b);
	free(b.command_line);
	b.command_line = strdup(line);
	CHECK_EQ(strlist_add(&b.required, required), 0);
	checked = modules_check_omitted(&b);
	fail_clear();
	rc = modules_gather(&b);
	CHECK_EQ(checked, rc);
	CHECK(!gone || !at(&b, gone));
	CHECK(!there || at(&b, there));
	builder_close(&b);
	machine_close(&m);
	return rc;
}

/* --omit-drivers LIST */
static int omitting(const char *list, const char *required, const char *gone, const char *there)
{
	char args[160];

	snprintf(args, sizeof(args), "dracut_args --omit-drivers \"%s\"", list);
	return without(args, "", required, gone, there);
}

/* What the capture kernel would not load need not be there, unless the target needs it. */
TEST(blacklists_of_the_command_line_are_heard)
{
	CHECK_EQ(without("", "rd.driver.blacklist=sum-fast,late", "disk_fs", "sum_fast",
			 "sum_slow"),
		 0);
	CHECK_EQ(without("", "modprobe.blacklist=noisy", "pci:nic", "noisy", "nic"), 0);
	CHECK_EQ(without("", "a -- module_blacklist=disk_fs", "disk_fs", NULL, "disk_fs"), 0);
	CHECK_EQ(without("", "module_blacklist=disk_fs", "disk_fs", NULL, NULL), -EINVAL);
	CHECK(strstr(fail_text(),
		     "module_blacklist= on the capture kernel's command line keeps "
		     "out the module disk_fs, which the dump target cannot do without"));
	CHECK(strstr(fail_text(), "add module_blacklist to KDUMP_COMMANDLINE_REMOVE"));
	fail_clear();
}

TEST(a_required_module_cannot_be_left_out)
{
	CHECK_EQ(omitting("late disk_fs", "disk_fs", NULL, NULL), -EINVAL);
	CHECK(strstr(fail_text(), "--omit-drivers leaves out the module disk_fs"));
	fail_clear();
	CHECK_EQ(omitting("disk-fs", "fs-disk", NULL, NULL), -EINVAL);
	CHECK(strstr(fail_text(),
		     "disk_fs, which the dump target cannot do without (needed for fs-disk)"));
	fail_clear();
}

TEST(an_optional_module_can_be_left_out)
{
	CHECK_EQ(omitting("sum_fast late", "disk_fs", "sum_fast", "sum_slow"), 0);
	CHECK_EQ(omitting("noisy screen", "pci:nic", "noisy", "nic"), 0);
	CHECK_EQ(omitting("noisy nic screen", "pci:nic", NULL, NULL), -EINVAL);
	fail_clear();
}

RUN(blacklists_of_the_command_line_are_heard, a_required_module_cannot_be_left_out,
    an_optional_module_can_be_left_out, softdeps_name_aliases_and_all_of_them_count,
    displays_and_rdma_only_by_name, dracut_args_may_name_what_the_kernel_lacks, modprobe_d_is_heard,
    firmware_comes_along_and_its_lack_is_said_once, compressed_modules_as_the_kernel_can,
    any_compression_is_undone, built_in_is_fine_and_unknown_is_not,
    without_a_kernel_configuration_nothing_is_assumed, seed_for_ssh_is_made_once_and_is_secret)
