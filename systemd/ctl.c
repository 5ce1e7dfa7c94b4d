/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ctl.c - load the settings, report errors */
#include "systemd/ctl.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "seal/recipient.h"
#include "systemd/files.h"
#include "systemd/message.h"

#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <time.h>

/* Made from a sysconfig file if there is no kdump.conf; the image has a copy of it. */
#define MADE_CONFIG CTL_RUN_DIR "/kdump.conf"

void ctl_init(struct ctl *ctl)
{
	*ctl = (struct ctl){ .root = "", .collector = "kdump-collect" };
}

/* The option's value, and how many arguments it takes; NULL: another argument. */
static const char *identity_of(char **argv, int *nr_args)
{
	static const char option[] = "--identity";
	size_t n = strlen(option);

	*nr_args = 1;
	if (strncmp(argv[0], option, n) != 0)
		return NULL;
	if (argv[0][n] == '=')
		return argv[0] + n + 1;
	if (argv[0][n])
		return NULL;
	*nr_args = argv[1] ? 2 : 1;
	return argv[1] ? argv[1] : "";
}

int ctl_identity(struct ctl *ctl, int *argc, char **argv)
{
	int nr = 1, nr_args = 1, rc;

	for (int i = 1; i < *argc; i += nr_args) {
		const char *file = identity_of(argv + i, &nr_args);

		if (file)
			ctl->ids_file = file;
		else
			argv[nr++] = argv[i];
	}
	argv[nr] = NULL;
	*argc = nr;
	if (!ctl->ids_file)
		return 0;
	if (!*ctl->ids_file)
		return fail_set(-EINVAL, "--identity needs the name of a file with a private key");
	(void)setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	rc = seal_identities_read(ctl->ids_file, &ctl->ids);
	return rc < 0 ? fail(rc, "--identity") : 0;
}

void ctl_fini(struct ctl *ctl)
{
	seal_identities_free(ctl->ids);
	ctl->ids = NULL;
	if (!ctl->loaded)
		return;
	config_free(&ctl->config);
	sysconfig_free(&ctl->sysconfig);
	ctl->loaded = false;
}

static int64_t now_seconds(void)
{
	return (int64_t)(clock_ns() / CLOCK_NS_PER_S);
}

void ctl_limit_network(struct ctl *ctl, unsigned seconds)
{
	ctl->network_end = now_seconds() + seconds;
}

unsigned ctl_network_left(int64_t end, unsigned most)
{
	int64_t left = end - now_seconds();

	if (end == 0 || left >= (int64_t)most)
		return most;
	return left > 0 ? (unsigned)left : 0;
}

static void print_report(const struct config_report *r)
{
	char line[REPORT_TEXT_MAX + CTL_PATH_MAX];

	for (unsigned i = 0; config_report_line(r, i, line, sizeof(line)); i++)
		message_error("%s", line);
}

/* The file that this distribution uses, for messages that advise to create it. */
static const char *default_sysconfig(const struct ctl *ctl)
{
	return files_exist(ctl->root, "/etc/debian_version") ? SYSCONFIG_FILE_OTHER
							     : SYSCONFIG_FILE;
}

/* /etc/sysconfig/kdump, else Debian's file, else the defaults. */
static int load_sysconfig(struct ctl *ctl)
{
	static const char *const files[] = { SYSCONFIG_FILE, SYSCONFIG_FILE_OTHER };
	char path[FILES_PATH_MAX];
	int rc = -ENOENT;

	ctl->sysconfig_file = default_sysconfig(ctl);
	for (unsigned i = 0; i < 2 && rc == -ENOENT; i++) {
		if (i)
			sysconfig_free(&ctl->sysconfig);
		rc = files_path(ctl->root, files[i], path);
		if (rc == 0)
			rc = sysconfig_load(path, &ctl->sysconfig);
		if (rc != -ENOENT)
			ctl->sysconfig_file = files[i];
	}
	print_report(&ctl->sysconfig.report);
	if (rc == 0 || rc == -ENOENT) {
		/* A missing first file is not part of later errors. */
		fail_clear();
		return 0;
	}
	return rc == -EINVAL ? fail_adopt(rc, "the sysconfig file has errors; see above") : rc;
}

