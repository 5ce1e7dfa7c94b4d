/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main.c - kdump-capture: /init of the capture image, a service elsewhere, and its own collector */
#include "base/near.h"
#include "base/std_streams.h"
#include "collect.h"
#include "initramfs/capture/capture.h"
#include "initramfs/capture/save/save_core.h"

#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static const char usage_text[] =
	"Saves the memory of a crashed kernel where /etc/kdump.conf says, and reboots.\n"
	"\n"
	"  As /init of a capture image (process 1) it takes no options.\n"
	"\n"
	"  kdump-capture --service           in an image of dracut or initramfs-tools: mounts\n"
	"                                    only the target; reboots at the end\n"
	"  kdump-capture --root DIR [--vmcore FILE]\n"
	"                                    a dry run: DIR holds /etc/kdump.conf and\n"
	"                                    /etc/kdump/plan; nothing is rebooted\n"
	"  kdump-capture --self-test CORE    save the small core CORE in every way, and compare\n"
	"                                    what was saved with it; exit status 0 or 1\n"
	"  kdump-capture --help, --version   this text; the version\n"
	"\n"
	"Exit status of a dry run: 0 complete, 1 nothing usable saved, 2 usage, 3 partial dump.\n"
	"Under the names makedumpfile and kdump-collect it is the collector: kdump-collect(8).\n";

static int usage(int status)
{
	fputs(usage_text, status == 0 ? stdout : stderr);
	return status;
}

static int bad_option(const char *word)
{
	struct near near;

	near_init(&near, word);
	near_try(&near, "--service");
	near_try(&near, "--root");
	near_try(&near, "--vmcore");
	near_try(&near, "--help");
	fprintf(stderr, "kdump-capture: '%s' is not an option, or lacks its value%s%s%s\n\n", word,
		near.best ? "; did you mean '" : "", near.best ? near.best : "",
		near.best ? "'?" : "");
	return -1;
}

static int parse(int argc, char **argv, struct capture_cfg *cfg)
{
	bool service = false, root = false;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--service") == 0) {
			service = cfg->real = true;
		} else if (strcmp(argv[i], "--root") == 0 && i + 1 < argc) {
			root = true;
			cfg->root = argv[++i];
		} else if (strcmp(argv[i], "--vmcore") == 0 && i + 1 < argc) {
			cfg->vmcore = argv[++i];
		} else {
			return bad_option(argv[i]);
		}
	}
	if (root && strlen(cfg->root) > CAPTURE_ROOT_MAX) {
		fprintf(stderr, "kdump-capture: --root: the path is longer than %d bytes\n\n",
			CAPTURE_ROOT_MAX);
		return -1;
	}
	return service == root ? -1 : 0;
}

static bool is_collector(const char *name)
{
	return strcmp(name, "makedumpfile") == 0 || strcmp(name, "kdump-collect") == 0;
}

/* The name decides which program this is. */
static int program(int argc, char **argv)
{
	struct capture_cfg cfg = { .root = "", .vmcore = "/proc/vmcore" };
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
	const char *name = slash ? slash + 1 : argc > 0 ? argv[0] : "";

	/* When started through /proc/self/exe, the kernel sets the process name to "exe". */
	if (is_collector(name)) {
		(void)prctl(PR_SET_NAME, name);
		return collect_main(argc, argv);
	}
	if (strcmp(name, CORE_COPY_NAME) == 0) {
		(void)prctl(PR_SET_NAME, name);
		return core_copy_main(argc, argv);
	}
	if (getpid() == 1) {
		/* The kernel passes parameters that it does not know; they are not for us. */
		cfg.init = cfg.real = cfg.modules = true;
		return capture_run(&cfg);
	}
	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
		return usage(0);
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts("kdump-capture " KDUMP_VERSION);
		return 0;
	}
	if (argc == 3 && strcmp(argv[1], "--self-test") == 0)
		return collect_self_test(argv[2], program);
	if (parse(argc, argv, &cfg) < 0)
		return usage(2);
	return capture_run(&cfg);
}

int main(int argc, char **argv)
{
	std_streams_hold();
	return program(argc, argv);
}
