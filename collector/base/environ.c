/* SPDX-License-Identifier: GPL-2.0-or-later */
/* environ.c - reduce the environment of a program that root runs */
#include "base/environ.h"

#include "base/err.h"
#include "base/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A name, or with '*' at its end a prefix. */
static const char *const kept[] = {
	"HOME",
	"USER",
	"LOGNAME",
	"SHELL",
	"TERM",
	"COLUMNS",
	"LANG",
	"LANGUAGE",
	"LC_*",
	"TZ",
	"TMPDIR",
	/* systemd's, for its service */
	"NOTIFY_SOCKET",
	"INVOCATION_ID",
	"JOURNAL_STREAM",
	/* package managers' */
	"DEBIAN_FRONTEND",
	"DPKG_*",
	/* reproducible builds */
	"SOURCE_DATE_EPOCH",
#ifdef __SANITIZE_ADDRESS__
	"ASAN_OPTIONS",
	"LSAN_OPTIONS",
	"UBSAN_OPTIONS",
#endif
};

bool environ_keeps(const char *name)
{
	if (strcmp(name, "PATH") == 0)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		size_t n = strlen(kept[i]);

		if (strcmp(name, kept[i]) == 0 ||
		    (kept[i][n - 1] == '*' && strncmp(name, kept[i], n - 1) == 0))
			return true;
	}
	return false;
}

static bool keeps(const char *variable)
{
	const char *equals = strchr(variable, '=');
	char name[64];

	if (!equals || (size_t)(equals - variable) >= sizeof(name))
		return false;
	memcpy(name, variable, (size_t)(equals - variable));
	name[equals - variable] = '\0';
	return environ_keeps(name) && strcmp(name, "PATH") != 0;
}

/* "PATH=" and the absolute directories of the old one; NULL: out of memory. */
static char *absolute_path(void)
{
	const char *old = getenv("PATH");
	char *path = malloc(sizeof("PATH=" ENVIRON_PATH) + (old ? strlen(old) : 0)), *end;

	if (!path)
		return NULL;
	end = stpcpy(path, "PATH=");
	for (const char *dir = old; dir && *dir; dir += strspn(dir, ":")) {
		size_t n = strcspn(dir, ":");

		if (*dir == '/') {
			if (end[-1] != '=')
				*end++ = ':';
			end = mempcpy(end, dir, n);
		}
		dir += n;
	}
	*end = '\0';
	if (end[-1] == '=')
		strcpy(end, ENVIRON_PATH);
	return path;
}

int environ_reduce(enum environ_path path)
{
	size_t nr = 0;
	char **list;

	while (environ && environ[nr])
		nr++;
	list = calloc(nr + 2, sizeof(*list));
	if (list) {
		list[0] = path == ENVIRON_ABSOLUTE_PATH ? absolute_path()
							: strdup("PATH=" ENVIRON_PATH);
	}
	if (!list || !list[0]) {
		free(list);
		clearenv();
		setenv("PATH", ENVIRON_PATH, 1);
		return fail(-ENOMEM, "environment");
	}
	nr = 1;
	for (char **v = environ; v && *v; v++) {
		if (keeps(*v))
			list[nr++] = *v;
	}
	environ = list;
	return 0;
}
