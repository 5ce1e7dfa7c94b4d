/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_opening.c - how to open a dump: packages of distributions, the vmlinux, commands, hostile
 * names */
#include "systemd/dumps/opening.h"

#include "base/err.h"
#include "base/util.h"
#include "check.h"
#include "base/printable.h"
#include "temp_root.h"

#include <fcntl.h>
#include <gelf.h>

#define DEBIAN "6.12.9+deb13-amd64"
#define ID     "3b43fad5034874490492495d552c0af6a5fab235"
#define OTHER  "00112233445566778899aabbccddeeff00112233"

static struct debug_package package_of(const char *os_release, const char *release)
{
	struct debug_package p;

	root_new();
	if (os_release)
		root_put("/etc/os-release", os_release);
	debug_package_find(temp_root, release, &p);
	root_drop();
	return p;
}

static const char alma[] = "NAME=\"AlmaLinux\"\nID=\"almalinux\"\nID_LIKE=\"rhel centos fedora\"\n";
static const char noble[] = "ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\n";
static const char leap[] = "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n";

TEST(packages)
{
	static const struct {
		const char *os, *release, *install, *vmlinux;
		bool here;
	} cases[] = {
		{ "ID=debian\n", "6.1.0-18-amd64", "apt install linux-image-6.1.0-18-amd64-dbg",
		  "/usr/lib/debug/boot/vmlinux-6.1.0-18-amd64", true },
		{ noble, "6.8.0-31-generic", "apt install linux-image-6.8.0-31-generic-dbgsym",
		  "/usr/lib/debug/boot/vmlinux-6.8.0-31-generic", true },
		/* Its name says nothing: the system does. */
		{ noble, "6.8.0-1009-aws", "apt install linux-image-6.8.0-1009-aws-dbgsym",
		  "/usr/lib/debug/boot/vmlinux-6.8.0-1009-aws", true },
		{ alma, "5.14.0-503.el9.x86_64",
		  "dnf debuginfo-install kernel-5.14.0-503.el9.x86_64",
		  "/usr/lib/debug/lib/modules/5.14.0-503.el9.x86_64/vmlinux", true },
		{ "ID=\"centos\"\n", "5.14.0-503.el9.x86_64+rt",
		  "dnf debuginfo-install kernel-rt-5.14.0-503.el9.x86_64",
		  "/usr/lib/debug/lib/modules/5.14.0-503.el9.x86_64+rt/vmlinux", true },
		{ "ID=\"ol\"\n", "5.15.0-3.el9uek.x86_64",
		  "dnf debuginfo-install kernel-uek-5.15.0-3.el9uek.x86_64",
		  "/usr/lib/debug/lib/modules/5.15.0-3.el9uek.x86_64/vmlinux", true },
		{ leap, "6.4.0-150600.21-default",
		  "zypper --plus-content debug install kernel-default-debuginfo",
		  "/usr/lib/debug/usr/lib/modules/6.4.0-150600.21-default/vmlinux.debug", true },
		{ leap, "6.4.0-150600.21-rt",
		  "zypper --plus-content debug install kernel-rt-debuginfo",
		  "/usr/lib/debug/usr/lib/modules/6.4.0-150600.21-rt/vmlinux.debug", true },
		/* A server that collects dumps of others. */
		{ "ID=debian\n", "6.11.4-301.fc41.x86_64",
		  "dnf debuginfo-install kernel-6.11.4-301.fc41.x86_64",
		  "/usr/lib/debug/lib/modules/6.11.4-301.fc41.x86_64/vmlinux", false },
		{ "ID=fedora\n", "5.14.0-503.el9.x86_64",
		  "dnf debuginfo-install kernel-5.14.0-503.el9.x86_64",
		  "/usr/lib/debug/lib/modules/5.14.0-503.el9.x86_64/vmlinux", false },
		{ NULL, DEBIAN, "apt install linux-image-" DEBIAN "-dbg",
		  "/usr/lib/debug/boot/vmlinux-" DEBIAN, false },
		/* Nothing is known, or it is no name of a package. */
		{ "ID=gentoo\n", "6.12.9-gentoo", "", "", false },
		{ "ID=debian\n", "6.1;reboot-amd64", "", "", true },
		{ "ID=debian\n", "../../etc-amd64", "", "", true },
		{ "ID=debian\n", "", "", "", true },
		{ "ID", "", "", "", false },
	};

	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		struct debug_package p = package_of(cases[i].os, cases[i].release);

		CHECK_STR(p.install, cases[i].install);
		CHECK_STR(p.vmlinux, cases[i].vmlinux);
		CHECK_EQ(p.here, cases[i].here);
	}
	CHECK(strstr(package_of(noble, "6.8.0-31-generic").source, " noble noble-updates ") !=
	      NULL);
	CHECK_STR(package_of(alma, "5.14.0-503.el9.x86_64").install_crash, "dnf install crash");
}

