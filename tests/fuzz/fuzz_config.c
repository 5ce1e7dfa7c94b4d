/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_config.c - any bytes as kdump.conf
 *
 * Both ways of reading agree on everything but the verdict, every target is one, and
 * every command can be made.
 */
#include "base/err.h"
#include "config/core_collector.h"
#include "config/config.h"

#include <stdlib.h>
#include <string.h>

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void check_targets(const struct config *c)
{
	must(c->nr_targets >= 1 && c->nr_targets <= CONFIG_TARGETS_MAX);
	for (unsigned i = 0; i < c->nr_targets; i++) {
		const struct config_target *t = &c->targets[i];

		must((t->kind == CONFIG_TARGET_PATH) == !t->where);
		must(i == 0 || t->where);
		must(config_target_name(t)[0]);
	}
}

static void check_commands(const struct config *c)
{
	for (int kind = 0; kind < NR_CONFIG_TARGET_KINDS; kind++) {
		struct config_command command;

		must(config_collector(c, (enum config_target_kind)kind, 4, &command) == 0);
		must(command.argv[command.argc] == NULL);
		for (unsigned i = 0; i < command.argc; i++)
			must(command.argv[i] != NULL);
		config_command_free(&command);
	}
}

static void check_report(const struct config_report *r)
{
	char line[REPORT_TEXT_MAX + 64];

	for (unsigned i = 0; config_report_line(r, i, line, sizeof(line)); i++) {
		for (const char *c = line; *c; c++)
			must((unsigned char)*c >= ' ' && *c != 0x7f);
	}
}

static void check_vector(const char *const *words)
{
	size_t all = 0;

	for (; *words; words++)
		all += strlen(*words);
	must(all < (1 << 20));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size ? size : 1);
	struct config strict, lenient;
	int rc;

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	rc = config_parse("f", copy, size, 0, &strict);
	must(config_parse("f", copy, size, CONFIG_LENIENT, &lenient) == 0);
	free(copy);
	must(rc == (strict.report.nr_errors ? -EINVAL : 0));
	must(strict.report.nr_errors == lenient.report.nr_errors);
	must(strict.nr_targets == lenient.nr_targets && strcmp(strict.path, lenient.path) == 0);
	check_targets(&lenient);
	check_commands(&lenient);
	check_report(&lenient.report);
	check_vector(lenient.extra_bins);
	check_vector(lenient.extra_modules);
	check_vector(lenient.omit_modules);
	check_vector(lenient.dracut_argv);
	check_vector(lenient.fence_kdump_nodes);
	check_vector(lenient.fence_kdump_args);
	config_free(&strict);
	config_free(&lenient);
	fail_clear();
	return 0;
}
