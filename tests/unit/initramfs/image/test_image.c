/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_image.c - whole images of a made-up machine, written, read back and checked */
#include "initramfs/image/image.h"

#include "initramfs/image/base_files.h"
#include "initramfs/image/inputs.h"
#include "initramfs/image/show.h"
#include "initramfs/plan/plan.h"

#include "made_machine.h"
#include "temp_dir.h"

/* ext4 on vda, and a kernel with the drivers for it built in. */
static void open_machine(struct machine *m)
{
	machine_open(m);
	machine_vda(m);
	machine_mkfs(m, "ext4", "vda");
	machine_put(m->root, "lib/modules/6.12-test/modules.builtin",
		    "kernel/drivers/block/virtio_blk.ko\nkernel/drivers/virtio/virtio_pci.ko\n"
		    "kernel/fs/ext4/ext4.ko\n");
	machine_put(m->root, "lib/modules/6.12-test/modules.order", "");
	machine_put(m->root, "lib/modules/6.12-test/config",
		    "CONFIG_RD_ZSTD=y\nCONFIG_RD_GZIP=y\n");
	machine_run("depmod -b %s 6.12-test 2>/dev/null", m->root);
}

#define CONF "ext4 UUID=" VDA_FS "\npath /var/crash\n"

static void build(struct machine *m, const char *conf, const char *name)
{
	struct image_request req = machine_request(m, conf);
	char out[128], inputs[128];

	snprintf(out, sizeof(out), "%s/%s", m->dir, name);
	snprintf(inputs, sizeof(inputs), "%s/%s.inputs", m->dir, name);
	CHECK_EQ(image_build(&req, out, inputs, NULL), 0);
}

static int add_name(const struct image_entry *e, void *arg)
{
	return strlist_addf(arg, "%s%s%s", e->path, e->link ? ">" : "", e->link ? e->link : "");
}

static void contents(const struct machine *m, const char *name, struct strlist *out)
{
	char path[128];

	*out = (struct strlist){ .nr = 0 };
	snprintf(path, sizeof(path), "%s/%s", m->dir, name);
	CHECK_EQ(image_list(path, add_name, out), 0);
}

TEST(what_is_in_an_image)
{
	struct machine m;
	struct strlist w;
	char path[128], *text;
	struct plan p;
	struct stat sb;
	size_t len;

	open_machine(&m);
	build(&m, CONF, "a");
	contents(&m, "a", &w);
	CHECK(strlist_has(&w, "init") && strlist_has(&w, "etc/kdump.conf"));
	CHECK(strlist_has(&w, "lib>usr/lib") && strlist_has(&w, "dev/console"));
	CHECK(!strlist_has(&w, "usr/bin/sh"));
	strlist_free(&w);
	snprintf(path, sizeof(path), "%s/a", m.dir);
	CHECK_EQ(stat(path, &sb), 0);
	CHECK_EQ(sb.st_mode, S_IFREG | 0600);
	CHECK_EQ(image_read_file(path, "/etc/kdump.conf", &text, &len), 0);
	CHECK_STR(text, CONF);
	free(text);
	CHECK_EQ(image_read_file(path, PLAN_PATH, &text, &len), 0);
	CHECK_EQ(plan_parse(text, len, &p), 0);
	CHECK_STR(p.kernel, "6.12-test");
	CHECK_STR(p.devices[0].id, "UUID=" VDA_FS);
	free(text);
	plan_free(&p);
	CHECK_EQ(image_read_file(path, "/nothing", &text, &len), -ENOENT);
	machine_close(&m);
}

/* 0 when a shell command succeeds in the machine's directory. */
static int in_dir(const struct machine *m, const char *command)
{
	char line[512];

	snprintf(line, sizeof(line), "cd %s && %s", m->dir, command);
	return system(line);
}

