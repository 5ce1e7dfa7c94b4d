/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keygen.c - kdumpctl keygen: a key pair for encrypted dumps */
#include "systemd/ctl.h"

#include "base/err.h"
#include "base/io.h"
#include "seal/recipient.h"
#include "seal/secret.h"
#include "systemd/message.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_FILE "dump-key.txt"
#define TEXT_MAX     512

/* As age-keygen writes it. The text is in memory of secret.h. */
static int make_key(char text[TEXT_MAX], char public[SEAL_TEXT_MAX])
{
	char *secret = secret_alloc(SEAL_TEXT_MAX), date[32] = "";
	struct seal_recipient recipient;
	time_t now = time(NULL);
	struct tm utc;
	int rc = secret ? seal_identity_new(&recipient, secret) : fail(-ENOMEM, "make a key");

	if (rc == 0) {
		seal_recipient_text(&recipient, public);
		if (gmtime_r(&now, &utc))
			strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &utc);
		snprintf(text, TEXT_MAX, "# created: %s\n# public key: %s\n%s\n", date, public,
			 secret);
	}
	secret_free(secret, SEAL_TEXT_MAX);
	return rc;
}

static int sync_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	char dir[CTL_PATH_MAX] = ".";
	int fd, rc;

	if (slash &&
	    snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path) + 1, path) >= (int)sizeof(dir))
		return -ENAMETOOLONG;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	rc = fd < 0 ? -errno : io_sync(fd);
	if (rc == -EINVAL)
		rc = 0; /* a file system that cannot sync directories */
	if (fd >= 0)
		close(fd);
	return rc;
}

/* A file that is there already is kept: it may be the only copy of another key. */
static int write_new(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600), rc = 0;

	if (fd < 0 && errno == EEXIST)
		return fail_set(-EEXIST,
				"%s exists, and may hold a key; give the name of a new file", path);
	if (fd < 0)
		return fail(-errno, "create %s", path);
	if (fchmod(fd, 0600) < 0)
		rc = fail(-errno, "make %s readable for you alone", path);
	if (rc == 0)
		rc = io_pwrite(fd, text, strlen(text), 0);
	if (rc == 0)
		rc = io_sync(fd);
	if (close(fd) < 0 && rc == 0)
		rc = fail(-errno, "write");
	if (rc == 0)
		rc = sync_directory(path);
	if (rc == 0)
		return 0;
	unlink(path);
	return fail(rc, "write %s", path);
}

static void print(const struct ctl *ctl, const char *path, const char *public)
{
	struct json_object *o;

	if (ctl->json) {
		o = json_object_new_object();
		json_object_object_add(o, "file", json_object_new_string(path));
		json_object_object_add(o, "public_key", json_object_new_string(public));
		ctl_print_json(o);
	} else {
		printf("%s\n", public);
	}
	message_info("the private key is in %s; for kdump.conf: encrypt_to %s", path, public);
	message_warn("%s opens every dump that is encrypted to this key, and without it nobody "
		     "opens them: keep it, and a copy, on machines that are safe, and not on one "
		     "whose dumps it opens",
		     path);
}

int cmd_keygen(struct ctl *ctl, int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : DEFAULT_FILE;
	char public[SEAL_TEXT_MAX] = "", *text;
	int rc;

	if (argc > 2 || !*path)
		return ctl_usage("%s takes the name of one file", argv[0]);
	/* Standard output has the public key alone. */
	message_info_to_stderr();
	text = secret_alloc(TEXT_MAX);
	rc = text ? make_key(text, public) : fail(-ENOMEM, "make a key");
	if (rc == 0)
		rc = write_new(path, text);
	secret_free(text, TEXT_MAX);
	if (rc < 0)
		return ctl_fail("keygen");
	print(ctl, path, public);
	return CTL_OK;
}