static void add_section(Elf *elf, Elf64_Word name, Elf64_Word type, void *data, size_t len)
{
	Elf_Scn *scn = elf_newscn(elf);
	Elf_Data *d = elf_newdata(scn);
	Elf64_Shdr *sh = elf64_getshdr(scn);

	d->d_buf = data;
	d->d_size = len;
	d->d_align = 4;
	sh->sh_type = type;
	sh->sh_name = name;
	/* The section of names is the last one. */
	elf64_getehdr(elf)->e_shstrndx = (Elf64_Half)elf_ndxscn(scn);
}

/* A file with a build ID (20 bytes of hex; NULL: none), maybe with debug information. */
static void put_vmlinux(const char *path, const char *id, bool debug)
{
	static char names[] = "\0.notes\0.debug_info\0.text";
	struct {
		Elf64_Nhdr h;
		char name[4];
		unsigned char id[20];
	} note = { { 4, 20, NT_GNU_BUILD_ID }, "GNU", { 0 } };
	char full[FILES_PATH_MAX];
	Elf *elf;
	int fd;

	root_put(path, "");
	CHECK_EQ(files_path(temp_root, path, full), 0);
	fd = open(full, O_RDWR);
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_WRITE, NULL);
	assert_non_null(elf64_newehdr(elf));
	elf64_getehdr(elf)->e_type = ET_EXEC;
	for (unsigned i = 0; id && i < 20; i++)
		CHECK_EQ(sscanf(id + 2 * i, "%2hhx", &note.id[i]), 1);
	if (id)
		add_section(elf, 1, SHT_NOTE, &note, sizeof(note));
	add_section(elf, debug ? 8 : 20, SHT_PROGBITS, "text", 4);
	add_section(elf, 0, SHT_STRTAB, names, sizeof(names));
	CHECK_OP(elf_update(elf, ELF_C_WRITE), >, 0);
	elf_end(elf);
	close(fd);
}

static struct vmlinux find(const char *release, const char *id)
{
	struct vmlinux v;

	vmlinux_find(temp_root, release, id, &v);
	return v;
}

TEST(debug_files)
{
	static const char boot[] = "/usr/lib/debug/boot/vmlinux-" DEBIAN;
	static const char modules[] = "/usr/lib/debug/lib/modules/" DEBIAN "/vmlinux";
	static const char by_id[] = "/usr/lib/debug/.build-id/3b/"
				    "43fad5034874490492495d552c0af6a5fab235.debug";

	root_new();
	CHECK_EQ(find(DEBIAN, ID).match, VMLINUX_NONE);
	put_vmlinux(boot, ID, false);
	CHECK_EQ(find(DEBIAN, ID).match, VMLINUX_NONE);
	put_vmlinux(boot, OTHER, true);
	CHECK_EQ(find(DEBIAN, ID).match, VMLINUX_OTHER);
	CHECK_STR(find(DEBIAN, ID).build_id, OTHER);
	CHECK_EQ(find(DEBIAN, "").match, VMLINUX_UNCHECKED);
	/* Behind one of another build there may be the right one. */
	put_vmlinux(modules, ID, true);
	CHECK_EQ(find(DEBIAN, ID).match, VMLINUX_SAME);
	CHECK_STR(find(DEBIAN, ID).path, modules);
	put_vmlinux(modules, NULL, true);
	CHECK_EQ(find(DEBIAN, ID).match, VMLINUX_UNCHECKED);
	put_vmlinux(by_id, ID, true);
	CHECK_STR(find(DEBIAN, ID).path, by_id);
	CHECK_STR(find("", ID).path, by_id);
	CHECK_STR(find("../x", ID).path, by_id);
	root_put(by_id, "\177ELF\2\1\1 and no more");
	CHECK_EQ(find("", ID).match, VMLINUX_NONE);
	root_drop();
}

