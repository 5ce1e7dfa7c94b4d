/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_bootargs.c - kernel command lines: words, quotes, "--", what is removed and added */
#include "systemd/bootargs.h"

#include "base/err.h"
#include "check.h"
#include "systemd/load/capture_args.h"
#include "systemd/load/capture_args_unused.h"

#include <string.h>

/* Parse a line, do one thing, and expect a line. */
enum act { ACT_NONE, ACT_REMOVE, ACT_EMPTY, ACT_UNIQUE, ACT_ADD, ACT_SET };

static const struct {
	const char *line;
	enum act act;
	const char *word;
	const char *expected;
} rows[] = {
	{ "", ACT_NONE, "", "" },
	{ "  quiet \t ro\n", ACT_NONE, "", "quiet ro" },
	{ "a=\"b c\" d", ACT_NONE, "", "a=\"b c\" d" },
	{ "\"a=b c\" d", ACT_NONE, "", "\"a=b c\" d" },
	{ "a=\"open end", ACT_NONE, "", "a=\"open end" },
	{ "a=b\" c\"d e", ACT_REMOVE, "a", "e" },
	{ "a=\"b\\\" c\" d", ACT_REMOVE, "d", "a=\"b\\\" c\" d" },
	{ "a=\"\" b", ACT_EMPTY, "", "b" },
	{ "root=/dev/sda1 ro root=/dev/sdb1", ACT_REMOVE, "root", "ro" },
	{ "root=LABEL=a rootwait", ACT_REMOVE, "root", "rootwait" },
	{ "\"root=a b\" ro", ACT_REMOVE, "root", "ro" },
	{ "rd.lvm.lv=\"a b\" x", ACT_REMOVE, "rd.lvm.lv", "x" },
	{ "log-buf-len=1M log_buf_len=2M x", ACT_REMOVE, "log_buf_len", "x" },
	{ "quiet x -- quiet", ACT_REMOVE, "quiet", "x -- quiet" },
	{ "x=\"a root=b\"", ACT_REMOVE, "root", "x=\"a root=b\"" },
	{ "root= a=1 b= -- c=", ACT_EMPTY, "", "a=1 -- c=" },
	{ "console=ttyS0 console=tty0 console=ttyS0", ACT_UNIQUE, "",
	  "console=tty0 console=ttyS0" },
	{ "a -- a", ACT_UNIQUE, "", "a -- a" },
	{ "a -- b", ACT_ADD, "c=1", "a c=1 -- b" },
	{ "-- b", ACT_ADD, "c", "c -- b" },
	{ "nr_cpus=4 x nr-cpus=8", ACT_SET, "nr_cpus=1", "x nr_cpus=1" },
	{ "console=tty0", ACT_SET, "console=ttyS0", "console=tty0 console=ttyS0" },
	{ "cgroup_disable=io", ACT_SET, "cgroup_disable=memory",
	  "cgroup_disable=io cgroup_disable=memory" },
};

static int act(struct bootargs *args, enum act what, const char *word)
{
	switch (what) {
	case ACT_REMOVE:
		bootargs_remove(args, word);
		return 0;
	case ACT_EMPTY:
		bootargs_remove_empty(args);
		return 0;
	case ACT_UNIQUE:
		bootargs_unique(args);
		return 0;
	case ACT_ADD:
		return bootargs_add(args, word);
	case ACT_SET:
		return bootargs_set(args, word);
	default:
		return 0;
	}
}

TEST(table)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bootargs args = { 0 };
		char *text;

		CHECK_EQ(bootargs_parse(rows[i].line, &args), 0);
		CHECK_EQ(act(&args, rows[i].act, rows[i].word), 0);
		CHECK_EQ(bootargs_text(&args, &text), 0);
		CHECK_STR(text, rows[i].expected);
		free(text);
		bootargs_fini(&args);
	}
}

TEST(lookup)
{
	struct bootargs args = { 0 };

	CHECK_EQ(bootargs_parse("a=1 b a=2 c=\"x y\" -- d=3", &args), 0);
	CHECK_STR(bootargs_value(&args, "a"), "2");
	CHECK_STR(bootargs_value(&args, "b"), "");
	CHECK_STR(bootargs_value(&args, "c"), "x y");
	CHECK_EQ(bootargs_value(&args, "d"), NULL);
	CHECK_STR(bootargs_value_at(&args, 0, "a"), "1");
	CHECK_EQ(bootargs_value_at(&args, 1, "a"), NULL);
	CHECK_EQ(bootargs_value_at(&args, 99, "a"), NULL);
	bootargs_fini(&args);
}

TEST(two_texts)
{
	struct bootargs args = { 0 };
	char *text;

	CHECK_EQ(bootargs_parse("a -- init", &args), 0);
	CHECK_EQ(bootargs_parse("more", &args), 0);
	CHECK_EQ(bootargs_text(&args, &text), 0);
	CHECK_STR(text, "a -- init more");
	free(text);
	bootargs_fini(&args);
}

