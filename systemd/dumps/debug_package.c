/* SPDX-License-Identifier: GPL-2.0-or-later */
/* debug_package.c - the package with a kernel's debug information, as its distribution names it */
#include "systemd/dumps/debug_package.h"

#include "base/err.h"
#include "base/util.h"
#include "systemd/files.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OS_RELEASE_MAX (64u << 10)

struct os {
	char id[40], like[120], codename[40];
};

struct family {
	const char *name;
	const char *ids[8];   /* in ID or ID_LIKE of os-release */
	const char *marks[4]; /* substrings of a release; '#' is a digit, '$' the end */
	const char *debuginfod;
	const char *install_crash;
	void (*fill)(const char *release, const struct os *os, struct debug_package *out);
};

static void fill_debian(const char *release, const struct os *os, struct debug_package *out)
{
	(void)os;
	snprintf(out->name, sizeof(out->name), "linux-image-%s-dbg", release);
	snprintf(out->install, sizeof(out->install), "apt install %s", out->name);
	snprintf(out->source, sizeof(out->source),
		 "in the archive that the kernel came from (main, or main of the security "
		 "archive); removed versions are at https://snapshot.debian.org/package/linux/");
	snprintf(out->vmlinux, sizeof(out->vmlinux), "/usr/lib/debug/boot/vmlinux-%s", release);
}

static void fill_ubuntu(const char *release, const struct os *os, struct debug_package *out)
{
	const char *codename = os->codename[0] ? os->codename : "CODENAME";

	snprintf(out->name, sizeof(out->name), "linux-image-%s-dbgsym", release);
	snprintf(out->install, sizeof(out->install), "apt install %s", out->name);
	snprintf(
		out->source, sizeof(out->source),
		"needs: apt install ubuntu-dbgsym-keyring; printf 'deb http://ddebs.ubuntu.com %%s "
		"main restricted universe multiverse\\n' %s %s-updates "
		">/etc/apt/sources.list.d/ddebs.list; apt update",
		codename, codename);
	snprintf(out->vmlinux, sizeof(out->vmlinux), "/usr/lib/debug/boot/vmlinux-%s", release);
}

/* "5.14.0-1.el9.x86_64+rt" is of kernel-rt-5.14.0-1.el9.x86_64; Oracle's UEK has its own package.
 */
static void fill_red_hat(const char *release, const struct os *os, struct debug_package *out)
{
	int version = (int)strcspn(release, "+");
	const char *variant = release[version] ? release + version + 1 : "";
	const char *dash = *variant ? "-" : "";

	(void)os;
	if (!*variant && strstr(release, "uek")) {
		variant = "uek";
		dash = "-";
	}
	snprintf(out->name, sizeof(out->name), "kernel%s%.40s-debuginfo-%.*s", dash, variant,
		 version, release);
	snprintf(out->install, sizeof(out->install), "dnf debuginfo-install kernel%s%.40s-%.*s",
		 dash, variant, version, release);
	snprintf(
		out->source, sizeof(out->source),
		"from the debuginfo repository; without the command: dnf install dnf-plugins-core");
	snprintf(out->vmlinux, sizeof(out->vmlinux), "/usr/lib/debug/lib/modules/%s/vmlinux",
		 release);
}

/* "6.4.0-150600.21-default" is version 6.4.0-150600.21 of kernel-default. */
static void fill_suse(const char *release, const struct os *os, struct debug_package *out)
{
	const char *dash = strrchr(release, '-');
	const char *flavor = dash ? dash + 1 : "default";
	int version = dash ? (int)(dash - release) : (int)strlen(release);

	(void)os;
	snprintf(out->name, sizeof(out->name), "kernel-%s-debuginfo", flavor);
	snprintf(out->install, sizeof(out->install), "zypper --plus-content debug install %s",
		 out->name);
	snprintf(out->source, sizeof(out->source), "of version %.*s, from the debug repository",
		 version, release);
	snprintf(out->vmlinux, sizeof(out->vmlinux),
		 "/usr/lib/debug/usr/lib/modules/%s/vmlinux.debug", release);
}

