#!/bin/bash
# rotation.sh - keep_dumps and min_free remove old dumps, never the newest complete one, nothing else
. "$(dirname "$0")/lib.sh"

# old NAME SIZE CORE STATE [MACHINE] - an older dump below /mnt/data/dumps, in the guest; of this machine
# without MACHINE.
OLD='old() { d=/mnt/data/dumps/127.0.0.1-$1; mkdir -m 700 "$d"; : >"$d/vmcore-dmesg.txt"
	head -c "$2" /dev/zero >"$d/$3"
	echo "{\"version\":1,\"machine_id\":\"${5-$(cat /etc/machine-id)}\",\"state\":\"$4\"}" >"$d/kdump-status.json"; }'

# with_id - the machine has an ID; the root file system of the tests is built without one.
with_id()
{
	echo 8f3c1c1a52d0411fa9d7a3c06c9d3b52 >"$machine/mnt/root/etc/machine-id"
}

capture_new 6.12
with_id
data_ext4
more_config "keep_dumps 2"
more_guest "$OLD" 'ready() { old 2020-01-01-00:00:01 1000 vmcore complete
	old 2020-01-01-00:00:02 1000 vmcore complete; old 2020-01-01-00:00:03 1000 vmcore-incomplete partial
	old 2019-01-01-00:00:01 1000 vmcore complete 0123456789abcdef0123456789abcdef
	old 2019-01-01-00:00:02 1000 vmcore complete ""
	mkdir /mnt/data/dumps/my-own; : >/mnt/data/dumps/127.0.0.1-notes; sync; }'
ok "keep_dumps: the machine rebooted by itself" capture_run 180
disk_open data >/dev/null
dumps=$machine/mnt/data/dumps
ls -l "$dumps" | sed 's/^/# /'
ok "keep_dumps: the oldest is gone" test ! -e "$dumps/127.0.0.1-2020-01-01-00:00:01"
ok "keep_dumps: a dump of another machine with the same address stays" test -d "$dumps/127.0.0.1-2019-01-01-00:00:01"
ok "keep_dumps: a dump that bears no machine ID stays" test -d "$dumps/127.0.0.1-2019-01-01-00:00:02"
ok "keep_dumps: what is not ours stays" test -d "$dumps/my-own" -a -e "$dumps/127.0.0.1-notes"
ok "keep_dumps: the new one is there" test -n "$(find "$dumps" -name vmcore -size +1M)"

capture_new 6.12
with_id
data_ext4 300M
more_config "min_free 100M"
more_guest "$OLD" 'ready() { old 2020-01-01-00:00:01 80000000 vmcore complete
	old 2020-01-01-00:00:02 80000000 vmcore complete; df -m /mnt/data; sync; }'
ok "min_free: the machine rebooted by itself" capture_run 180
disk_open data >/dev/null
dumps=$machine/mnt/data/dumps
ls -l "$dumps" | sed 's/^/# /'
ok "min_free: the oldest made room" test ! -e "$dumps/127.0.0.1-2020-01-01-00:00:01"
ok "min_free: so much is free" test "$(stat -f -c '%a' "$dumps")" -ge 25600
ok "min_free: the new one is there" test -n "$(find "$dumps" -name vmcore -size +1M -newermt 2021-01-01)"
finish
