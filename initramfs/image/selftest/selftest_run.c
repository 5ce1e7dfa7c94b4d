/* SPDX-License-Identifier: GPL-2.0-or-later */
/* selftest_run.c - the programs of an image that is the root directory now */
#include "initramfs/image/selftest/selftest_impl.h"

#include "initramfs/image/program/elf.h"
#include "initramfs/image/image.h"
#include "initramfs/plan/plan.h"

#include "base/err.h"
#include "base/run.h"
#include "base/util.h"
#include "config/core_collector.h"

#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CORE	   "/" SELF_TEST_CORE
#define OUTPUT	   "/tmp/self-test"
#define SECONDS	   180 /* an emulated machine of one CPU takes ten */
#define WARNING	   1
#define SEARCH	   "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define SPARE_ARGS 3

struct programs {
	const char *capture; /* path of our program */
	bool ours;	     /* the whole image is */
	bool warned;	     /* out is a warning */
	char *out;
	unsigned nr_dynamic;
};

/* The machine of a static program; 0 if it is another file. */
static uint16_t static_machine(const char *path)
{
	struct elf_needs needs;
	uint16_t machine;

	if (elf_read(path, &needs) < 0) {
		fail_clear();
		return 0;
	}
	machine = needs.interp ? 0 : needs.machine;
	elf_free(&needs);
	return machine;
}

/* dracut's and initramfs-tools' have our program where this system has it, ours have it as /init.
 */
static int find_capture(struct programs *p, uint16_t machine)
{
	uint16_t is;

	p->ours = access(IMAGE_CAPTURE, F_OK) < 0;
	p->capture = p->ours ? "/init" : IMAGE_CAPTURE;
	if (p->ours && access(PLAN_PATH, F_OK) < 0)
		return fail_adopt(-ENODATA, "the image holds no program of kdump");
	is = static_machine(p->capture);
	if (!is)
		return fail(-ENOEXEC, "%s is not a static program", p->capture);
	if (machine && is != machine) {
		snprintf(p->out, SELFTEST_MESSAGE_SIZE,
			 "they are for another machine (ELF %u, here %u)", is, machine);
		return WARNING;
	}
	return 0;
}

static int run_capture(const struct programs *p)
{
	const char *const argv[] = { "kdump-capture", "--self-test", CORE, NULL };

	return run_must(&(struct run_cfg){
		.argv = argv, .program = p->capture, .timeout_ms = SECONDS * 1000 });
}

/* COMMAND SOURCE [DESTINATION], as the capture has it; to be freed. */
static const char **collector_argv(const struct config_command *cmd)
{
	const char **argv = calloc(cmd->argc + SPARE_ARGS, sizeof(*argv));
	unsigned n = cmd->argc;

	if (!argv)
		return NULL;
	memcpy(argv, cmd->argv, n * sizeof(*argv));
	if (cmd->kind == CONFIG_COLLECTOR_OWN)
		argv[0] = "kdump-collect";
	argv[n++] = CORE;
	if (!cmd->streams)
		argv[n++] = OUTPUT;
	return argv;
}