static const struct family families[] = {
	{ "Ubuntu",
	  { "ubuntu" },
	  { "-generic$", "-lowlatency$", "-generic-64k$" },
	  "https://debuginfod.ubuntu.com",
	  "apt install crash",
	  fill_ubuntu },
	{ "Fedora",
	  { "fedora" },
	  { ".fc#" },
	  "https://debuginfod.fedoraproject.org/",
	  "dnf install crash",
	  fill_red_hat },
	{ "CentOS",
	  { "centos" },
	  { NULL },
	  "https://debuginfod.centos.org/",
	  "dnf install crash",
	  fill_red_hat },
	{ "Red Hat's family",
	  { "rhel", "almalinux", "rocky", "ol", "amzn" },
	  { ".el#", ".amzn#" },
	  "https://debuginfod.elfutils.org/",
	  "dnf install crash",
	  fill_red_hat },
	{ "SUSE",
	  { "suse", "sles", "sled", "opensuse", "opensuse-leap", "opensuse-tumbleweed" },
	  { "-default$" },
	  "https://debuginfod.opensuse.org/",
	  "zypper install crash",
	  fill_suse },
	{ "Debian",
	  { "debian" },
	  { "+deb#", "-amd64$", "-arm64$", "-s390x$" },
	  "https://debuginfod.debian.net",
	  "apt install crash",
	  fill_debian },
};

/* A value of os-release, unquoted; only letters, digits, "._-" and spaces are kept. */
static void os_value(const char *text, const char *key, char *out, size_t max)
{
	size_t n = strlen(key), len = 0;

	out[0] = '\0';
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, n) != 0 || line[n] != '=')
			continue;
		for (line += n + 1; *line && *line != '\n' && len < max - 1; line++) {
			if (isalnum((unsigned char)*line) || strchr("._- ", *line))
				out[len++] = *line;
		}
		out[len] = '\0';
		return;
	}
}

static void read_os(const char *root, struct os *os)
{
	char *text = NULL;

	*os = (struct os){ .id = "" };
	if (files_read(root, "/etc/os-release", OS_RELEASE_MAX, &text) < 0 &&
	    files_read(root, "/usr/lib/os-release", OS_RELEASE_MAX, &text) < 0) {
		fail_clear();
		return;
	}
	os_value(text, "ID", os->id, sizeof(os->id));
	os_value(text, "ID_LIKE", os->like, sizeof(os->like));
	os_value(text, "VERSION_CODENAME", os->codename, sizeof(os->codename));
	free(text);
}

static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *s = list; (s = strstr(s, word)); s += n) {
		if ((s == list || s[-1] == ' ') && (!s[n] || s[n] == ' '))
			return true;
	}
	return false;
}

static const struct family *family_with(const char *list)
{
	for (unsigned f = 0; f < ARRAY_SIZE(families); f++) {
		for (const char *const *id = families[f].ids; *id; id++) {
			if (has_word(list, *id))
				return &families[f];
		}
	}
	return NULL;
}

/* ID says more than ID_LIKE: all of Red Hat's family are like Fedora. */
static const struct family *family_of_os(const struct os *os)
{
	const struct family *f = family_with(os->id);

	if (!f && has_word(os->like, "rhel"))
		f = family_with("rhel");
	return f ? f : family_with(os->like);
}

static bool has_mark(const char *release, const char *mark)
{
	size_t n = strlen(mark) - 1;
	char text[20];

	snprintf(text, sizeof(text), "%.*s", mark[n] == '#' || mark[n] == '$' ? (int)n : (int)n + 1,
		 mark);
	for (const char *s = release; (s = strstr(s, text)); s++) {
		if (mark[n] == '#' ? isdigit((unsigned char)s[n]) != 0 : s[n] == '\0')
			return true;
	}
	return false;
}

static const struct family *family_of_release(const char *release)
{
	for (unsigned f = 0; f < ARRAY_SIZE(families); f++) {
		for (unsigned m = 0; m < ARRAY_SIZE(families[f].marks); m++) {
			if (families[f].marks[m] && has_mark(release, families[f].marks[m]))
				return &families[f];
		}
	}
	return NULL;
}

void debug_package_find(const char *root, const char *release, struct debug_package *out)
{
	const struct family *here, *f;
	struct os os;

	*out = (struct debug_package){ .debuginfod = "https://debuginfod.elfutils.org/" };
	read_os(root, &os);
	here = family_of_os(&os);
	f = family_of_release(release);
	/* CentOS has Red Hat's mark. */
	if (!f || (here && here->fill == f->fill && !here->marks[0]))
		f = here;
	if (here)
		out->install_crash = here->install_crash;
	if (!f)
		return;
	out->distribution = f->name;
	out->here = f == here;
	out->debuginfod = f->debuginfod;
	if (vmlinux_release_ok(release))
		f->fill(release, out->here ? &os : &(struct os){ .id = "" }, out);
}
