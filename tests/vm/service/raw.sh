#!/bin/bash
# raw.sh - a dump on a raw device is a file after the next boot, whole or cut by a reset, on both Debians
. "$(dirname "$0")/lib.sh"

# raw_noted - state and bytes that the trailer of the device tells of, see initramfs/plan/raw_area.h.
raw_noted()
{
	python3 - "$machine/data.img" <<'P'
import struct, sys
with open(sys.argv[1], "rb") as f:
    f.seek(-4096, 2)
    magic, version, state, length = struct.unpack("<8sIIQ", f.read(24))
print(*((state, length) if magic == b"KDUMPRAW" else (0, 0)))
P
}

# cut_at BYTES - the reset button, as soon as so much of a dump is surely there.
cut_at()
{
	local state length end=$(($(date +%s) + 900))
	while read -r state length < <(raw_noted) && ! [ "$state" = 1 -a "$length" -ge "$1" ]; do
		[ "$(date +%s)" -lt "$end" ] && kill -0 "$machine_pid" 2>/dev/null ||
			{ echo "state $state, $length bytes"; console_tail; return 1; }
		sleep 0.2
	done
	machine_monitor system_reset
}

# debian SUITE KERNEL - a whole dump, one that is cut over it, and a boot without any.
debian()
{
	service_new "$1" "$2"
	# As slow as a disk, so that there is a middle to cut it in.
	truncate -s 2G "$machine/data.img"
	machine_drive data "format=raw,file=$machine/data.img,throttling.bps-write=16000000"
	reference=$machine/raw.img
	machine_disk raw "$(($(mem_mib "$VM_MEM") + 64))M"
	machine_put "$here/debian/raw-copy" /kdt/raw-copy
	steps <<-'E'
		journal() { journalctl -b --no-pager -u kdump "$@"; }
		told() { journal | tee /tmp/words; words "$1"; }
		crashed() { journalctl -b --no-pager MESSAGE_ID=aaa14f89e93e4146a630b0b2c8191d63 | tee /tmp/words; words "$1"; }
		wiped() { [ "$(cat <(head -c 4096 "$(disk data)") <(tail -c 4096 "$(disk data)") | tr -d '\0' | wc -c)" = 0 ]; }
		again()
		{
			check "$1: the next start" systemctl restart kdump
			check "$1: saved it once" test "$(journal | grep -c 'the dump on .dev.* was saved as')" = 1
			check "$1: one directory more" test "$(ls -A /var/crash | wc -l)" = "$2"
		}
		step_1()
		{
			dpkg -i /kdt/kdump.deb
			echo 'raw /dev/disk/by-id/virtio-data' >/etc/kdump.conf
			check "started" systemctl enable --now kdump
			check "status is 0" exits 0 kdumpctl status
			check "test is good" exits 0 kdumpctl test
			check "test looked at the device" words 'target: raw .*the device can be written'
			check "nothing was written there" wiped
			crash
		}
		step_2()
		{
			check "whole: armed after the boot" exits 0 kdumpctl status
			check "whole: status tells of it" words 'last crash: .*sysrq.*dump \(complete.*/var/crash/'
			check "whole: list" exits 0 kdumpctl list
			check "whole: calls it complete" words ' complete .*sysrq'
			check "whole: the journal says where it is" told 'the dump on /dev/.* was saved as /var/crash/'
			check "whole: the journal reports the crash" crashed 'crashed at .*sysrq.*\(complete'
			check "whole: the device is wiped" wiped
			again "whole" 1
			printf '%s\n' 'core_collector makedumpfile -F -d 0' 'kdump_pre /kdt/raw-copy' 'extra_bins /bin/busybox' \
				'extra_modules virtio_pci virtio_blk' 'timeout hook=300' >>/etc/kdump.conf
			check "larger: restart" systemctl restart kdump
			crash
		}
		step_3()
		{
			check "cut: armed after the boot" exits 0 kdumpctl status
			check "cut: status tells of it" words 'last crash: .*sysrq.*dump \(incomplete.*/var/crash/'
			check "cut: list" exits 0 kdumpctl list
			check "cut: calls it incomplete" words ' incomplete .*sysrq'
			check "cut: show" exits 0 kdumpctl show last
			check "cut: names the file" words 'Core +vmcore-incomplete'
			check "cut: and the reason" words 'State +incomplete: .*did not finish'
			check "cut: the journal says so" told 'WARNING: the dump on the device is truncated.*/vmcore-incomplete'
			check "cut: the journal reports the crash" crashed 'crashed at .*sysrq.*\(incomplete'
			check "cut: the device is wiped" wiped
			again "cut" 2
			systemctl reboot
			sleep 60
		}
		step_4()
		{
			check "none: armed after the boot" exits 0 kdumpctl status
			check "none: nothing was saved" test "$(ls -A /var/crash | wc -l)" = 2
			check "none: and nothing is missed" sh -c '! journalctl -b -u kdump | grep -E "WARNING|saved as|crashed"'
			done_all
		}
	E
	machine_start 1800
	ok "$1: reset in the middle of a dump" cut_at $((64 << 20))
	service_results
	reference_cut
	crashes=$(disk_open root)/var/crash
	dump=$(dirname "$crashes"/*/vmcore)
	ok "$1: whole: files and modes" dump_has vmcore vmcore-dmesg.txt kexec-dmesg.log kdump-status.json
	ok "$1: whole: status says complete" status_is state '^complete$'
	ok "$1: whole: crash opens it" dump_opens vmcore
	dump=$(dirname "$crashes"/*/vmcore-incomplete)
	ok "$1: cut: files and modes" dump_has vmcore-incomplete vmcore-dmesg.txt
	ok "$1: cut: not under the name of a whole one" dump_lacks vmcore
	ok "$1: cut: its log has the panic" grep -q 'Kernel panic - not syncing' "$dump/vmcore-dmesg.txt"
	ok "$1: cut: what it has is right" dump_partial vmcore-incomplete
	ok "$1: cut: crash opens it" dump_opens vmcore-incomplete
	ls -l "$dump" | sed 's/^/# /'
}

debian bookworm 6.1
debian trixie 6.12
finish