static struct opening opening_of(const struct dump *d, const struct target_access *p)
{
	struct opening o;

	opening_find(temp_root, d, p, &o);
	return o;
}

static struct dump dump_of(const char *core, enum core_format format)
{
	struct dump d = { .name = "h-2026-11-21", .size = 1 << 20, .state = DUMP_STATE_COMPLETE };

	snprintf(d.core, sizeof(d.core), "%s", core);
	strcpy(d.release, DEBIAN);
	strcpy(d.info.build_id, ID);
	d.info.format = format;
	return d;
}

#define VMLINUX "/usr/lib/debug/boot/vmlinux-" DEBIAN

TEST(commands)
{
	struct target_access p = { .kind = ACCESS_DIR, .dir = "/elsewhere", .shown = "/var/crash" };
	struct dump d = dump_of("vmcore", CORE_KDUMP);
	struct opening o;

	root_new();
	o = opening_of(&d, &p);
	CHECK_STR(o.crash, "crash " VMLINUX " /var/crash/h-2026-11-21/vmcore");
	CHECK_STR(o.drgn, "drgn -c /var/crash/h-2026-11-21/vmcore -s " VMLINUX);
	CHECK_EQ(o.nr_steps, 0);
	CHECK(strstr(o.debuginfod, "debuginfod-find debuginfo " ID) != NULL);
	d = dump_of("vmcore.flat", CORE_FLAT);
	o = opening_of(&d, &p);
	CHECK_STR(o.step[0], "kdump-collect -R /var/crash/h-2026-11-21/vmcore "
			     "</var/crash/h-2026-11-21/vmcore.flat");
	CHECK_STR(o.crash, "crash " VMLINUX " /var/crash/h-2026-11-21/vmcore");
	d = dump_of("dump.202611211403", CORE_FLAT);
	CHECK_STR(opening_of(&d, &p).crash,
		  "crash " VMLINUX " /var/crash/h-2026-11-21/dump.202611211403.plain");
	d = dump_of("vmcore-incomplete", CORE_KDUMP);
	d.state = DUMP_STATE_PARTIAL;
	CHECK(strstr(opening_of(&d, &p).caution, "incomplete") != NULL);
	d.info.split = true;
	CHECK(strstr(opening_of(&d, &p).caution, "several") != NULL);
	/* By its build ID alone. */
	d.release[0] = '\0';
	CHECK_STR(opening_of(&d, &p).crash,
		  "crash \"$(DEBUGINFOD_URLS=https://debuginfod.elfutils.org/ debuginfod-find "
		  "debuginfo " ID ")\" /var/crash/h-2026-11-21/vmcore-incomplete");
	d.info.build_id[0] = '\0';
	CHECK_STR(opening_of(&d, &p).crash, "");
	CHECK(strstr(opening_of(&d, &p).why, "neither release nor build ID") != NULL);
	root_drop();
}

TEST(where_it_lies)
{
	struct target_access ssh = { .kind = ACCESS_SSH,
				     .user_host = "kdump@server",
				     .key = "/root/.ssh/key",
				     .dir = "crash dumps" };
	struct target_access mounted = { .kind = ACCESS_DIR,
					 .mounted = true,
					 .source = "UUID=1-2",
					 .fstype = "ext4",
					 .dir = ACCESS_MOUNT "/var/crash" };
	struct target_access raw = { .kind = ACCESS_RAW };
	struct dump d = dump_of("vmcore.flat", CORE_FLAT);
	struct opening o;

	root_new();
	o = opening_of(&d, &ssh);
	CHECK_EQ(o.nr_steps, 2);
	CHECK_STR(o.step[0], "scp -i /root/.ssh/key "
			     "'kdump@server:crash dumps/h-2026-11-21/vmcore.flat' .");
	CHECK_STR(o.step[1], "kdump-collect -R vmcore <vmcore.flat");
	CHECK_STR(o.crash, "crash " VMLINUX " vmcore");
	o = opening_of(&d, &mounted);
	CHECK_STR(o.step[0], "mount -t ext4 UUID=1-2 /mnt");
	CHECK_STR(o.crash, "crash " VMLINUX " /mnt/var/crash/h-2026-11-21/vmcore");
	o = opening_of(&d, &raw);
	CHECK_STR(o.crash, "");
	CHECK(strstr(o.why, "kdumpctl start") != NULL);
	d.core[0] = '\0';
	CHECK(strstr(opening_of(&d, &ssh).why, "only the kernel log") != NULL);
	root_drop();
}

