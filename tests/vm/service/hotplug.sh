#!/bin/bash
# hotplug.sh - memory that is plugged in later is in the dump: by the kernel itself (6.12), by a reload (6.1)
. "$(dirname "$0")/lib.sh"

plug()
{
	machine_monitor "object_add memory-backend-ram,id=dimm0,size=512M"
	machine_monitor "device_add pc-dimm,id=dev-dimm0,memdev=dimm0"
}

for pair in "bookworm 6.1" "trixie 6.12"; do
	service_new $pair
	machine_qemu+=(-m "1G,slots=2,maxmem=4G")
	machine_disk raw 2048M
	steps <<-'E'
		total() { awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo; }
		step_1()
		{
			dpkg -i /kdt/kdump.deb
			printf 'kdump_post /kdt/raw-copy\nextra_bins /bin/busybox\nextra_modules virtio_pci virtio_blk\n' >>/etc/kdump.conf
			check "started" systemctl enable --now kdump
			before=$(total)
			pause
			for i in 1 2 3 4 5 6 7 8 9 10; do
				[ "$(total)" -le "$((before + 400))" ] || break
				for block in /sys/devices/system/memory/memory*/state; do
					grep -qx online "$block" || echo online >"$block"
				done
				sleep 1
			done
			check "the memory is there" test "$(total)" -gt "$((before + 400))"
			sleep 15
			check "still armed" exits 0 kdumpctl status
			journalctl -b -u 'kdump*' --no-pager | tail -n 5 | sed 's/^/# /'
			crash
		}
		step_2() { check "one dump" sh -c 'ls /var/crash/*/vmcore'; done_all; }
	E
	machine_put "$here/debian/raw-copy" /kdt/raw-copy
	reference=$machine/raw.img
	machine_start 600
	ok "plugged in" at_pause plug
	service_results
	size=$(machine_text_of | sed -n 's/.*raw-copy: size \([0-9]*\).*/\1/p' | tail -n 1)
	ok "the vmcore is as large as all memory" test "${size:-0}" -gt 1450000000
	truncate -s "${size:-0}" "$reference"
	dump=$(ls -d "$(disk_open root)"/var/crash/* | head -n 1)
	ok "every page is right" dump_same vmcore
done
finish