const char *ctl_config_name(const struct ctl *ctl)
{
	return ctl->config_made ? ctl->sysconfig_file : CONFIG_FILE;
}

/* Complaints name the file that the administrator wrote. */
static int parse_made(struct ctl *ctl, const char *text)
{
	char name[CTL_PATH_MAX + 32];

	snprintf(name, sizeof(name), "%s%s, as kdump.conf", ctl->root, ctl->sysconfig_file);
	return config_parse(name, text, strlen(text), 0, &ctl->config);
}

/*
 * No kdump.conf: use the settings in Debian's file, or the defaults. The image needs them as a
 * file; a user who may not write it can still run the commands that only read.
 */
static int make_config(struct ctl *ctl)
{
	char *text = NULL;
	int rc = sysconfig_conf(&ctl->sysconfig, &text);

	ctl->config_made = true;
	if (rc < 0) {
		print_report(&ctl->sysconfig.report);
		rc = fail_adopt(rc, "the sysconfig file cannot be converted; see above");
	} else {
		rc = files_path(ctl->root, MADE_CONFIG, ctl->config_path);
	}
	if (rc == 0 && geteuid() == 0)
		rc = files_write(ctl->root, MADE_CONFIG, 0600, text ? text : "");
	if (rc == 0)
		rc = parse_made(ctl, text ? text : "");
	else /* the caller frees it in any case */
		config_parse("", "", 0, CONFIG_LENIENT, &ctl->config);
	free(text);
	return rc;
}

static int read_config(struct ctl *ctl)
{
	int rc = files_path(ctl->root, CONFIG_FILE, ctl->config_path);

	if (rc < 0)
		config_parse("", "", 0, CONFIG_LENIENT, &ctl->config);
	return rc < 0 ? rc : config_load(ctl->config_path, 0, &ctl->config);
}

static int load_config(struct ctl *ctl)
{
	int rc = files_exist(ctl->root, CONFIG_FILE) ? read_config(ctl) : make_config(ctl);

	print_report(&ctl->config.report);
	return rc == -EINVAL ? fail_adopt(rc, "the configuration has errors; see above") : rc;
}

/* Prefer the plain build of a debug kernel: it needs less memory and saves the same dump. */
static void plain_kernel(const struct ctl *ctl, char *release)
{
	static const char *const suffixes[] = { "+debug", ".debug", "-debug" };
	char path[256];

	for (unsigned i = 0; i < 3; i++) {
		size_t n = strlen(release), m = strlen(suffixes[i]);

		if (n <= m || strcmp(release + n - m, suffixes[i]) != 0)
			continue;
		snprintf(path, sizeof(path), "/boot/vmlinuz-%.*s", (int)(n - m), release);
		if (files_exist(ctl->root, path))
			release[n - m] = '\0';
	}
}

static void choose_kernel(struct ctl *ctl)
{
	struct utsname uts;

	if (ctl->sysconfig.kernel_version) {
		snprintf(ctl->kernel, sizeof(ctl->kernel), "%s", ctl->sysconfig.kernel_version);
		return;
	}
	uname(&uts);
	snprintf(ctl->kernel, sizeof(ctl->kernel), "%s", uts.release);
	plain_kernel(ctl, ctl->kernel);
}

int ctl_load(struct ctl *ctl)
{
	int rc, config_rc;

	if (ctl->loaded)
		return 0;
	conf_state_read(ctl->root, &ctl->conf);
	rc = load_sysconfig(ctl);
	config_rc = load_config(ctl);
	ctl->loaded = true;
	choose_kernel(ctl);
	return rc < 0 ? rc : config_rc;
}

void ctl_print_json(struct json_object *o)
{
	printf("%s\n", json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY));
	json_object_put(o);
}

int ctl_fail(const char *what)
{
	message_error("%s: %s", what, fail_text());
	fail_clear();
	return CTL_FAILED;
}

int ctl_usage(const char *fmt, ...)
{
	char text[MESSAGE_MAX];
	va_list ap;

	va_start(ap, fmt);
	text_set_va(text, sizeof(text), fmt, ap);
	va_end(ap);
	message_error("%s; see \"kdumpctl --help\"", text);
	return CTL_FAILED;
}
