/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_encrypt.c - encrypt_to: each key can be used, and no other program writes the dump */
#include "config/check/check_impl.h"

#include "config/core_collector.h"
#include "seal/recipient.h"

/* What another program writes goes past the encryption. */
static void check_writer(struct check *k)
{
	struct config_command command;

	if (config_collector(k->c, k->c->targets[0].kind, 1, &command) < 0)
		return;
	if (command.argc > 0 && command.kind != CONFIG_COLLECTOR_OWN &&
	    command.kind != CONFIG_COLLECTOR_NONE)
		config_check_error(k,
				   "'%.80s' of core_collector would write the dump in clear; write "
				   "makedumpfile for the one built in",
				   command.argv[0]);
	config_command_free(&command);
}

void config_check_encrypt(struct check *k)
{
	struct seal_recipients to = { 0 };
	char path[PATH_MAX];

	k->key = "encrypt_to";
	if (!k->c->encrypt_to[0])
		return;
	for (size_t i = 0; k->c->encrypt_to[i]; i++) {
		const char *text = k->c->encrypt_to[i];

		if (text[0] == '/')
			text = config_check_below(k, text, path);
		if (seal_recipients_add(&to, text) < 0)
			config_check_error(k, "%s", fail_text());
		fail_clear();
	}
	check_writer(k);
}