/* The words of line in the built command line, one by one; '!' in front: must be missing. */
static void built(const struct capture_args_cfg *cfg, const char *expected)
{
	char *text = NULL, *copy = strdup(expected), padded[4200];

	CHECK_EQ(capture_args_build(cfg, &text), 0);
	snprintf(padded, sizeof(padded), " %s ", text);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
		char key[256];

		snprintf(key, sizeof(key), " %s ", word + (*word == '!'));
		if ((strstr(padded, key) == NULL) != (*word == '!'))
			fail_msg("'%s' in '%s'", word, text);
	}
	free(copy);
	free(text);
}

#define CPU16	 "processor\t: 0\ninitial apicid\t: 16\n"
#define X86(...) (&(struct capture_args_cfg){ .machine = "x86_64", __VA_ARGS__ })

TEST(capture_x86)
{
	built(X86(.running = "BOOT_IMAGE=/vmlinuz root=UUID=1 ro quiet crashkernel=256M "
			     "crashkernel=1G,high console=ttyS0,115200 rd.lvm.lv=vg/root "
			     "panic_on_warn=1 nr_cpus=8 hugepages=512 empty="),
	      "ro console=ttyS0,115200 nr_cpus=1 irqpoll reset_devices panic=10 !quiet !nr_cpus=8 "
	      "!root=UUID=1 !crashkernel=256M !crashkernel=1G,high !rd.lvm.lv=vg/root "
	      "!panic_on_warn=1 !hugepages=512 !empty= !BOOT_IMAGE=/vmlinuz "
	      "initramfs_options=size=90% rd.systemd.gpt_auto=no");
	built(X86(.running = "a", .cpuinfo = CPU16, .watchdog = "iTCO_wdt"),
	      "disable_cpu_apicid=16 iTCO_wdt.pretimeout=0");
	built(X86(.running = "a", .watchdog = "hpwdt"), "hpwdt.kdumptimeout=0 !hpwdt.pretimeout=0");
	built(X86(.running = "a", .test_id = "77"), "kdump_test_id=77");
	built(X86(.running = "kdump_test_id=old"), "!kdump_test_id=old");
	built(X86(.running = "a", .graviton = true), "!irqpoll");
}

TEST(capture_settings)
{
	built(X86(.running = "a b=1 c", .base = "x y", .append = "z=1"),
	      "x y z=1 !a !b=1 irqpoll panic=10");
	built(X86(.running = "a b=1 c d=2", .base = "", .remove = "b c=9", .append = ""),
	      "a d=2 !b=1 !c irqpoll");
	built(X86(.running = "a -- single", .append = "z"), "a z");
	built(X86(.running = "nr_cpus=3", .cpus = 2), "nr_cpus=2 !nr_cpus=1 !nr_cpus=3");
	built(X86(.running = "nr_cpus=3", .all_cpus = true), "!nr_cpus=1 !nr_cpus=3");
}

/* Any word but "reset_devices" is one more, and the same name wins. */
TEST(capture_one_word_more)
{
	built(X86(.running = "a", .append = "mine"), "a mine reset_devices panic=10 nr_cpus=1");
	built(X86(.running = "a", .append = "panic=0 nr-cpus=4 cma=8M"),
	      "panic=0 nr-cpus=4 cma=8M !panic=10 !nr_cpus=1 !cma=0 reset_devices");
	built(X86(.running = "cgroup_disable=io", .append = "cgroup_disable=cpu"),
	      "cgroup_disable=io cgroup_disable=cpu cgroup_disable=memory");
	built(&(struct capture_args_cfg){ .machine = "s390x",
					  .running = "a",
					  .append = "nr_cpus=1 cma=0" },
	      "panic=10 vmcp_cma=0 cma=0");
}

/* As Red Hat's and Debian's files ship it. */
TEST(capture_whole_table)
{
	built(X86(.running = "a",
		  .append = "reset_devices systemd.unit=kdump-tools-dump.service nr_cpus=1 irqpoll "
			    "usbcore.nousb"),
	      "a reset_devices usbcore.nousb irqpoll panic=10 !nokaslr !mce=off !hest_disable "
	      "rd.systemd.gpt_auto=no");
	built(X86(.running = "a", .append = "reset_devices panic=3", .cpuinfo = CPU16),
	      "reset_devices panic=3 !panic=10 !nr_cpus=1 disable_cpu_apicid=16");
	built(X86(.running = "cma=1G hugetlb_cma=2G", .append = "reset_devices cma=0 hugetlb_cma=0",
		  .remove = "hugepages hugetlb_cma cma"),
	      "cma=0 hugetlb_cma=0 !cma=1G !hugetlb_cma=2G");
}

