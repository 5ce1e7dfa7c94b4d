#!/bin/bash
# foreign.sh - as a service in an image of dracut or initramfs-tools, which brought the disk up: saves and reboots
. "$(dirname "$0")/lib.sh"

series=6.12
disk=$work/data.img uuid=$(cat /proc/sys/kernel/random/uuid)
truncate -s 1G "$disk"
mkfs.ext4 -q -U "$uuid" "$disk"
echo "ext4 UUID=$uuid" >"$work/conf"
printf 'kdump-plan 1\ndevice plain sdz\n\tid UUID=%s\ntarget fs\n\tsource UUID=%s\n\ttype ext4\n\tdevice 0\n\tpath dumps\n' \
	"$uuid" "$uuid" >"$work/plan"
cat >"$work/init" <<'E2'
#!/bin/sh
# A shell is the first process here; proc, sys and modules are its business.
. /common
guest_start
/kdump-capture --service
echo "capture: it came back with $?"
guest_end 1
E2

# The dump, seen through a loop device.
look()
{
	mkdir -p "$work/see"
	mount -o loop,ro "$disk" "$work/see" || return 1
	dump=$(echo "$work"/see/dumps/127.0.0.1-*)
	"$@"
	local rc=$?
	umount "$work/see"
	return "$rc"
}

console()
{
	tr -d '\r' <"$work/out/console.log" | grep -aE -- "$1"
}

# The guest cannot give a status: the program reboots before the shell would.
timeout 300 "$here/crash-with.sh" --out "$work/out" --kernel "$series" \
	--init "$work/init" --disk "$disk" --file "$build/kdump-capture:kdump-capture" \
	--file "$work/conf:etc/kdump.conf" --file "$work/plan:etc/kdump/plan" 2>"$work/lost"
ok "the machine ended by a restart, not by the shell" console 'reboot: (Restarting system|machine restart)'
ok "log saved, core whole" look dump_has vmcore vmcore-dmesg.txt kexec-dmesg.log kdump-status.json
ok "status says complete" look status_is state '^complete$'
ok "nothing was mounted twice" sh -c '! grep -a "kdump: mount" "$1"' - "$work/out/console.log"
finish