/* Where the image has a program; false: nowhere. */
static bool find_program(const char *name, char path[PATH_MAX])
{
	char dirs[] = SEARCH, *save = NULL;

	if (strchr(name, '/')) {
		snprintf(path, PATH_MAX, "%s", name);
		return access(path, X_OK) == 0;
	}
	for (char *dir = strtok_r(dirs, ":", &save); dir; dir = strtok_r(NULL, ":", &save)) {
		snprintf(path, PATH_MAX, "%s/%s", dir, name);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

static bool is_elf(const char *path)
{
	struct elf_needs needs;

	if (elf_read(path, &needs) < 0) {
		fail_clear();
		return false;
	}
	elf_free(&needs);
	return true;
}

/* Not to like this core is a right that other collectors have; to die, or not to start, is not. */
static int judge_collector(struct programs *p, const struct config_command *cmd,
			   const struct run_result *r)
{
	int rc = run_check(cmd->argv[0], r);
	bool started = !r->signal && r->exit_code != 126 && r->exit_code != 127;

	if (rc < 0 && (cmd->kind == CONFIG_COLLECTOR_OWN || !started))
		return rc;
	if (rc < 0) {
		p->warned = true;
		snprintf(p->out, SELFTEST_MESSAGE_SIZE, "core_collector on a small core: %s",
			 fail_text());
		fail_clear();
	}
	return 0;
}

static int try_collector(struct programs *p, const struct config_command *cmd,
			 const struct run_cfg *cfg)
{
	struct run_result r;
	int rc = run_program(cfg, &r);

	if (rc == 0)
		rc = judge_collector(p, cmd, &r);
	run_result_fini(&r);
	return rc;
}

static int run_command_line(struct programs *p, const struct config_command *cmd)
{
	const char **argv = collector_argv(cmd);
	char path[PATH_MAX];
	struct run_cfg c = { .argv = argv,
			     .program = p->capture,
			     .out = RUN_KEEP,
			     .err = RUN_KEEP,
			     .timeout_ms = SECONDS * 1000 };
	int output = -1, rc = 0;

	if (!argv)
		return fail(-ENOMEM, "core_collector");
	if (cmd->streams) {
		output = open(OUTPUT, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		if (output < 0)
			rc = fail(-errno, "create %s", OUTPUT);
		c.out = RUN_FD(output);
	}
	if (rc == 0 && cmd->kind == CONFIG_COLLECTOR_EXTERNAL) {
		c.program = path;
		if (!find_program(argv[0], path))
			rc = fail(-ENOENT, "the image lacks %s", argv[0]);
	}
	if (rc == 0 && (cmd->kind == CONFIG_COLLECTOR_OWN || is_elf(c.program)))
		rc = try_collector(p, cmd, &c);
	if (output >= 0)
		close(output);
	unlink(OUTPUT);
	free(argv);
	return rc < 0 ? fail(rc, "core_collector") : 0;
}

/* The command line of kdump.conf, which the runs before did not have. */
static int run_collector(struct programs *p)
{
	struct config_command cmd = { .argv = NULL };
	struct config config;
	int rc = config_load(CONFIG_FILE, CONFIG_LENIENT, &config);

	if (rc == 0)
		rc = config_collector(&config, config.targets[0].kind, 1, &cmd);
	if (rc == 0 && cmd.kind != CONFIG_COLLECTOR_SCP && cmd.kind != CONFIG_COLLECTOR_NONE)
		rc = run_command_line(p, &cmd);
	config_command_free(&cmd);
	config_free(&config);
	return rc;
}

/* An error that names the first library that the dynamic linker did not find. */
static int check_list(const char *path, char *text)
{
	char *save = NULL;

	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		if (strstr(l, "not found"))
			return fail_set(-ENOENT, "%s: %s", path, l + strspn(l, " \t"));
	}
	return 0;
}

static int run_linker(const char *path, const char *const *argv)
{
	const struct run_cfg c = {
		.argv = argv, .out = RUN_KEEP, .err = RUN_AS_OUT, .timeout_ms = SECONDS * 1000
	};
	struct run_result r;
	int rc = run_program(&c, &r);

	if (rc == 0)
		rc = run_check(path, &r);
	if (rc == 0)
		rc = check_list(path, r.out.data);
	run_result_fini(&r);
	return rc;
}

/* Its dynamic linker looks for the libraries, and does not start it. */
static int list_libraries(struct programs *p, const char *path)
{
	struct elf_needs needs;
	int rc = 0;

	if (elf_read(path, &needs) < 0) {
		fail_clear(); /* a script */
		return 0;
	}
	if (needs.interp) {
		const char *const argv[] = { needs.interp, "--list", path, NULL };

		rc = run_linker(path, argv);
		p->nr_dynamic++;
	}
	elf_free(&needs);
	return rc;
}

static int list_all(struct programs *p)
{
	static char top[] = "/";
	char *const tops[] = { top, NULL };
	FTS *fts = fts_open(tops, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
	FTSENT *e;
	int rc = 0;

	if (!fts)
		return fail(-errno, "list the programs");
	while (rc == 0 && (e = fts_read(fts))) {
		if (e->fts_info == FTS_F && (e->fts_statp->st_mode & 0111) &&
		    !strstr(e->fts_name, ".so"))
			rc = list_libraries(p, e->fts_path);
	}
	fts_close(fts);
	return rc;
}

static void set_environment(void)
{
	clearenv();
	setenv("PATH", SEARCH, 1);
	setenv("LC_ALL", "C", 1);
	setenv("TMPDIR", "/tmp", 1);
}

int self_test_programs(uint16_t machine, char out[SELFTEST_MESSAGE_SIZE])
{
	struct programs p = { .out = out };
	int rc;

	set_environment();
	rc = find_capture(&p, machine);
	if (rc == 0)
		rc = run_capture(&p);
	if (rc == 0)
		rc = run_collector(&p);
	if (rc == 0 && p.ours)
		rc = list_all(&p);
	if (rc != 0 || p.warned)
		return rc < 0 ? rc : WARNING;
	snprintf(out, SELFTEST_MESSAGE_SIZE,
		 "kdump-capture saved a small core and compared the dump with it");
	if (p.nr_dynamic)
		snprintf(out + strlen(out), SELFTEST_MESSAGE_SIZE - strlen(out),
			 "; %u other programs have their libraries", p.nr_dynamic);
	return 0;
}
