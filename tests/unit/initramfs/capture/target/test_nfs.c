/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_nfs.c - options of NFS mounts: what is kept of a live one, what the kernel is told */
#include "base/err.h"
#include "base/util.h"
#include "initramfs/image/network/network.h"
#include "initramfs/capture/target/nfs_options.h"

#include "check.h"

#include <errno.h>
#include <string.h>

#define BOUNDED "softerr,timeo=100,retrans=3"

static void check_clean(const char *live, const char *text, const char *version)
{
	char *out = NULL, v[8];

	CHECK_EQ(nfs_options_clean(live, &out, v), 0);
	CHECK_STR(out, text);
	CHECK_STR(v, version);
	free(out);
}

TEST(clean)
{
	check_clean("rw,relatime,vers=4.2,rsize=262144,wsize=262144,namlen=255,hard,proto=tcp,"
		    "timeo=600,retrans=2,sec=sys,clientaddr=10.0.0.2,local_lock=none,addr=10.0.0.1",
		    "vers=4.2,rsize=262144,wsize=262144,sec=sys", "4.2");
	check_clean("rw,vers=3,nolock,mountaddr=10.0.0.1,mountport=20048,mountproto=udp", "vers=3",
		    "3");
	check_clean("noauto,_netdev,nfsvers=4,minorversion=1,x-systemd.automount,bg,retry=2",
		    "nfsvers=4,minorversion=1", "4.1");
	check_clean("", "", "");
}

static void check_refused(const char *live, const char *words)
{
	char *out = NULL, v[8];

	CHECK_EQ(nfs_options_clean(live, &out, v), -EOPNOTSUPP);
	CHECK(strstr(fail_text(), words));
	fail_clear();
}

TEST(refused)
{
	check_refused("vers=4.2,sec=krb5p", "sec=krb5p: the capture kernel has no Kerberos");
	check_refused("vers=4.2,proto=rdma,sec=sys", "RDMA");
	check_refused("vers=4.2,proto=tcp,sec=sys,xprtsec=mtls", "xprtsec=mtls: nothing in the");
}

TEST(port)
{
	CHECK_EQ(nfs_options_port("rw,vers=4.2,proto=tcp,port=2050,timeo=600,addr=10.0.0.1"), 2050);
	CHECK_EQ(nfs_options_port("port=2050"), 2050);
	CHECK_EQ(nfs_options_port("rw,vers=4.0,proto=tcp,port=0"), 0);
	CHECK_EQ(nfs_options_port("rw,vers=3,mountport=20048,port=99999"), 0);
	CHECK_EQ(nfs_options_port("rw,vers=3,mountport=20048"), 0);
	check_clean("rw,vers=4.2,xprtsec=none,port=2050,sec=sys", "vers=4.2,sec=sys", "4.2");
}

TEST(host)
{
	static const char *const bad[] = { "server", "server:export", ":/x", "[2001:db8::1]/x",
					   "" };
	char host[NET_HOST];

	CHECK_EQ(nfs_host("server:/export", host), 0);
	CHECK_STR(host, "server");
	CHECK_EQ(nfs_host("[2001:db8::1]:/export", host), 0);
	CHECK_STR(host, "2001:db8::1");
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++)
		CHECK_EQ(nfs_host(bad[i], host), -EINVAL);
	fail_clear();
}

/* In order, each once, the given one first. */
static void check_versions(const char *options, const char *expected)
{
	char text[64] = "";
	const char *v;

	for (unsigned i = 0; (v = nfs_options_version(options, i)) && i < 10; i++) {
		strcat(text, v);
		strcat(text, " ");
	}
	CHECK_STR(text, expected);
}

TEST(versions)
{
	check_versions("", "4.2 4.1 4.0 3 ");
	check_versions("rsize=4096,vers=3", "3 4.2 4.1 4.0 ");
	check_versions("nfsvers=4.1,sec=sys", "4.1 4.2 4.0 3 ");
	check_versions("vers=4,minorversion=0", "4.0 4.2 4.1 3 ");
	check_versions("vers=4", "4.2 4.1 4.0 3 ");
	check_versions("vers=2", "4.2 4.1 4.0 3 ");
}

static void check_made(const struct nfs_wish *wish, const char *expected)
{
	char data[NFS_DATA_MAX];

	CHECK_EQ(nfs_options_make(wish, data), 0);
	CHECK_STR(data, expected);
}

TEST(made)
{
	struct nfs_wish wish = {
		.options = "vers=4.2,rsize=65536,sec=sys,hard,timeo=600",
		.address = "10.0.0.1",
		.client = "10.0.0.2",
		.version = "4.1",
	};

	check_made(&wish, "vers=4.1,addr=10.0.0.1,proto=tcp," BOUNDED
			  ",clientaddr=10.0.0.2,rsize=65536,sec=sys");
	wish.patience = 5;
	check_made(&wish, "vers=4.1,addr=10.0.0.1,proto=tcp,softerr,timeo=20,retrans=3"
			  ",clientaddr=10.0.0.2,rsize=65536,sec=sys");
	wish.patience = 1000;
	wish.version = "3";
	wish.port = 2050;
	check_made(&wish, "vers=3,addr=10.0.0.1,proto=tcp," BOUNDED
			  ",nolock,mountvers=3,mountaddr=10.0.0.1,mountproto=tcp,port=2050,"
			  "rsize=65536,sec=sys");
	wish = (struct nfs_wish){ .options = "",
				  .address = "2001:db8::1",
				  .client = "",
				  .version = "3",
				  .plain_soft = true };
	check_made(&wish, "vers=3,addr=2001:db8::1,proto=tcp6,soft,timeo=100,retrans=3,nolock,"
			  "mountvers=3,mountaddr=2001:db8::1,mountproto=tcp6");
}

TEST(not_made)
{
	char data[NFS_DATA_MAX], longer[2 * NFS_DATA_MAX] = "rsize=";
	struct nfs_wish wish = {
		.options = longer, .address = "server", .client = "", .version = "3"
	};

	memset(longer + 6, '1', sizeof(longer) - 7);
	CHECK_EQ(nfs_options_make(&wish, data), -EINVAL);
	wish.address = "10.0.0.1";
	CHECK_EQ(nfs_options_make(&wish, data), -EINVAL);
	CHECK_OP(strlen(data), <, NFS_DATA_MAX);
	fail_clear();
}

RUN(clean, refused, port, host, versions, made, not_made)
