#!/bin/bash
# sealed-ssh.sh - encrypt_to and an ssh server: the server gets nothing in clear, and what it has opens
. "$(dirname "$0")/lib.sh"
. "$here/remote.sh"
. "$here/sealed.sh"

for kernel in $(kernels 6.12); do
	remote_new "$kernel"
	remote_ssh
	sealed_key
	more_config "$sealed_stream" "encrypt_to $recipient"
	markers_plant
	ok "$kernel: the crash was captured and the machine rebooted" capture_run 300
	ok "$kernel: the search reads the console" found_in console -- "$machine/console.log"
	ok "$kernel: no marker on a disk, on the console or on the server" hidden_here "$servers_dir"
	ok "$kernel: one dump" dump_dir "$ssh_dumps"
	sealed_good "$kernel"
done
finish