/* Other programs must understand it as well as the reader of the library that wrote it. */
TEST(compressed_as_the_kernel_can)
{
	struct machine m;

	open_machine(&m);
	build(&m, CONF, "a");
	CHECK_EQ(in_dir(&m, "zstd -qdc <a | cpio -it 2>/dev/null | grep -q '^etc/kdump/plan$'"), 0);
	CHECK_EQ(in_dir(&m, "zstd -qdc <a | cpio -it 2>/dev/null | tail -n 1 >end"), 0);
	CHECK_EQ(in_dir(&m, "grep -qx etc/kdump/end end"), 0);
	machine_put(m.root, "lib/modules/6.12-test/config", "CONFIG_RD_GZIP=y\n");
	build(&m, CONF, "b");
	CHECK_EQ(in_dir(&m, "gzip -t <b"), 0);
	CHECK_EQ(in_dir(&m, "gzip -dc <b | cpio -it 2>/dev/null | grep -q '^etc/kdump/plan$'"), 0);
	machine_put(m.root, "lib/modules/6.12-test/config", "CONFIG_RD_XZ=y\n");
	build(&m, CONF, "c");
	CHECK_EQ(in_dir(&m, "cpio -it <c 2>/dev/null | grep -q '^etc/kdump/plan$'"), 0);
	machine_close(&m);
}

static bool same_bytes(const struct machine *m, const char *a, const char *b)
{
	char line[64];

	snprintf(line, sizeof(line), "cmp -s %s %s", a, b);
	return in_dir(m, line) == 0;
}

TEST(the_same_input_gives_the_same_bytes)
{
	struct machine m;

	open_machine(&m);
	build(&m, CONF, "a");
	machine_run("sleep 1.1; touch %s/kdump.conf", m.dir);
	build(&m, CONF, "b");
	CHECK(same_bytes(&m, "a", "b"));
	setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
	build(&m, CONF, "c");
	build(&m, CONF, "d");
	unsetenv("SOURCE_DATE_EPOCH");
	CHECK(same_bytes(&m, "c", "d") && !same_bytes(&m, "a", "c"));
	build(&m, CONF "# a word more\n", "e");
	CHECK(!same_bytes(&m, "a", "e"));
	machine_close(&m);
}

TEST(a_failed_build_leaves_the_old_image)
{
	struct machine m;
	struct image_request req;
	char out[128];

	open_machine(&m);
	build(&m, CONF, "a");
	machine_run("cp %s/a %s/before", m.dir, m.dir);
	req = machine_request(&m, CONF "extra_modules nonsense\n");
	snprintf(out, sizeof(out), "%s/a", m.dir);
	CHECK_EQ(image_build(&req, out, NULL, NULL), -ENOENT);
	CHECK(strstr(fail_text(), "extra_modules: the kernel has no module"));
	CHECK(same_bytes(&m, "a", "before"));
	CHECK_EQ(in_dir(&m, "! ls -A | grep -q '^\\.a\\.'"), 0); /* nor half of a new one */
	machine_close(&m);
}

/* The verdict of image_check() after something was done to the machine. */
static void check_says(struct machine *m, const char *conf, int rc, const char *words)
{
	struct image_request req = machine_request(m, conf);
	char inputs[128], *why = NULL;

	snprintf(inputs, sizeof(inputs), "%s/a.inputs", m->dir);
	CHECK_EQ(image_check(&req, inputs, &why), rc);
	if (why && !strstr(why, words))
		print_message("#  got: %s\n# want: %s\n", why, words);
	CHECK(rc == 0 ? why == NULL : strstr(why, words) != NULL);
	free(why);
}

TEST(a_change_of_content_is_seen_and_a_touch_is_not)
{
	struct machine m;

	open_machine(&m);
	check_says(&m, CONF, 1, "there is no record");
	build(&m, CONF, "a");
	check_says(&m, CONF, 0, "");
	check_says(&m, CONF "retry 3\n", 1, "changed: /etc/kdump.conf");
	machine_put(m.root, "usr/sbin/hook", "#!/bin/busybox sh\n");
	machine_run("chmod 755 %s/usr/sbin/hook; mkdir -p %s/bin; cp /bin/busybox %s/bin", m.root,
		    m.root, m.root);
	check_says(&m, CONF "kdump_pre /usr/sbin/hook\n", 1, "changed: /etc/kdump.conf");
	build(&m, CONF "kdump_pre /usr/sbin/hook\n", "a");
	check_says(&m, CONF "kdump_pre /usr/sbin/hook\n", 0, "");
	machine_run("sleep 0.05; touch %s/usr/sbin/hook", m.root);
	check_says(&m, CONF "kdump_pre /usr/sbin/hook\n", 0, "");
	machine_put(m.root, "usr/sbin/hook", "#!/bin/busybox ash\n");
	check_says(&m, CONF "kdump_pre /usr/sbin/hook\n", 1, "changed: /usr/sbin/hook");
	machine_close(&m);
}

