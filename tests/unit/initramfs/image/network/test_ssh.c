/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_ssh.c - what of ssh goes into the image: the system's own programs are asked */
#include "base/err.h"
#include "base/run.h"
#include "base/util.h"
#include "config/config.h"
#include "initramfs/image/network/network.h"
#include "initramfs/image/network/ssh_impl.h"

#include "check.h"
#include "temp_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[TEMP_DIR_MAX];

static void sh(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void sh(const char *fmt, ...)
{
	char command[1000];
	va_list ap;
	int n = snprintf(command, sizeof(command), "cd %s; ", dir);

	va_start(ap, fmt);
	vsnprintf(command + n, sizeof(command) - (size_t)n, fmt, ap);
	va_end(ap);
	CHECK_EQ(system(command), 0);
}

static int make_dir(void **state)
{
	(void)state;
	temp_dir(dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	sh("rm -rf %s", dir);
	fail_clear();
	return 0;
}

static void said(int rc, int expected, const char *words)
{
	if (rc != expected || !strstr(fail_text(), words))
		print_error("%d: %s\n", rc, fail_text());
	CHECK_EQ(rc, expected);
	CHECK(strstr(fail_text(), words));
	fail_clear();
}

TEST(key)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/id", dir);
	said(ssh_key_check(path), -ENOENT, "kdumpctl propagate");
	sh("ssh-keygen -q -t ed25519 -N '' -f id");
	CHECK_EQ(ssh_key_check(path), 0);
	sh("chmod 640 id");
	said(ssh_key_check(path), -EACCES, "other users may read it");
	sh("rm id*; ssh-keygen -q -t ed25519 -N secret -f id");
	said(ssh_key_check(path), -EKEYREJECTED, "it has a passphrase");
	sh("echo nonsense > id; chmod 600 id");
	said(ssh_key_check(path), -EINVAL, "not a private key");
	sh("rm id; mkdir id");
	said(ssh_key_check(path), -EINVAL, "not a file");
}

/* What ssh itself finds for that name in what was written. */
static int known(const struct ssh_destination *place, char **text)
{
	size_t len;
	FILE *f = open_memstream(text, &len);
	int rc = ssh_known_write(place, "", f);

	fclose(f);
	return rc;
}

static void key_of(const char *name, char *out, size_t room)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.pub", dir, name);
	f = fopen(path, "r");
	CHECK(f && fgets(out, (int)room, f));
	fclose(f);
	out[strcspn(out, "\n")] = '\0';
	*strrchr(out, ' ') = '\0'; /* the comment */
}

TEST(known_hosts)
{
	struct ssh_destination place = { .alias = "nas", .host = "nas.example.org", .port = 22 };
	char *text = NULL, key[200], line[300];

	snprintf(place.known[0], sizeof(place.known[0]), "%s/known", dir);
	snprintf(place.known[1], sizeof(place.known[1]), "%s/missing", dir);
	sh("ssh-keygen -q -t ed25519 -N '' -C c -f a; ssh-keygen -q -t ed25519 -N '' -C c -f b; "
	   "(printf 'other,more '; cat b.pub; printf 'nas,10.0.0.1 '; cat a.pub) > known");
	key_of("a", key, sizeof(key));
	CHECK_EQ(known(&place, &text), 0);
	snprintf(line, sizeof(line), "nas %s\n", key);
	CHECK_STR(text, line);
	free(text);

	/* Hashed names, as many systems have them. */
	sh("ssh-keygen -q -H -f known 2>/dev/null");
	CHECK_EQ(known(&place, &text), 0);
	CHECK_STR(text, line);
	free(text);

	/* Another port has another entry, which ssh asks for first. */
	sh("(printf '[nas]:2222 '; cat b.pub) >> known");
	place.port = 2222;
	key_of("b", key, sizeof(key));
	snprintf(line, sizeof(line), "nas %s\n", key);
	CHECK_EQ(known(&place, &text), 0);
	CHECK_STR(text, line);
	free(text);

	strcpy(place.alias, "stranger");
	said(known(&place, &text), -ENOENT, "no host key of stranger in");
	free(text);
}

/* A key that was revoked is kept as such, but it is not one to trust. */
TEST(markers)
{
	struct ssh_destination place = { .alias = "nas", .port = 22 };
	char *text = NULL, key[200], line[300];

	snprintf(place.known[0], sizeof(place.known[0]), "%s/known", dir);
	sh("ssh-keygen -q -t ed25519 -N '' -C c -f a; "
	   "(printf '@revoked nas '; cat a.pub) > known");
	said(known(&place, &text), -ENOENT, "no host key");
	free(text);
	sh("(printf '@cert-authority nas '; cat a.pub) > known");
	key_of("a", key, sizeof(key));
	snprintf(line, sizeof(line), "@cert-authority nas %s\n", key);
	CHECK_EQ(known(&place, &text), 0);
	CHECK_STR(text, line);
	free(text);
}

