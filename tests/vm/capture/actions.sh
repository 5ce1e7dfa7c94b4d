#!/bin/bash
# actions.sh - each failure_action does what it says when no dump can be made, final_action after it
. "$(dirname "$0")/lib.sh"

# failing ACTION [FINAL] - a machine whose target disk is pulled before the crash.
failing()
{
	capture_new 6.12
	data_ext4
	more_config "failure_action $1" "final_action ${2:-reboot}"
	sed -i 's/^timeout .*/timeout device=5 mount=20/' "$machine/mnt/root/etc/kdump.conf"
	more_guest 'ready() { umount /mnt/data; unplugged data; }'
	printf '#!/bin/sh\necho "emergency hook ran"\n' | machine_text /etc/kdump/emergency.d/10-say 755
	capture_start 240
	at_pause machine_monitor "device_del dev-data" || echo "# the disk was not pulled"
}

failing reboot
ok "reboot: ended by itself" capture_wait
ok "reboot: by a restart" says 'reboot: (Restarting system|machine restart)'
ok "reboot: the emergency hook ran before" says 'emergency hook ran'

failing poweroff
ok "poweroff: ended by itself" capture_wait
ok "poweroff: by power down" says 'reboot: Power down'

failing halt
ok "halt: the system halts" machine_until 'reboot: System halted' 180
ok "halt: no restart" says_not 'reboot: (Restarting system|Power down)'
machine_stop

failing shell poweroff
ok "shell: there is one" machine_until 'kdump: .*[Ss]hell' 180
sleep 5
machine_type 'echo answer $((6 * 7))'
ok "shell: it answers" machine_until 'answer 42' 30
machine_type 'exit'
ok "shell: leaving it ends the machine" capture_wait
ok "shell: by final_action" says 'reboot: Power down'

failing dump_to_rootfs
ok "dump_to_rootfs: ended by itself" capture_wait
ok "dump_to_rootfs: one dump on the root file system" dump_dir "$(disk_open root)/dumps"
ok "dump_to_rootfs: log saved" log_saved
ok "dump_to_rootfs: files and modes" dump_has vmcore vmcore-dmesg.txt kdump-status.json
ok "dump_to_rootfs: crash opens it" dump_opens vmcore
ok "dump_to_rootfs: then final_action" says 'reboot: (Restarting system|machine restart)'
finish
