/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_read.c - read more of one core file than the list did */
#include "systemd/dumps/dump_list.h"

#include "base/beneath.h"
#include "base/err.h"
#include "base/io.h"
#include "seal/secret.h"
#include "systemd/dumps/dump_sealed.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Encrypted bytes that CORE_INFO_MAX bytes of a core are in. */
#define CORE_SEALED_MAX (CORE_INFO_MAX + (256u << 10))

/* Links are not followed, as in the list: neither the dump's directory nor the file may be one. */
static int open_file(const struct target_access *p, const struct dump *d, const char *name)
{
	char path[sizeof(d->name) + CTL_PATH_MAX];
	int dir, fd;

	snprintf(path, sizeof(path), "%s/%s", d->name, name);
	dir = open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	fd = open_beneath(dir, path, O_RDONLY | O_NONBLOCK);
	close(dir);
	return fd;
}

static int read_head(int fd, struct dump *d)
{
	char *data = malloc(CORE_INFO_MAX);
	size_t len;
	int rc;

	if (!data)
		return -ENOMEM;
	rc = io_pread(fd, data, CORE_INFO_MAX, 0, &len);
	if (rc == 0 || len > 0)
		dump_more(d, data, len);
	free(data);
	return rc;
}

static int from_file(const struct target_access *p, struct dump *d)
{
	bool raw = p->kind == ACCESS_RAW;
	int fd = raw ? open(p->device, O_RDONLY | O_CLOEXEC) : open_file(p, d, d->core);
	struct stat st;
	int rc;

	if (fd < 0)
		return raw ? -errno : fd;
	/* The name may belong to another file by now. */
	if (fstat(fd, &st) < 0)
		rc = -errno;
	else if (!raw && !S_ISREG(st.st_mode))
		rc = -EINVAL;
	else
		rc = dump_is_sealed(d->core) ? dump_more_sealed(d, unseal_from_fd(&fd), p->ids)
					     : read_head(fd, d);
	close(fd);
	return rc;
}

/* The first *len bytes of a file of the dump, to be freed; *len: how many there are. */
static int fetch(const struct target_access *p, const struct dump *d, const char *name, char **data,
		 size_t *len)
{
	char path[CTL_PATH_MAX + 400], quoted[CTL_PATH_MAX], command[CTL_PATH_MAX + 64];
	const struct target_access_command c = { .command = command,
						 .max = *len + 1,
						 .seconds = 60 };
	int rc;

	snprintf(path, sizeof(path), "%s/%s/%s", p->dir, d->name, name);
	rc = dumps_quote(path, quoted, sizeof(quoted));
	if (rc < 0)
		return rc;
	snprintf(command, sizeof(command), "head -c %zu -- %s", *len, quoted);
	return target_access_ssh(p, &c, data, len);
}

static int from_server(const struct target_access *p, struct dump *d)
{
	char *data = NULL;
	bool sealed = dump_is_sealed(d->core);
	size_t len = sealed ? CORE_SEALED_MAX : CORE_INFO_MAX;
	int rc = fetch(p, d, d->core, &data, &len);

	if (rc == 0 && sealed)
		rc = dump_more_sealed(d, unseal_from_memory(&(struct blob){ data, len }), p->ids);
	else if (rc == 0)
		dump_more(d, data, len);
	free(data);
	return rc;
}

static int read_text(int fd, char **text)
{
	struct stat st;
	size_t len;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return -EINVAL;
	*text = calloc(1, DUMP_REPORT_MAX + 1);
	if (!*text)
		return -ENOMEM;
	return io_pread(fd, *text, DUMP_REPORT_MAX, 0, &len);
}

static int read_plain(const struct target_access *p, const struct dump *d, char **text)
{
	size_t len = DUMP_REPORT_MAX;
	int fd, rc;

	if (p->kind == ACCESS_SSH)
		return fetch(p, d, DUMP_REPORT_FILE, text, &len);
	fd = open_file(p, d, DUMP_REPORT_FILE);
	rc = fd < 0 ? fd : read_text(fd, text);
	if (fd >= 0)
		close(fd);
	return rc;
}

/* What is in the encrypted report, as a string. */
static int open_report(const struct target_access *p, struct unseal_input in, char **text)
{
	const struct dump_sealed_want want = { .max = DUMP_REPORT_MAX };
	struct dump_sealed_text plain;
	int rc = dump_sealed_read(in, p->ids, &want, &plain);

	if (rc < 0)
		return rc;
	*text = strdup(plain.data);
	dump_sealed_free(&plain);
	return *text ? 0 : -ENOMEM;
}

static int read_sealed(const struct target_access *p, const struct dump *d, char **text)
{
	size_t len = DUMP_SEALED_MAX;
	char *data = NULL;
	struct stat st;
	int fd, rc;

	if (p->kind == ACCESS_SSH) {
		rc = fetch(p, d, DUMP_REPORT_FILE ".age", &data, &len);
		if (rc == 0)
			rc = open_report(p, unseal_from_memory(&(struct blob){ data, len }), text);
		free(data);
		return rc;
	}
	fd = open_file(p, d, DUMP_REPORT_FILE ".age");
	if (fd < 0)
		return fd;
	rc = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? open_report(p, unseal_from_fd(&fd), text)
							: -EINVAL;
	close(fd);
	return rc;
}

int dumps_report(const struct target_access *p, const struct dump *d, char **text)
{
	bool sealed = d->sealed_report;
	int rc;

	*text = NULL;
	if (!d->has_report || p->kind == ACCESS_RAW || (sealed && !p->ids))
		return 0;
	rc = sealed ? read_sealed(p, d, text) : read_plain(p, d, text);
	if (rc == 0)
		return 0;
	dumps_report_free(*text);
	*text = NULL;
	return fail(rc, "read %s/%s%s", d->name, DUMP_REPORT_FILE, sealed ? ".age" : "");
}

void dumps_report_free(char *text)
{
	if (text)
		secret_wipe(text, strlen(text));
	free(text);
}

int dumps_more(const struct target_access *p, struct dump *d)
{
	int rc;

	if (!d->core[0] || d->size == 0 || (!d->info.more && p->kind != ACCESS_RAW))
		return 0;
	if (dump_is_sealed(d->core) && !p->ids)
		return 0;
	rc = p->kind == ACCESS_SSH ? from_server(p, d) : from_file(p, d);
	return rc < 0 ? fail(rc, "read %s/%s", d->name, d->core) : 0;
}
