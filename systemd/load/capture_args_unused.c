/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capture_args_unused.c - find parameters that nothing in the capture image reads */
#include "systemd/load/capture_args_unused.h"

#include "base/karg.h"
#include "base/util.h"
#include "initramfs/plan/module_params.h"
#include "systemd/load/capture_args.h"

#include <stdio.h>
#include <string.h>

#define NETWORK                                                                               \
	"the capture image restores the network as it was when the image was built; take it " \
	"out"
#define TARGET "kdump.conf names the target; remove it"
#define DRACUT "the capture image has neither dracut nor systemd; remove it"

/* A name, or a prefix that ends with '.'. The first match counts. */
static const struct {
	const char *name, *advice;
} without[] = {
	{ "ip", NETWORK },
	{ "ifname", NETWORK },
	{ "nameserver", NETWORK },
	{ "BOOTIF", NETWORK },
	{ "bootdev", NETWORK },
	{ "bond", NETWORK },
	{ "team", NETWORK },
	{ "bridge", NETWORK },
	{ "vlan", NETWORK },
	{ "biosdevname", NETWORK },
	{ "rd.neednet", NETWORK },
	{ "rd.route", NETWORK },
	{ "rd.net.", NETWORK },
	{ "rd.nm.", NETWORK },
	{ "netroot", TARGET },
	{ "nfsroot", TARGET },
	{ "fcoe", TARGET },
	{ "root", TARGET },
	{ "rootfstype", TARGET },
	{ "rootflags", TARGET },
	{ "rootdelay", "write 'timeout device=SECONDS' in kdump.conf" },
	{ "resume", TARGET },
	{ "luks", TARGET },
	{ "luks.", TARGET },
	{ "rd.luks", TARGET },
	{ "rd.luks.", TARGET },
	{ "rd.lvm", TARGET },
	{ "rd.lvm.", TARGET },
	{ "rd.md", TARGET },
	{ "rd.md.", TARGET },
	{ "rd.dm", TARGET },
	{ "rd.dm.", TARGET },
	{ "rd.multipath", TARGET },
	{ "rd.iscsi.", TARGET },
	{ "rd.nvmf.", TARGET },
	{ "rd.znet", NETWORK },
	{ "rd.driver.pre", "write 'extra_modules MODULE' in kdump.conf" },
	{ "rd.driver.post", "write 'extra_modules MODULE' in kdump.conf" },
	{ "rd.timeout", "write 'timeout device=SECONDS' in kdump.conf" },
	{ "rd.retry", "write 'timeout device=SECONDS' in kdump.conf" },
	{ "rd.shell", "write 'failure_action shell' in kdump.conf" },
	{ "rd.", DRACUT },
	{ "systemd.", DRACUT },
	{ "udev.", DRACUT },
	{ "vconsole.", DRACUT },
	{ "plymouth.", DRACUT },
	{ "splash", DRACUT },
	{ "init", "the capture ends with a reboot and never runs an init; remove it" },
	{ "break", "write 'failure_action shell' in kdump.conf" },
};

static bool fits(const struct karg *k, const char *name)
{
	size_t len = strlen(name);

	if (name[len - 1] != '.')
		return karg_is(k, name);
	return k->name_len > len && karg_same_name(k->name, len, name, len);
}

/* Parameters with an effect although their names match above. */
static bool is_heeded(const struct karg *k, const char *machine)
{
	static const char debian[] = "kdump-tools-dump.service"; /* the image does only that */
	const char *table = capture_args_append(machine), *name;
	struct karg own;

	for (unsigned i = 0; (name = module_params_blacklist(i)); i++) {
		if (karg_is(k, name))
			return true;
	}
	if (karg_is(k, "systemd.unit") && k->value_len == sizeof(debian) - 1 &&
	    memcmp(k->value, debian, k->value_len) == 0)
		return true;
	if (karg_is(k, "rd.systemd.gpt_auto"))
		return true;
	while (karg_next(&table, &own)) {
		if (karg_same_name(own.name, own.name_len, k->name, k->name_len))
			return true;
	}
	return false;
}

bool capture_unused_next(const char **line, const char *machine, char word[CAPTURE_WORD_MAX],
			 const char **advice)
{
	struct karg k;

	while (karg_next(line, &k) && !karg_is_end(&k)) {
		for (size_t i = 0; i < ARRAY_SIZE(without); i++) {
			if (!fits(&k, without[i].name))
				continue;
			if (is_heeded(&k, machine))
				break;
			snprintf(word, CAPTURE_WORD_MAX, "%.*s", (int)k.len, k.word);
			*advice = without[i].advice;
			return true;
		}
	}
	return false;
}
