/* SPDX-License-Identifier: GPL-2.0-or-later */
/* temp_root.c - a made-up root directory: files are put in, it is removed at the end */
#include "temp_root.h"

#include "systemd/files.h"
#include "temp_dir.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char temp_root[64];

void root_new(void)
{
	temp_dir(temp_root);
}

void root_drop(void)
{
	temp_dir_drop(temp_root);
}

void root_put(const char *path, const char *text)
{
	CHECK_EQ(files_write(temp_root, path, 0644, text), 0);
}

void root_program(const char *name, const char *script)
{
	char path[256], text[2048];

	snprintf(path, sizeof(path), "/bin/%s", name);
	snprintf(text, sizeof(text), "#!/bin/sh\nroot=%s\n%s\n", temp_root, script);
	CHECK_EQ(files_write(temp_root, path, 0755, text), 0);
}

void root_path(void)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/bin:/usr/bin:/bin", temp_root);
	setenv("PATH", path, 1);
}

pid_t root_fork(void)
{
	char words[128];
	pid_t pid;

	snprintf(words, sizeof(words), "%s/words", temp_root);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		int fd = open(words, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		if (fd < 0 || dup2(fd, STDERR_FILENO) < 0)
			_exit(98);
	}
	return pid;
}

const char *root_text(const char *path)
{
	static char text[16384];
	char *got;

	text[0] = '\0';
	if (files_read(temp_root, path, sizeof(text) - 1, &got) == 0) {
		snprintf(text, sizeof(text), "%s", got);
		free(got);
	}
	return text;
}