/* Of what is built in as well, but never of what was asked for. */
TEST(capture_words_removed)
{
	built(X86(.running = "quiet hugepages=3 a", .remove = "nokaslr a irqpoll"),
	      "!nokaslr !irqpoll !a !quiet !hugepages=3 reset_devices");
	built(X86(.running = "a", .remove = "panic", .append = "reset_devices"),
	      "reset_devices !panic=10");
	built(X86(.running = "a", .remove = "mine", .append = "mine=1"), "mine=1 reset_devices");
}

/* What we append must stay in front of "--", or init gets it. */
TEST(capture_dashes)
{
	char *text;

	CHECK_EQ(capture_args_build(X86(.running = "a -- single", .remove = "", .append = "z=1"),
				    &text),
		 0);
	CHECK_EQ(strncmp(text, "a novmcoredd ", 13), 0);
	CHECK(strstr(text, " z=1 rd.systemd.gpt_auto=no -- single"));
	free(text);
}

TEST(capture_machines)
{
	built(&(struct capture_args_cfg){ .machine = "aarch64",
					  .running = "swiotlb=1 cma=64M",
					  .cpuinfo = CPU16 },
	      "swiotlb=noforce cma=0 nr_cpus=1 !disable_cpu_apicid=16 !mce=off");
	built(&(struct capture_args_cfg){ .machine = "ppc64le", .running = "cma=64M" },
	      "cma=64M nr_cpus=16 noirqdistrib");
	built(&(struct capture_args_cfg){ .machine = "s390x", .running = "prot_virt=1" },
	      "!prot_virt=1 !irqpoll vmcp_cma=0");
	built(&(struct capture_args_cfg){ .machine = "riscv64", .running = "root=x a" },
	      "a !root=x");
}

TEST(capture_too_long)
{
	char line[4096] = "";
	char *text;

	memset(line, 'x', 2040);
	fail_clear();
	CHECK_EQ(capture_args_build(X86(.running = line), &text), -E2BIG);
	CHECK(strstr(fail_text(), "KDUMP_COMMANDLINE_REMOVE") != NULL);
	fail_clear();
}

/* The words of line that are named, with blanks between. */
static void named(const char *line, const char *want)
{
	char word[CAPTURE_WORD_MAX], all[1024] = "";
	const char *advice;

	while (capture_unused_next(&line, "x86_64", word, &advice)) {
		CHECK_OP(strlen(advice), >, 10);
		strcat(strcat(all, *all ? " " : ""), word);
	}
	CHECK_STR(all, want);
}

TEST(options_without_effect)
{
	named("ip=dhcp mine=1 nameserver=1.1.1.1", "ip=dhcp nameserver=1.1.1.1");
	named("rd.luks.uuid=x \"root=LABEL=a b\" rd.shell rd.net.timeout.dhcp=3",
	      "rd.luks.uuid=x \"root=LABEL=a b\" rd.shell rd.net.timeout.dhcp=3");
	named("systemd.log_level=debug systemd.unit=x systemd.unit=kdump-tools-dump.service",
	      "systemd.log_level=debug systemd.unit=x");
	named("rd.driver.blacklist=a modprobe.blacklist=b module_blacklist=c loop.max_loop=3", "");
	named("udev.children-max=2 rd.systemd.gpt_auto=no reset_devices irqpoll ipv6.disable=1",
	      "");
	named("udev.log_level=3 -- ip=x", "udev.log_level=3");
	named("", "");
}

/* The manual has every word that is built in. */
TEST(manual_has_the_tables)
{
	static const char *const machines[] = { "x86_64", "aarch64", "ppc64le", "s390x" };
	static char page[1 << 17];
	FILE *f = fopen("docs/kdumpctl.8", "r");
	size_t n;

	CHECK(f);
	n = fread(page, 1, sizeof(page) - 1, f);
	fclose(f);
	page[n] = '\0';
	for (char *c = page; (c = strstr(c, "\\-"));)
		memmove(c, c + 1, strlen(c));
	for (size_t i = 0; i < 4; i++) {
		char *copy = strdup(capture_args_append(machines[i]));

		for (char *w = strtok(copy, " "); w; w = strtok(NULL, " ")) {
			if (!strstr(page, w))
				fail_msg("%s: %s", machines[i], w);
		}
		free(copy);
	}
}

TEST(apicid)
{
	CHECK_EQ(capture_args_apicid("processor\t: 0\napicid\t\t: 3\ninitial apicid\t: 3\n"
				     "\nprocessor\t: 1\ninitial apicid\t: 7\n"),
		 3);
	CHECK_EQ(capture_args_apicid("processor\t: 1\ninitial apicid\t: 7\n"), -1);
	CHECK_EQ(capture_args_apicid("processor\t: 0\nBogoMIPS\t: 50.00\n"), -1);
	CHECK_EQ(capture_args_apicid(""), -1);
}

RUN(table, lookup, two_texts, capture_x86, capture_settings, capture_one_word_more,
    capture_whole_table, capture_words_removed, options_without_effect, manual_has_the_tables,
    capture_dashes, capture_machines, capture_too_long, apicid)
