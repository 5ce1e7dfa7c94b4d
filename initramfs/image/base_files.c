/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base_files.c - /init, the configuration, the plan, and what else any image has */
#include "initramfs/image/base_files.h"

#include "base/err.h"
#include "base/file.h"
#include "seal/recipient.h"
#include "base/util.h"
#include "config/config.h"
#include "initramfs/image/machine_id.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <unistd.h>

#define SEED_STORE "/var/lib/kdump/random-seed"
#define SEED_IMAGE "/etc/kdump/random-seed"
#define SEED_LEN   512

/* Looked at now, cut when the image is written: a wrong program must not get that far. */
static int add_init(struct builder *b)
{
	int rc = init_check(b->capture);

	if (rc == 0)
		rc = tree_add_made(&b->tree, PART_INIT, "/init", b->capture, TREE_STRIP);
	return rc < 0 ? fail(rc, "capture program") : 0;
}

/* Mount points, and a console for the kernel to give to /init. */
static int add_skeleton(struct builder *b)
{
	static const char *const dirs[] = { "/proc", "/sys", "/dev", "/run", "/etc/kdump" };
	static const char *const links[] = { "bin", "sbin", "lib", "lib64" };
	char path[16], to[16];
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(dirs) && rc == 0; i++)
		rc = tree_add_dir(&b->tree, dirs[i], 0755);
	if (rc == 0)
		rc = tree_add_dir(&b->tree, "/tmp", 01777);
	if (rc == 0)
		rc = tree_add_dir(&b->tree, "/root", 0700);
	if (rc == 0)
		rc = tree_add_node(&b->tree, "/dev/console", S_IFCHR | 0600, makedev(5, 1));
	for (size_t i = 0; i < ARRAY_SIZE(links) && rc == 0; i++) {
		snprintf(path, sizeof(path), "/%s", links[i]);
		snprintf(to, sizeof(to), "usr/%s", links[i]);
		rc = tree_add_link(&b->tree, path, to);
	}
	return rc;
}

/* Links lead somewhere: what is in none of these directories today may be mounted there. */
static int add_usr(struct builder *b)
{
	static const char *const dirs[] = { "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib64" };
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(dirs) && rc == 0; i++)
		rc = tree_add_dir(&b->tree, dirs[i], 0755);
	return rc;
}

/* Directories are named by local time. Without the file the capture uses UTC. */
static int add_localtime(struct builder *b)
{
	char *real = builder_real(b, "/etc/localtime");
	struct stat sb;
	int rc = 0;

	if (real && stat(real, &sb) == 0 && S_ISREG(sb.st_mode))
		rc = tree_add_file(&b->tree, PART_CONFIG, "/etc/localtime", real, 0644);
	free(real);
	return rc;
}

static int add_config(struct builder *b)
{
	int rc = tree_add_file(&b->tree, PART_CONFIG, "/etc/kdump.conf", b->config_path, 0600);

	return rc < 0 ? fail(rc, "configuration") : add_localtime(b);
}

/* For another root the name is in the file, for this system the kernel knows it. */
static int set_hostname(struct builder *b)
{
	char *real = b->root[0] ? builder_real(b, "/etc/hostname") : NULL, *name = NULL;
	struct utsname uts;
	int rc = real ? file_read_head(real, 255, &name, NULL) : -ENOENT;

	free(real);
	if (rc == 0) {
		name[strcspn(name, " \t\r\n")] = '\0';
		rc = plan_set(&b->plan.hostname, name);
		free(name);
		return rc;
	}
	fail_clear();
	uname(&uts); /* "(none)": not set */
	return plan_set(&b->plan.hostname, uts.nodename[0] == '(' ? "" : uts.nodename);
}

/* A seed of this machine, made once: the same input still gives the same image. */
static int make_seed(const char *path, char *seed)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), rc = 0;

	if (getrandom(seed, SEED_LEN, 0) != SEED_LEN)
		rc = fail(-EIO, "random seed");
	if (rc == 0 && fd >= 0 && (write(fd, seed, SEED_LEN) != SEED_LEN || fsync(fd) < 0))
		rc = fail(-EIO, "write %s", path);
	if (fd >= 0)
		close(fd);
	if (rc < 0 && fd >= 0)
		unlink(path);
	return rc; /* a read-only /var: a new one each time will do */
}

static int read_seed(const char *path, char *seed)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd >= 0 ? read(fd, seed, SEED_LEN) : -1;

	if (fd >= 0)
		close(fd);
	return n == SEED_LEN ? 0 : -ENOENT;
}

/* ssh must not wait for randomness: a capture kernel has few interrupts to take it from. */
static int add_seed(struct builder *b)
{
	char *path, seed[SEED_LEN];
	bool ssh = false;
	int rc;

	for (size_t i = 0; i < b->plan.nr_targets; i++)
		ssh |= b->plan.targets[i].kind == PLAN_SSH;
	if (!ssh || b->plan.seed[0])
		return 0;
	if (asprintf(&path, "%s" SEED_STORE, b->root) < 0)
		return fail(-ENOMEM, "random seed");
	rc = read_seed(path, seed);
	if (rc < 0)
		rc = make_seed(path, seed);
	free(path);
	if (rc == 0)
		rc = tree_add_data(&b->tree, PART_SSH, SEED_IMAGE,
				   (struct tree_data){ seed, SEED_LEN }, 0600);
	return rc < 0 ? rc : plan_set(&b->plan.seed, SEED_IMAGE);
}

/* Files with keys are read here; the image has the public keys themselves. */
static int set_recipients(struct builder *b)
{
	char text[SEAL_RECIPIENTS * SEAL_TEXT_MAX] = "", key[SEAL_TEXT_MAX];
	struct seal_recipients to = { 0 };
	size_t n = 0;

	for (size_t i = 0; b->cfg->encrypt_to[i]; i++) {
		const char *named = b->cfg->encrypt_to[i];
		char *real = named[0] == '/' ? builder_real(b, named) : NULL;
		int rc = seal_recipients_add(&to, real ? real : named);

		free(real);
		if (rc < 0)
			return fail(rc, "encrypt_to");
	}
	for (unsigned i = 0; i < to.nr; i++) {
		seal_recipient_text(&to.r[i], key);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s", i ? "," : "", key);
	}
	return plan_set(&b->plan.seal_to, text);
}

static int add_plan(struct builder *b)
{
	char *text;
	size_t len;
	int rc = plan_write(&b->plan, &text, &len);

	if (rc < 0)
		return rc;
	rc = tree_add_data(&b->tree, PART_CONFIG, PLAN_PATH, (struct tree_data){ text, len }, 0600);
	free(text);
	return rc;
}

int files_gather(struct builder *b)
{
	int rc = add_init(b);

	if (rc == 0)
		rc = add_skeleton(b);
	if (rc == 0)
		rc = add_usr(b);
	if (rc == 0)
		rc = add_config(b);
	if (rc == 0)
		rc = set_hostname(b);
	if (rc == 0)
		rc = machine_id_gather(b);
	if (rc == 0)
		rc = add_seed(b);
	if (rc == 0)
		rc = set_recipients(b);
	return rc < 0 ? rc : add_plan(b);
}
