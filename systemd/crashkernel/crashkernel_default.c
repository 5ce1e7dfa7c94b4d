/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crashkernel_default.c - the default of crashkernel= */
#include "systemd/crashkernel/crashkernel.h"

#include "base/err.h"
#include "base/util.h"

#include <stdio.h>
#include <string.h>

#define MIB (UINT64_C(1) << 20)

/*
 * Our defaults. On virtual machines the minimum that saves a dump with our image is 72M (kernel
 * 6.12) to 84M (7.2); 128M leaves more than 40 MB for drivers and buffers. Machines with more
 * memory have larger controllers, whose drivers need more. Add a line at the top when the default
 * changes; never remove one: an entry that still has an older default is moved to the newest on
 * update.
 */
static const struct {
	const char *machine;
	const char *value;
} ours[] = {
	{ "x86_64", "1G-4G:128M,4G-64G:192M,64G-:256M" },
};

/* The defaults of Fedora and RHEL, also used for other machine types. */
static const struct {
	const char *machine;
	const char *value;
} distribution[] = {
	{ "x86_64", "2G-64G:256M,64G-:512M" },
	{ "s390x", "2G-64G:256M,64G-:512M" },
	{ "aarch64", "2G-4G:256M,4G-64G:320M,64G-:576M" },
	{ "ppc64le", "2G-4G:384M,4G-16G:512M,16G-64G:1G,64G-128G:2G,128G-:4G" },
};

/* ppc64le with firmware assistance: the complete system boots in the reserved memory. */
static const char fadump[] = "4G-16G:768M,16G-64G:1G,64G-128G:2G,128G-1T:4G,1T-2T:6G,2T-4T:12G,"
			     "4T-8T:20G,8T-16T:36G,16T-32T:64G,32T-64T:128G,64T-:180G";

static const char *distribution_value(const struct crashkernel_machine *m)
{
	if (m->fadump && strcmp(m->machine, "ppc64le") == 0)
		return fadump;
	for (size_t i = 0; i < ARRAY_SIZE(distribution); i++) {
		if (strcmp(distribution[i].machine, m->machine) == 0)
			return distribution[i].value;
	}
	return NULL;
}

/* What some machines need in addition. */
static uint64_t extra(const struct crashkernel_machine *m)
{
	bool large_pages = m->page_size > 4096;
	uint64_t mib = 0;

	if (strcmp(m->machine, "x86_64") == 0) {
		mib = m->encrypted ? 64 : 0; /* bounce buffers of an encrypted machine */
	} else if (strcmp(m->machine, "aarch64") == 0) {
		if (large_pages)
			mib += m->smmu ? 484 : 100;
		if (m->mlx5)
			mib += large_pages ? 200 : 150;
	} else if (strcmp(m->machine, "ppc64le") == 0 && !m->fadump) {
		mib = m->cpus;
	}
	return mib * MIB;
}

static int with_extra(const char *value, const struct crashkernel_machine *m,
		      char out[CRASHKERNEL_TEXT_MAX])
{
	struct crashkernel c;
	int rc = crashkernel_parse(value, &c);

	if (rc == 0 && extra(m))
		rc = crashkernel_add(&c, extra(m));
	if (rc == 0)
		crashkernel_format(&c, out);
	return rc;
}

int crashkernel_default(const struct crashkernel_machine *m, char out[CRASHKERNEL_TEXT_MAX])
{
	const char *value = distribution_value(m);

	for (size_t i = ARRAY_SIZE(ours); i-- > 0 && !m->distribution;) {
		if (strcmp(ours[i].machine, m->machine) == 0)
			value = ours[i].value;
	}
	if (!value)
		return fail(-ENOTSUP, "no default of crashkernel= for machines of type %s",
			    m->machine);
	return with_extra(value, m, out);
}

bool crashkernel_was_default(const struct crashkernel_machine *m, const char *text)
{
	struct crashkernel_machine own = *m;
	char old[CRASHKERNEL_TEXT_MAX];

	own.distribution = false;
	if (crashkernel_default(&own, old) == 0 && strcmp(old, text) == 0)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(ours); i++) {
		if (strcmp(ours[i].machine, m->machine) == 0 &&
		    with_extra(ours[i].value, m, old) == 0 && strcmp(old, text) == 0)
			return true;
	}
	fail_clear();
	return false;
}
