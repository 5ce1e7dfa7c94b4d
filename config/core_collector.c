/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core_collector.c - core_collector as an argument vector for one kind of target */
#include "config/core_collector.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

/* What older tools use, and every crash(8) in use reads. */
#if HAVE_LZO
#define DEFAULT_COMMAND "makedumpfile -l --message-level 7 -d 31"
#else
#define DEFAULT_COMMAND "makedumpfile -c --message-level 7 -d 31"
#endif

#define BLANKS	      " \t"
#define SPARE	      32
#define WITH_ARGUMENT "dbxigL" /* makedumpfile's letters that take one */

bool config_kind_streams(enum config_target_kind kind)
{
	return kind == CONFIG_TARGET_SSH || kind == CONFIG_TARGET_RAW;
}

/* The first word without its directory. */
static const char *program_name(const char *command, size_t *len)
{
	const char *name = command, *end = command + strcspn(command, BLANKS);

	for (const char *c = command; c < end; c++) {
		if (*c == '/')
			name = c + 1;
	}
	*len = (size_t)(end - name);
	return name;
}

static bool is_program(const char *command, const char *want)
{
	size_t len;
	const char *name = program_name(command, &len);

	return strlen(want) == len && strncmp(name, want, len) == 0;
}

bool config_command_is_makedumpfile(const char *command)
{
	return is_program(command, "makedumpfile") || is_program(command, "kdump-collect");
}

/*
 * The letter within a word like "-lF"; NULL: it is not there. Letters behind one
 * that takes an argument are that argument; *takes_next: the next word is.
 */
static char *cluster_find(char *word, char letter, bool *takes_next)
{
	char *found = NULL;

	*takes_next = false;
	if (word[0] != '-' || word[1] == '-')
		return NULL;
	for (char *c = word + 1; *c; c++) {
		if (*c == letter && !found)
			found = c;
		if (strchr(WITH_ARGUMENT, *c)) {
			*takes_next = !c[1];
			break;
		}
	}
	return found;
}

/*
 * Vector and strings in one block, with space for two more arguments in front; NULL: no memory.
 *
 *     argv[0] ... NULL (capacity) | the command's arguments | spare
 */
static char **split(const char *command, unsigned *argc, char **spare)
{
	size_t len = strlen(command), capacity = len / 2 + 2 + 2;
	char **argv = calloc(1, capacity * sizeof(*argv) + len + 1 + SPARE);
	char *copy;

	*argc = 0;
	if (!argv)
		return NULL;
	copy = memcpy((char *)(argv + capacity), command, len + 1);
	*spare = copy + len + 1;
	while (*(copy += strspn(copy, BLANKS))) {
		argv[(*argc)++] = copy;
		copy += strcspn(copy, BLANKS);
		if (*copy)
			*copy++ = '\0';
	}
	return argv;
}

static bool has_letter(char **argv, char letter)
{
	bool takes_next;

	for (unsigned i = 1; argv[0] && argv[i]; i++) {
		if (cluster_find(argv[i], letter, &takes_next))
			return true;
		if (takes_next && argv[i + 1])
			i++;
	}
	return false;
}

/* Remove the letter from every argument; of "-F" a "-" stays. */
static void take_letter(char **argv, char letter)
{
	bool takes_next;
	char *at;

	for (unsigned i = 1; argv[0] && argv[i]; i++) {
		while ((at = cluster_find(argv[i], letter, &takes_next)))
			memmove(at, at + 1, strlen(at));
		if (takes_next && argv[i + 1])
			i++;
	}
}

bool config_command_has(const char *command, char letter)
{
	unsigned argc;
	char *spare, **argv = split(command, &argc, &spare);
	bool has = argv && has_letter(argv, letter);

	free(argv);
	return has;
}

/* Words that are nothing any more: "-" of what was "-F", and our own long spelling. */
static void drop_stream_options(struct config_command *command)
{
	unsigned nr = 1;

	for (unsigned i = 1; i < command->argc; i++) {
		char *word = command->argv[i];

		if (strcmp(word, "-") != 0 && strcmp(word, "--flatten") != 0)
			command->argv[nr++] = word;
	}
	command->argc = nr;
	command->argv[nr] = NULL;
}

