# lib.sh - sourced behind ../lib.sh: kdump-capture below a made-up root, with loop devices as targets

set -- $VMCORES
vmcore=$1/vmcore
cp "$build/kdump-capture" "$work/" || exit 1
root=$work/root
hooks=$root/etc/kdump
loops=
mkdir -p "$hooks" "$root/proc" "$work/see"

leave() {
	umount -l "$root/kdumproot" 2>/dev/null
	umount -l "$work/see" 2>/dev/null
	for loop in $loops; do losetup -d "$loop"; done
	rm -rf "$work"
}
trap leave EXIT

# disk NAME SIZE [MKFS] - a loop device; sets $loop and $uuid.
disk() {
	rm -f "$work/$1.img"
	truncate -s "$2" "$work/$1.img"
	uuid=$(cat /proc/sys/kernel/random/uuid)
	[ -z "${3:-}" ] || "$3" -q -U "$uuid" "$work/$1.img" || exit 1
	loop=$(losetup -f --show "$work/$1.img") || exit 1
	loops="$loops $loop"
}

# The plan: a target for each UUID given; ":root" behind one makes it the root file system.
plan() {
	printf 'kdump-plan 1\nkernel none\nhostname rehearsal\n'
	for id; do
		printf 'device plain x\n\tid UUID=%s\n' "${id%:root}"
	done
	i=0
	for id; do
		printf 'target fs\n\tsource UUID=%s\n\ttype ext4\n\tdevice %s\n\tpath var/crash\n\tshown /srv/dumps/var/crash\n' \
			"${id%:root}" $i
		case $id in *:root) printf '\trootfs\n' ;; esac
		i=$((i + 1))
	done
}

# fresh SIZE [LINE...] - an empty ext4 disk, no hooks, kdump.conf of these lines.
fresh() {
	for loop in $loops; do losetup -d "$loop"; done
	loops=
	disk main "$1" mkfs.ext4
	main=$loop
	shift
	rm -rf "$hooks"
	mkdir -p "$hooks"
	plan "$uuid" >"$hooks/plan"
	{ echo "ext4 UUID=$uuid" && printf '%s\n' "$@"; } >"$root/etc/kdump.conf"
	echo "quiet" >"$root/proc/cmdline"
}

# hook NAME TEXT - a shell script below the root.
hook() {
	mkdir -p "$(dirname "$root$1")"
	printf '#!/bin/sh\n%s\n' "$2" >"$root$1"
	chmod 755 "$root$1"
}

rehearse() {
	timeout 120 "$work/kdump-capture" --root "$root" --vmcore "${from:-$vmcore}"
}

# kill_collector SIZE NAME WORD - a rehearsal, in which whoever is named kdump-collect and has WORD among its
# arguments dies when the file NAME has SIZE: the way the kernel's OOM killer ends it.
kill_collector() {
	rehearse &
	for _ in $(seq 200); do
		part=$(find "$root/kdumproot" -name "$2" -size "+$1" 2>/dev/null)
		[ -z "$part" ] || break
		sleep 0.05
	done
	pkill -9 -f "^kdump-collect .*$3"
	wait $!
}

# look [LOOP] COMMAND... - run it in the only dump directory of the disk.
look() {
	disk=$main
	case $1 in /dev/loop*) disk=$1 && shift ;; esac
	mount "$disk" "$work/see" || return 1
	(cd "$work"/see/var/crash/*/ 2>/dev/null || { find "$work/see"; exit 1; }; "$@")
	rc=$?
	umount "$work/see"
	return $rc
}

status_is() {
	python3 -c 'import json, sys
s = json.load(open("kdump-status.json"))
got = eval(sys.argv[1])
sys.exit(0 if got == eval(sys.argv[2]) else "%r: %s" % (got, json.dumps(s, indent=1)))' "$1" "$2"
}