/* Names that others choose end in a root shell. */
TEST(hostile_names)
{
	struct target_access p = { .kind = ACCESS_DIR, .shown = "/var/crash" };
	struct dump d = dump_of("vmcore", CORE_KDUMP);

	root_new();
	strcpy(d.name, "$(reboot)'`id`");
	CHECK_STR(opening_of(&d, &p).crash,
		  "crash " VMLINUX " '/var/crash/$(reboot)'\\''`id`/vmcore'");
	strcpy(d.name, "a\033]0;title\007");
	CHECK_STR(opening_of(&d, &p).crash, "");
	CHECK(strstr(opening_of(&d, &p).why, "rename") != NULL);
	strcpy(d.name, "a\nreboot");
	CHECK_STR(opening_of(&d, &p).crash, "");
	strcpy(d.name, "a\xc2\x9b");
	CHECK_STR(opening_of(&d, &p).crash, "");
	strcpy(d.name, "gr\xc3\xb6\xc3\x9f"
		       "e");
	CHECK_STR(opening_of(&d, &p).crash, "crash " VMLINUX " '/var/crash/gr\xc3\xb6\xc3\x9f"
					    "e/vmcore'");
	memset(d.name, 'x', sizeof(d.name) - 1);
	memset(p.shown, 'y', sizeof(p.shown) - 1);
	CHECK_STR(opening_of(&d, &p).crash, "");
	root_drop();
}

/* SUSE has the debug information apart from the kernel; crash wants both. */
TEST(split_off)
{
	static const char debug[] = "/usr/lib/debug/usr/lib/modules/6.4.0-1-default/vmlinux.debug";
	struct target_access p = { .kind = ACCESS_DIR, .shown = "/c" };
	struct dump d = dump_of("vmcore", CORE_KDUMP);

	root_new();
	strcpy(d.release, "6.4.0-1-default");
	root_put("/usr/lib/modules/6.4.0-1-default/vmlinux.xz", "");
	put_vmlinux(debug, ID, true);
	CHECK_STR(opening_of(&d, &p).crash,
		  "crash /usr/lib/modules/6.4.0-1-default/vmlinux.xz "
		  "/usr/lib/debug/usr/lib/modules/6.4.0-1-default/vmlinux.debug "
		  "/c/h-2026-11-21/vmcore");
	CHECK_EQ(opening_of(&d, &p).vmlinux.match, VMLINUX_SAME);
	root_drop();
}

TEST(printable_text)
{
	static const char *const cases[][2] = {
		{ "plain", "plain" },
		{ "gr\xc3\xb6", "gr\xc3\xb6" },
		{ "\033[2J\177", "?[2J?" },
		{ "\x9b"
		  "2J",
		  "?2J" },
		{ "\xc2\x9b", "??" },
		{ "\xe2\x80\xae"
		  "txt",
		  "???txt" },
		{ "cut\xe2\x80", "cut??" },
		{ "\xc0\xaf\xff\xf8", "????" },
		{ "\xed\xa0\x80", "???" },
		{ "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
	};
	char out[40];

	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		printable(cases[i][0], out, sizeof(out));
		CHECK_STR(out, cases[i][1]);
		CHECK_EQ(is_printable(cases[i][0]), strcmp(cases[i][0], cases[i][1]) == 0);
	}
	/* A letter is not cut. */
	printable("abc\xc3\xb6", out, 5);
	CHECK_STR(out, "abc");
}

RUN(packages, debug_files, commands, where_it_lies, hostile_names, split_off, printable_text)
