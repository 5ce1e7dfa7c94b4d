#!/bin/sh
# seen.sh - list and show say how often a bug has been seen, by the fingerprint of the log
. "$(dirname "$0")/lib.sh"

# died DATE FUNCTION PID [NAME] - a dump whose log has an oops in that function.
died()
{
	dir=/var/crash/${4:-127.0.0.1-$1-10:00:00}
	printf '\177ELF...' | put "$dir/vmcore"
	put "$dir/vmcore-dmesg.txt" <<-E
		[   17.0$3] BUG: kernel NULL pointer dereference, address: 0000000000000$3
		[   17.1] CPU: 1 PID: $3 Comm: task$3 Not tainted 6.1.0-18-amd64 #1 Debian
		[   17.1] RIP: 0010:$2+0x1f/0x40
		[   17.2] Call Trace:
		[   17.2]  <TASK>
		[   17.3]  vfs_read+0x1$3/0x300
		[   17.4]  </TASK>
		[   17.5] Kernel panic - not syncing: Fatal exception
	E
}

root_new
echo "path /var/crash" | config
died 2021-01-01 pci_read 101
died 2021-02-01 ext4_readdir 102
died 2021-03-01 pci_read 103
died 2021-04-01 pci_read 104 kdump-test-1617271200000
died 2021-05-01 pci_read 105
ok "list reads five dumps of two bugs" exits 0 kdumpctl list
ok "list does not count a bug that is seen for the first time" sh -c '! grep " 2021-01-01 .* time since" "$1"' sh "$work/words"
ok "list does not count another bug with the first" sh -c '! grep " 2021-02-01 .* time since" "$1"' sh "$work/words"
ok "list counts the second time of a bug" sh -c 'grep " 2021-03-01 .*; 2nd time since 2021-01-01$" "$1"' sh "$work/words"
ok "list does not count the dump of a test" \
	sh -c 'grep " 2021-05-01 .*; 3rd time since 2021-01-01$" "$1"' sh "$work/words"
ok "show describes the newest dump" exits 0 kdumpctl show 127.0.0.1-2021-05-01-10:00:00
ok "show counts how often the bug was seen" says '^Seen      3rd time since 2021-01-01$'
ok "show says how to get a report of the dump" says "^Report    kdump-report '/var/crash/127.0.0.1-2021-05-01-10:00:00/vmcore'\$"
kdumpctl list --json >"$work/json" 2>/dev/null
ok "list --json has the number of times of each bug" python3 -c '
import json, sys
seen = {d["name"]: d["seen"]["times"] for d in json.load(open(sys.argv[1]))}
assert seen["127.0.0.1-2021-05-01-10:00:00"] == 3, seen
assert seen["127.0.0.1-2021-02-01-10:00:00"] == 1, seen' "$work/json"
finish