TEST(destination)
{
	static const char *const bad[] = { "host",    "@host", "root@",	       "-oX@host",
					   "root@-x", "a b@c", "root@host:/x", "" };
	struct ssh_destination place;

	CHECK_EQ(ssh_resolve("kdump@2001:db8::1", &place), 0);
	CHECK_STR(place.user, "kdump");
	CHECK_STR(place.host, "2001:db8::1");
	CHECK_EQ(place.port, 22);
	CHECK_EQ(ssh_resolve("root@NAS.example.org", &place), 0);
	CHECK_STR(place.host, "nas.example.org");
	CHECK_STR(place.alias, "nas.example.org");
	CHECK(strstr(place.known[0], "known_hosts"));
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++)
		said(ssh_resolve(bad[i], &place), -EINVAL, "USER@HOST");
}

/* ssh itself accepts the configuration, algorithms, and understands it as it is meant. */
TEST(configuration)
{
	struct ssh_destination place = { .user = "kdump", .alias = "nas", .port = 2222 };
	char path[200], *text = NULL;
	const char *argv[] = { "ssh", "-F", path, "-G", "target-3", NULL };
	FILE *f;

	snprintf(path, sizeof(path), "%s/config", dir);
	f = fopen(path, "w");
	ssh_config_host(&place, 3, "2001:db8::1", f);
	ssh_config_common(f);
	fclose(f);
	CHECK_EQ(run_ask(argv, &text), 0);
	CHECK(strstr(text, "hostname 2001:db8::1\n"));
	CHECK(strstr(text, "user kdump\n"));
	CHECK(strstr(text, "port 2222\n"));
	CHECK(strstr(text, "hostkeyalias nas\n"));
	CHECK(strstr(text, "stricthostkeychecking true\n"));
	CHECK(strstr(text, "batchmode yes\n"));
	CHECK(strstr(text, "userknownhostsfile /etc/kdump/ssh/known_hosts\n"));
	free(text);
}

/* An old server, or one of a strict site, takes only what root's configuration was given for it. */
TEST(algorithms)
{
	static const char *const lines[] = {
		"ciphers aes256-ctr\n", "macs hmac-sha2-512\n",
		"kexalgorithms diffie-hellman-group14-sha1\n",
		/* Behind the usual ones: of these ssh prefers known keys. */
		"hostkeyalgorithms ssh-ed25519", ",ssh-rsa\n"
	};
	struct ssh_destination place;
	char path[200], search[1200], *before = strdup(getenv("PATH")), *text = NULL;
	const char *argv[] = { "ssh", "-F", path, "-G", "target-0", NULL };
	FILE *f;

	sh("printf 'Host nas\\nCiphers aes256-ctr\\nMACs hmac-sha2-512\\n"
	   "KexAlgorithms diffie-hellman-group14-sha1\\nHostKeyAlgorithms ssh-rsa\\n' > root; "
	   "printf '#!/bin/sh\\nexec /usr/bin/ssh -F %s/root \"$@\"\\n' > ssh; chmod +x ssh",
	   dir);
	snprintf(search, sizeof(search), "%s:%s", dir, before);
	setenv("PATH", search, 1);
	CHECK_EQ(ssh_resolve("kdump@nas", &place), 0);
	setenv("PATH", before, 1);
	free(before);
	snprintf(path, sizeof(path), "%s/config", dir);
	f = fopen(path, "w");
	ssh_config_host(&place, 0, "192.0.2.1", f);
	ssh_config_common(f);
	fclose(f);
	CHECK_EQ(run_ask(argv, &text), 0);
	for (unsigned i = 0; i < ARRAY_SIZE(lines); i++)
		CHECK(strstr(text, lines[i]));
	free(text);
}

TEST(ask)
{
	const char *fails[] = { "sh", "-c", "echo first >&2; echo why >&2; exit 3", NULL };
	const char *missing[] = { "no-such-program-here", NULL };
	char *text = NULL;

	said(run_ask(fails, &text), 3, "sh: exit status 3: why");
	said(run_ask(missing, &text), -ENOENT, "no-such-program-here is not installed");
}

TEST(resolve)
{
	struct net_ip ip[4];
	char text[NET_IP_TEXT];

	CHECK_EQ(network_resolve("[2001:db8::1]", ip, 4), 1);
	CHECK_STR(net_ip_text(&ip[0], text), "2001:db8::1");
	CHECK_OP(network_resolve("localhost", ip, 4), >=, 1);
	said(network_resolve("no-such-host.invalid", ip, 4), -EHOSTUNREACH, "has no address now");
}

#define IN_DIR(name) cmocka_unit_test_setup_teardown(test_##name, make_dir, remove_dir)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIR(key),	       IN_DIR(known_hosts), IN_DIR(markers), IN_DIR(destination),
		IN_DIR(configuration), IN_DIR(algorithms),  IN_DIR(ask),     IN_DIR(resolve),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