/* Another UUID is another plan, though no file has changed. */
TEST(a_change_of_the_device_chain_is_seen)
{
	struct machine m;

	open_machine(&m);
	build(&m, "ext4 /dev/vda\npath /\n", "a");
	machine_run("mkfs.ext4 -q -F %s/vda", m.dev);
	check_says(&m, "ext4 /dev/vda\npath /\n", 1, "changed: /etc/kdump/plan");
	machine_close(&m);
}

TEST(a_broken_record_means_build_anew)
{
	struct machine m;

	open_machine(&m);
	machine_put(m.dir, "a.inputs", "garbage\n");
	check_says(&m, CONF, 1, "not a record");
	machine_put(m.dir, "a.inputs", "kdump-inputs 1\ngarbage\n");
	check_says(&m, CONF, 1, "");
	machine_close(&m);
}

/* A hash that cannot be right is kept: the source is as it was, so it is not read again. */
TEST(sources_that_did_not_move_are_not_read_again)
{
	struct tree t = { .nr = 0 };
	char *first, *second, *third;

	fail_clear();
	CHECK_EQ(tree_add_file(&t, PART_PROGRAMS, "/bin/busybox", "/bin/busybox", 0755), 0);
	tree_sort(&t);
	CHECK_EQ(inputs_record(&t, NULL, &first), 0);
	for (char *at = strstr(first, " 100755 ") - 8; *at != ' '; at++)
		*at = 'x';
	CHECK_EQ(inputs_record(&t, first, &second), 0);
	CHECK_STR(first, second);
	strstr(first, " 100755 ")[9] = 'y'; /* another device: the hash is worth nothing */
	CHECK_EQ(inputs_record(&t, first, &third), 0);
	CHECK_EQ(strstr(third, "xxxxxxxx"), NULL);
	free(first);
	free(second);
	free(third);
	tree_free(&t);
}

TEST(capture_program_is_static_and_stripped)
{
	char program[TEMP_PATH_MAX], full[TEMP_PATH_MAX], command[400], *data;
	size_t len;

	temp_path("static", program);
	temp_path("static-full", full);
	fail_clear();
	CHECK_EQ(init_check("/bin/busybox"), 0);
	CHECK_EQ(init_check("/bin/ls"), -ENOEXEC);
	CHECK(strstr(fail_text(), "/bin/ls is not a static program"));
	CHECK_EQ(init_check("/etc/passwd"), -ENOEXEC);
	CHECK_EQ(init_check("/nonexistent"), -ENOENT);
	machine_run("echo 'int main(void) { return 7; }' | gcc -g3 -static -x c -o %s - && "
		    "cp %s %s",
		    program, program, full);
	CHECK_EQ(init_read(full, &data, &len), 0);
	FILE *f = fopen(program, "w");
	CHECK(f != NULL);
	CHECK_EQ(fwrite(data, 1, len, f), len);
	CHECK_EQ(fclose(f), 0);
	free(data);
	CHECK_EQ(WEXITSTATUS(system(program)), 7);
	snprintf(command, sizeof(command), "test $(stat -c %%s %s) -lt $(stat -c %%s %s)", program,
		 full);
	CHECK_EQ(system(command), 0);
	unlink(program);
	unlink(full);
}

TEST(tables_add_up)
{
	struct machine m;
	struct image_request req;
	struct image_report report;
	char out[128], *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	open_machine(&m);
	req = machine_request(&m, CONF);
	snprintf(out, sizeof(out), "%s/a", m.dir);
	CHECK_EQ(image_build(&req, out, NULL, &report), 0);
	CHECK(report.parts[PART_INIT].nr_files == 1 && report.parts[PART_CONFIG].nr_files >= 2);
	CHECK(report.bytes > report.parts[PART_INIT].bytes && report.file_bytes < report.bytes);
	show_report(&report, true, f);
	CHECK_EQ(show_image(out, true, f), 0);
	CHECK_EQ(fclose(f), 0);
	CHECK(strstr(text, "\"algorithm\": \"zstd\"") && strstr(text, "\"path\": \"init\""));
	free(text);
	image_report_free(&report);
	machine_close(&m);
}

RUN(what_is_in_an_image, compressed_as_the_kernel_can, the_same_input_gives_the_same_bytes,
    a_failed_build_leaves_the_old_image, a_change_of_content_is_seen_and_a_touch_is_not,
    a_change_of_the_device_chain_is_seen, a_broken_record_means_build_anew,
    sources_that_did_not_move_are_not_read_again, capture_program_is_static_and_stripped,
    tables_add_up)
