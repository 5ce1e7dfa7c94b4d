/* SPDX-License-Identifier: GPL-2.0-or-later */
/* distro_crypt.c - can the capture kernel unlock an encrypted target without a person? */
#include "systemd/distro/distro_crypt.h"

#include "base/err.h"
#include "base/text.h"
#include "base/util.h"
#include "initramfs/image/distro/distro_plan.h"
#include "systemd/distro/crypttab.h"
#include "systemd/files.h"
#include "systemd/distro/distro_conf.h"
#include "systemd/load/kernel_state.h"
#include "systemd/distro/luks.h"
#include "systemd/message.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOOLS_HOOK "/usr/share/initramfs-tools/hooks/cryptroot"
#define TOOLS_CONF "/etc/cryptsetup-initramfs/conf-hook"

struct lock {
	const struct ctl *ctl;
	const struct distro_plan_crypt *crypt;
	struct crypttab_entry entry;
	bool dracut; /* false: initramfs-tools */
	bool warn;
};

static int __attribute__((format(printf, 2, 3), cold)) locked(const struct lock *l, const char *fmt,
							      ...)
{
	char why[MESSAGE_MAX];
	va_list ap;

	va_start(ap, fmt);
	text_set_va(why, sizeof(why), fmt, ap);
	va_end(ap);
	return fail_set(-ENOKEY, "%s stays locked in the capture kernel: %s", l->crypt->name, why);
}

static int wants_person(const struct lock *l, const char *why)
{
	return locked(l,
		      "%s; enroll the TPM (systemd-cryptenroll --tpm2-device=auto %s, and "
		      "tpm2-device=auto in " CRYPTTAB_FILE "), or choose a target that is not "
		      "encrypted",
		      why, *l->crypt->header ? l->crypt->header : "DEVICE");
}

/* The capture kernel and the image need half of the reservation; CMA is for programs. */
static bool too_much(const struct lock *l, uint64_t memory, uint64_t *reserved)
{
	struct kernel_state s;

	kernel_state_read(l->ctl->root, &s);
	*reserved = s.crash_size + s.crash_cma;
	return memory > s.crash_size / 2 + s.crash_cma;
}

/* A slot that is certainly the one used. */
static int check_slot(const struct lock *l, const struct luks *luks, unsigned nr)
{
	uint64_t memory = luks->slot[nr].memory, reserved;

	if (!too_much(l, memory, &reserved))
		return 0;
	return locked(
		l,
		"key slot %u takes %" PRIu64 " MiB to be opened (argon2), of the %" PRIu64
		" MB that are reserved; \"cryptsetup luksConvertKey --key-slot %u --pbkdf "
		"pbkdf2 %s\" lets it work with almost none, which is just as safe for a key that "
		"is not a passphrase",
		nr, memory >> 20, reserved >> 20, nr, l->crypt->header);
}

/* Slots are tried in turn; running out of memory on one ends it before the right slot. */
static void warn_of_slots(const struct lock *l, const struct luks *luks)
{
	uint64_t reserved;

	for (unsigned i = 0; l->warn && i < LUKS_SLOTS; i++) {
		if (!luks->slot[i].unasked || !too_much(l, luks->slot[i].memory, &reserved))
			continue;
		message_warn(
			"%s may stay locked in the capture kernel: its key file is also tried on "
			"key slot %u, which takes %" PRIu64 " MiB (argon2), and %" PRIu64 " MB "
			"are reserved; name the slot of the key file by key-slot= in " CRYPTTAB_FILE
			", and convert that slot to pbkdf2 (cryptsetup luksConvertKey)",
			l->crypt->name, i, luks->slot[i].memory >> 20, reserved >> 20);
		return;
	}
}

/* Check the slots that the TPM has a key for. */
static int check_tpm(const struct lock *l, const struct luks *luks)
{
	int rc = 0;

	if (!l->dracut)
		return locked(l, "initramfs-tools does not support TPMs; install dracut");
	if (!luks->tpm && luks->tpm_pin)
		return wants_person(l, "the TPM asks for a PIN");
	if (!luks->tpm)
		return wants_person(l, CRYPTTAB_FILE " has tpm2-device=, but no key slot has a "
						     "key of the TPM");
	if (l->warn && luks->tpm == luks->tpm_run)
		message_warn(
			"%s may stay locked in the capture kernel: the TPM gives its key by PCR "
			"10, 11 or 15, which a running system changes; enroll it with other "
			"PCRs, for example 7, and try it with \"kdumpctl test --crash\"",
			l->crypt->name);
	for (unsigned i = 0; i < LUKS_SLOTS; i++) {
		if (!(luks->tpm & UINT32_C(1) << i))
			continue;
		rc = check_slot(l, luks, i);
		if (rc == 0)
			return 0;
	}
	return rc;
}

static bool goes_in(const struct lock *l, const char *key)
{
	static const char *const confs[] = { "/etc/dracut.conf", "/etc/dracut.conf.d" };
	static const char *const names[] = { "install_items", "install_optional_items" };
	const char *const *files = l->ctl->config.extra_bins;

	for (size_t i = 0; files[i]; i++) {
		if (strcmp(files[i], key) == 0)
			return true;
	}
	for (unsigned i = 0; i < 4; i++) {
		if (distro_conf_sets(l->ctl->root, confs[i / 2], names[i % 2], key))
			return true;
	}
	return false;
}

