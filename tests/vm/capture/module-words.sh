#!/bin/bash
# module-words.sh - what the command line says of modules holds in the image: parameters, blacklists
. "$(dirname "$0")/lib.sh"

capture_new 6.12
data_ext4
also extra_modules "loop dummy"
more_guest "CMDLINE='loop.max_loop=3 modprobe.blacklist=dummy'"
machine_text /etc/kdump/post.d/10-look 755 <<-'E'
	#!/bin/sh
	read -r value </sys/module/loop/parameters/max_loop
	echo "max_loop is $value"
	[ -d /sys/module/dummy ] || echo "dummy is not loaded"
E
ok "the crash was captured and the machine rebooted" capture_run 240
ok "a parameter reaches its module" says 'max_loop is 3'
ok "a module on a blacklist is not loaded" says 'dummy is not loaded'
ok "which is said" says 'kdump: module dummy was not loaded: modprobe.blacklist= on the command line names it'
ok "one dump" dump_dir "$(disk_open data)/dumps"
finish
