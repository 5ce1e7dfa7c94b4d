/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ssh_server.c - an ssh target and a real sshd for it, in namespaces of the test */
#include "base/err.h"

#include "ssh_server.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct plan plan;
struct target *target;

static int home[2]; /* the namespaces this program began in */

/* /t is this test's own folder: keys, what sshd needs, and a small disk for the dumps. */
static const char prepare[] =
	"set -e; mount -t tmpfs run /run; mount -t tmpfs t /mnt; mkdir /mnt/up /mnt/work; "
	"mount -t overlay -o lowerdir=/etc,upperdir=/mnt/up,workdir=/mnt/work etc /etc; "
	"mkdir -p /run/sshd /etc/kdump/ssh /run/t; mount -t tmpfs -o size=8m d /srv; "
	"ip link set lo up; cd /run/t; ssh-keygen -q -t ed25519 -N '' -C '' -f host; "
	"ssh-keygen -q -t ed25519 -N '' -C '' -f id; cp id /etc/kdump/ssh/id; "
	"printf 'HostKey /run/t/host\\nAuthorizedKeysFile /run/t/id.pub\\nStrictModes no\\n"
	"UsePAM no\\nPidFile /run/t/pid\\nListenAddress 127.0.0.1\\n"
	"Subsystem sftp internal-sftp\\n' > sshd_config; "
	"(printf 'server.test '; cut -d' ' -f1,2 host.pub) > /etc/kdump/ssh/known_hosts";

void sh(const char *command)
{
	int rc = system(command);

	if (rc != 0)
		print_error("%s: status %d\n", command, rc);
	CHECK_EQ(rc, 0);
}

static void sshd_start(void)
{
	sh("/usr/sbin/sshd -E /run/t/log -f /run/t/sshd_config; "
	   "until [ -e /run/t/pid ]; do sleep 0.05; done");
}

void sshd_signal(const char *signal)
{
	char command[300];

	snprintf(command, sizeof(command),
		 "for p in $(pgrep -P $(cat /run/t/pid)); do kill -%s $(pgrep -P $p) $p; done; "
		 "kill -%s $(cat /run/t/pid)",
		 signal, signal);
	(void)!system(command);
}

static void config_write(void)
{
	struct ssh_destination place = { .user = "root", .alias = "server.test", .port = 22 };
	FILE *f = fopen(SSH_CONFIG, "w");

	ssh_config_host(&place, 0, "127.0.0.1", f);
	ssh_config_common(f);
	fclose(f);
}

int enter(void **state)
{
	struct plan_target *spec;

	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	home[0] = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	home[1] = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	if (unshare(CLONE_NEWNET | CLONE_NEWNS) < 0 ||
	    mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -1;
	sh(prepare);
	config_write();
	sshd_start();
	plan_init(&plan);
	plan_add_target(&plan, PLAN_SSH, &spec);
	plan_set(&spec->source, "root@server.test");
	plan_set(&spec->path, "/srv/" SECRET);
	plan_set(&spec->address, "127.0.0.1");
	return target_new(&(struct target_cfg){ .plan = &plan, .spec = spec }, &target);
}

int leave(void **state)
{
	struct deadline by = deadline_in(1);

	(void)state;
	sshd_signal("CONT");
	sshd_signal("KILL");
	target->ops->down(target, &by);
	target->ops->free(target);
	plan_free(&plan);
	fail_clear();
	for (unsigned i = 0; i < 2; i++) {
		if (setns(home[i], 0) < 0)
			return -1;
		close(home[i]);
	}
	return 0;
}

void fine(int rc)
{
	if (rc < 0)
		print_error("%s\n", fail_text());
	CHECK_EQ(rc, 0);
}

void refused(int rc, int expected, const char *words)
{
	if (rc != expected || !strstr(fail_text(), words))
		print_error("%d: %s\n", rc, fail_text());
	CHECK_EQ(rc, expected);
	CHECK(strstr(fail_text(), words));
	fail_clear();
}

void begin(void)
{
	struct deadline by = deadline_in(200);

	fine(target->ops->up(target, &by));
	fine(target->ops->begin(target, "10.0.0.1-2026-01-02-03:04:05", &by));
}