/* Key files are secrets: neither tool includes one unless configured. */
static int check_goes_in(const struct lock *l, const char *key)
{
	if (l->dracut && !goes_in(l, key))
		return locked(
			l,
			"its key file %s is not in the image; \"dracut_args --install %s\" in "
			"kdump.conf puts it there, where everybody who can read /boot can read it",
			key, key);
	if (!l->dracut && !distro_conf_sets(l->ctl->root, TOOLS_CONF, "KEYFILE_PATTERN", ""))
		return locked(
			l,
			"its key file %s is not in the image; KEYFILE_PATTERN=%s in " TOOLS_CONF
			" puts it there, where everybody who can read /boot can read it",
			key, key);
	return 0;
}

static int check_key_file(const struct lock *l, const char *key, const struct luks *luks)
{
	char slot[16];
	unsigned nr;
	int rc;

	/* "FILE:DEVICE" is a key on another device: it cannot be checked here. */
	if (strchr(key, ':'))
		return 0;
	if (strncmp(key, "/dev/", 5) == 0)
		return locked(l, "its key is %s, which differs after each boot", key);
	if (!files_exist(l->ctl->root, key))
		return locked(l, "its key file %s does not exist", key);
	rc = check_goes_in(l, key);
	if (rc < 0)
		return rc;
	if (!crypttab_option(&l->entry, "key-slot", slot, sizeof(slot))) {
		warn_of_slots(l, luks);
		return 0;
	}
	nr = (unsigned)strtoul(slot, NULL, 10);
	if (nr >= LUKS_SLOTS || (luks->version == 2 && !luks->slot[nr].used))
		return locked(l, "its line in " CRYPTTAB_FILE " names key slot %s, which is empty",
			      slot);
	return check_slot(l, luks, nr);
}

/* Check the options of the line. */
static int check_options(const struct lock *l)
{
	static const char *const persons[] = { "fido2-device", "pkcs11-uri" };

	if (crypttab_option(&l->entry, "noauto", NULL, 0))
		return locked(l, "its line in " CRYPTTAB_FILE " has noauto; remove it");
	for (size_t i = 0; i < ARRAY_SIZE(persons); i++) {
		if (crypttab_option(&l->entry, persons[i], NULL, 0))
			return wants_person(l, "its security token needs a person");
	}
	if (l->dracut && crypttab_option(&l->entry, "keyscript", NULL, 0))
		return locked(l, "its line in " CRYPTTAB_FILE
				 " has keyscript=, which dracut does not support; name a key file");
	/* dracut drops such a line and asks for a passphrase. */
	if (l->dracut && (strncmp(l->entry.device, "LABEL=", 6) == 0 ||
			  strncmp(l->entry.device, "PARTLABEL=", 10) == 0))
		return locked(
			l, "dracut does not support devices by %s; write UUID= in " CRYPTTAB_FILE,
			l->entry.device);
	if (!l->dracut && !files_exist(l->ctl->root, TOOLS_HOOK))
		return locked(l, "initramfs-tools cannot unlock it; install cryptsetup-initramfs");
	if (!l->dracut && !crypttab_option(&l->entry, "initramfs", NULL, 0))
		return locked(l, "initramfs-tools reads only those lines of " CRYPTTAB_FILE " that "
				 "have the option initramfs; add it");
	return 0;
}

/* clevis supplies the passphrase, from a TPM or a server; whether that works is unknown here. */
static int warn_of_clevis(const struct lock *l)
{
	if (l->warn)
		message_warn(
			"%s is unlocked by clevis, which must be in the image, with the network "
			"if it contacts a server; try it with \"kdumpctl test --crash\"",
			l->crypt->name);
	return 0;
}

static int check_entry(const struct lock *l)
{
	struct luks luks = { .version = 0 };
	char key[CTL_PATH_MAX];
	int rc = check_options(l);

	if (rc < 0)
		return rc;
	if (*l->crypt->uuid && luks_read(l->crypt->header, &luks) < 0) {
		if (l->warn)
			message_warn("%s: %s", l->crypt->name, fail_text());
		fail_clear();
		return 0;
	}
	if (crypttab_option(&l->entry, "tpm2-device", NULL, 0))
		return check_tpm(l, &luks);
	if (crypttab_option(&l->entry, "keyscript", NULL, 0))
		return 0;
	if (!crypttab_key_file(l->ctl->root, &l->entry, key, sizeof(key)))
		return luks.clevis ? warn_of_clevis(l)
				   : wants_person(l, "its line in " CRYPTTAB_FILE
						     " has no key, so somebody would "
						     "have to type a passphrase");
	return check_key_file(l, key, &luks);
}

static int check(struct lock *l)
{
	int rc = crypttab_find(l->ctl->root, l->crypt->name, l->crypt->uuid, &l->entry);

	if (rc == 0)
		return wants_person(l,
				    "it has no line in " CRYPTTAB_FILE ", so somebody would have "
				    "to type a passphrase");
	if (rc > 0)
		rc = check_entry(l);
	crypttab_free(&l->entry);
	return rc;
}

int distro_crypt_check(const struct ctl *ctl, const char *tool, const struct distro_plan *o,
		       bool warn)
{
	int rc = 0;

	for (size_t i = 0; i < o->nr_crypts && rc == 0; i++) {
		struct lock l = { .ctl = ctl,
				  .crypt = &o->crypts[i],
				  .dracut = tool && strcmp(tool, "dracut") == 0,
				  .warn = warn };

		rc = check(&l);
	}
	return rc;
}
