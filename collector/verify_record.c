/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify_record.c - kdump-verified.json: what a check of a dump's directory found, and SHA-256 */
#include "verify_dir.h"

#include "base/beneath.h"
#include "base/err.h"
#include "base/file.h"
#include "base/io.h"
#include "base/json.h"
#include "seal/digest.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

bool verify_is_later(const char *name)
{
	return name[0] == '.' || strcmp(name, VERIFIED_NAME) == 0 ||
	       strcmp(name, "kdump-added.json") == 0;
}

/* One file; what is no regular file is left out. 1: it has an entry now. */
static int put_file(FILE *f, int dir, const char *name, bool first)
{
	int fd = open_beneath(dir, name, O_RDONLY | O_NONBLOCK | O_NOCTTY), rc = 0;
	char sum[DIGEST_TEXT] = "";
	struct stat st;

	if (fd < 0)
		return 0;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		rc = digest_sha256(fd, sum);
		if (rc == -ENOSYS) {
			fail_clear();
			rc = 0;
		}
		fputs(first ? "{\"name\":" : ",{\"name\":", f);
		json_string(f, name);
		fprintf(f, ",\"size\":%jd,\"sha256\":", (intmax_t)st.st_size);
		json_string(f, sum[0] ? sum : NULL);
		fputc('}', f);
		rc = rc < 0 ? fail(rc, "%s", name) : 1;
	}
	close(fd);
	return rc;
}

static int has_entry(const struct dirent *e)
{
	return !verify_is_later(e->d_name) && strlen(e->d_name) < MANIFEST_FILENAME;
}

/* In the order of names, so the same directory gives the same list. */
static int put_files(FILE *f, int dir)
{
	struct dirent **list;
	int n = scandirat(dir, ".", &list, has_entry, alphasort), rc = 0, nr = 0;

	if (n < 0)
		return fail(-errno, "list the directory");
	for (int i = 0; i < n; i++) {
		if (rc >= 0 && nr < MANIFEST_FILES)
			rc = put_file(f, dir, list[i]->d_name, nr == 0);
		nr += rc > 0;
		free(list[i]);
	}
	free(list);
	return rc < 0 ? rc : 0;
}

/* What was found damaged is not taken for the truth from now on. */
static int put_earlier(FILE *f, const struct manifest *m)
{
	for (unsigned i = 0; i < m->nr; i++) {
		fputs(i ? ",{\"name\":" : "{\"name\":", f);
		json_string(f, m->file[i].name);
		if (m->file[i].size == MANIFEST_UNKNOWN)
			fputs(",\"size\":null", f);
		else
			fprintf(f, ",\"size\":%" PRIu64, m->file[i].size);
		fputs(",\"sha256\":", f);
		json_string(f, m->file[i].sha256[0] ? m->file[i].sha256 : NULL);
		fputc('}', f);
	}
	return 0;
}

static int put_all(FILE *f, int dir, const struct verify_dir *v)
{
	int rc;

	fprintf(f,
		"{\"version\":1,\"program\":\"kdump-collect " KDUMP_VERSION "\",\"time\":%jd,"
		"\"state\":\"%s\",\"manifest\":%s,\"faults\":%" PRIu64 ",\"first_fault\":",
		(intmax_t)time(NULL),
		v->faults	? "damaged"
		: v->incomplete ? "incomplete"
				: "whole",
		v->has_manifest ? "true" : "false", v->faults);
	json_string(f, v->faults ? v->first : NULL);
	fputs(",\"files\":[", f);
	rc = v->has_record && v->faults ? put_earlier(f, &v->record) : put_files(f, dir);
	fputc(']', f);
	return rc;
}

/* As in the manifest, the last member is the checksum of what is before it. */
static int write_text(int dir, char *text, size_t len)
{
	char sum[XSUM_TEXT], *all;
	struct file_writer w;
	int n, rc;

	xsum_of(text, len, sum);
	n = asprintf(&all, "%s,\"xxh3_128\":\"%s\"}\n", text, sum);
	if (n < 0)
		return fail(-ENOMEM, "record");
	rc = file_begin(&w, dir, VERIFIED_NAME, 0600);
	if (rc == 0) {
		rc = io_pwrite(w.fd, all, (size_t)n, 0);
		if (rc == 0)
			rc = file_commit(&w);
		else
			file_abort(&w);
	}
	free(all);
	return rc;
}

int verify_record(const char *path, const struct verify_dir *v)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;
	char *text = NULL;
	size_t len = 0;
	FILE *f = dir < 0 ? NULL : open_memstream(&text, &len);

	if (!f) {
		rc = fail(dir < 0 ? -errno : -ENOMEM, "record in %s", path);
		if (dir >= 0)
			close(dir);
		return rc;
	}
	rc = put_all(f, dir, v);
	if (fclose(f) != 0 && rc == 0)
		rc = fail(-ENOMEM, "record");
	if (rc == 0)
		rc = write_text(dir, text, len);
	free(text);
	close(dir);
	return rc < 0 ? fail(rc, "record in %s", path) : 0;
}