/* In front of the options, so that what the user wrote has the last word. */
static void insert(struct config_command *command, char *word)
{
	memmove(command->argv + 2, command->argv + 1, command->argc * sizeof(*command->argv));
	command->argv[1] = word;
	command->argc++;
}

/* makedumpfile cannot use threads for a stream or an ELF file; ours counts CPUs itself. */
static void fit_makedumpfile(struct config_command *command, unsigned cpus, char *spare)
{
	bool elf = has_letter(command->argv, 'E');

	take_letter(command->argv, 'F');
	drop_stream_options(command);
	if (command->streams) {
		insert(command, strcpy(spare, "-F"));
	} else if (command->kind == CONFIG_COLLECTOR_EXTERNAL && cpus > 1 && !elf) {
		snprintf(spare, SPARE, "--num-threads=%u", cpus);
		insert(command, spare);
	}
}

static bool is_none(const char *command)
{
	return strcmp(command, "none") == 0;
}

bool config_wants_log_alone(const struct config *c)
{
	return c->core_collector && is_none(c->core_collector);
}

static enum config_collector_kind kind_of(const char *command, enum config_target_kind target)
{
	bool by_path = memchr(command, '/', strcspn(command, BLANKS));

	if (is_none(command))
		return CONFIG_COLLECTOR_NONE;
	if (config_command_is_makedumpfile(command) && !by_path)
		return CONFIG_COLLECTOR_OWN;
	if (target == CONFIG_TARGET_SSH && is_program(command, "scp"))
		return CONFIG_COLLECTOR_SCP;
	return CONFIG_COLLECTOR_EXTERNAL;
}

int config_collector(const struct config *c, enum config_target_kind kind, unsigned cpus,
		     struct config_command *out)
{
	const char *command = c->core_collector ? c->core_collector : DEFAULT_COMMAND;
	char *spare;

	*out = (struct config_command){ .kind = kind_of(command, kind) };
	out->streams = config_kind_streams(kind) && out->kind != CONFIG_COLLECTOR_SCP;
	out->argv = split(command, &out->argc, &spare);
	if (!out->argv)
		return fail(-ENOMEM, "core_collector");
	if (config_command_is_makedumpfile(command))
		fit_makedumpfile(out, cpus, spare);
	return 0;
}

/* The largest of "1,17,31" that is a level; -1: none is. */
static int largest_level(const char *list)
{
	int largest = -1;

	for (const char *at = list; at; at = strchr(at, ',')) {
		char *end;
		unsigned long n;

		at += *at == ',';
		n = strtoul(at, &end, 10);
		if (end > at && (*end == ',' || !*end) && n <= 31 && (int)n > largest)
			largest = (int)n;
	}
	return largest;
}

/* The level in an argument, or in the one after it: "-d17", "-ld" "17", "--level=17". */
static const char *level_text(char *word, const char *next, bool *takes_next)
{
	char *at;

	*takes_next = strcmp(word, "--level") == 0;
	if (*takes_next)
		return next;
	if (strncmp(word, "--level=", 8) == 0)
		return word + 8;
	at = cluster_find(word, 'd', takes_next);
	return at && at[1] ? at + 1 : at ? next : NULL;
}

int config_command_level(const struct config_command *command)
{
	char **argv = command->argv;
	bool takes_next;
	int level = -1;

	if (!argv[0] || !config_command_is_makedumpfile(argv[0]))
		return -1;
	for (unsigned i = 1; argv[i]; i++) {
		const char *text = level_text(argv[i], argv[i + 1], &takes_next);

		if (text && largest_level(text) >= 0)
			level = largest_level(text);
		if (takes_next && argv[i + 1])
			i++;
	}
	return level;
}

void config_command_free(struct config_command *command)
{
	free(command->argv);
	*command = (struct config_command){ 0 };
}
