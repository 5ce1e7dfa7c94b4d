#!/bin/sh
# earlier.sh - list has the dumps of targets the machine was armed with before, and marks tests
. "$(dirname "$0")/lib.sh"

trap 'umount -q "$work/mnt"; [ -z "${loop-}" ] || losetup -d "$loop"; rm -rf "$work"' EXIT

# dump DIRECTORY - in the root, with a core.
dump()
{
	printf '\177ELF' | put "$1/vmcore"
}

armed_with()
{
	config
	exits 0 kdumpctl restart
}

root_new
mkdir -p "$root/old" "$root/new" "$root/newest"
dump /old/h-2022-01-01-10:00:00
dump /new/h-2022-02-01-10:00:00
printf 'path /old\n' | config
ok "list works before the first start" exits 0 kdumpctl list
ok "list has no earlier target before the first start" silent_on "earlier"
# Only what was armed counts. The image cannot be built for a directory here: an old one serves.
echo "virtiofs crash" | armed_with
printf 'path /old\nforce_no_rebuild 1\n' | armed_with
printf 'path /new\nforce_no_rebuild 1\n' | armed_with
ok "list works after a change of path" exits 0 kdumpctl list
ok "list shows the new target" says "^path, /new$|^.*, /new$"
ok "list shows the earlier target and calls it so" says ", /old \(earlier target\)$"
ok "list shows the dump of the earlier target" says "^  2  2022-01-01"
ok "show finds a dump of an earlier target by number" exits 0 kdumpctl show 2
ok "show says where the dump of an earlier target is" says "^Dump +/old/h-2022-01-01"
ok "show finds a dump of an earlier target by name" exits 0 kdumpctl show h-2022-01-01-10:00:00
ok "list --json works after a change of path" exits 0 kdumpctl list --json
ok "list --json has the dump of the earlier target" json_is '"/old/h-2022-01-01-10:00:00"' 1 directory
printf 'path /newest\nforce_no_rebuild 1\n' | config
ok "list works with a configuration that was not started yet" exits 0 kdumpctl list
ok "list calls both targets earlier before the start" test "$(grep -c 'earlier target' "$work/words")" = 2
rm -r "$root/old"
ok "list works when an earlier target is gone" exits 0 kdumpctl list
ok "list does not mention an earlier target that is gone" silent_on "/old|No such"
printf 'path /new\nforce_no_rebuild 1\n' | armed_with
ok "list works when an earlier target is configured again" exits 0 kdumpctl list
ok "list does not call the target of now an earlier one" silent_on "/new \(earlier"
ln -s new "$root/alias"
printf 'path /alias\nforce_no_rebuild 1\n' | armed_with
ok "list works with two names of one directory" exits 0 kdumpctl list
ok "list shows a directory with two names once" test "$(grep -c 2022-02-01 "$work/words")" = 1
i=0
while [ "$i" -lt 20 ]; do
	i=$((i + 1))
	printf 'path /p%s\nforce_no_rebuild 1\n' "$i" | armed_with >/dev/null
done
ok "the record of earlier targets keeps 16 at most" test "$(grep -c '"path"' "$root/var/lib/kdump/targets.json")" = 16
for text in "" "{" "[1,null,{}]" '{"path":1}' '[{"path":"relative"},{"path":"/x","where":"/dev/null"}]'; do
	printf '%s' "$text" | put /var/lib/kdump/targets.json
	ok "list ignores a damaged record: $text" exits 0 kdumpctl list
	ok "list shows no earlier target from the record: $text" silent_on "earlier"
done

# A file system: while it is mounted.
truncate -s 40M "$work/disk"
mkfs.ext4 -q -L earlier "$work/disk"
loop=$(losetup -f --show "$work/disk") || { echo "Bail out! no loop device"; exit 1; }
mkdir -p "$work/mnt"
mount "$loop" "$work/mnt"
mkdir -p "$work/mnt/dumps/h-2023-01-01-10:00:00"
printf '\177ELF' >"$work/mnt/dumps/h-2023-01-01-10:00:00/vmcore"
printf 'ext4 %s\npath /dumps\nforce_no_rebuild 1\n' "$loop" | armed_with
printf 'path /new\nforce_no_rebuild 1\n' | armed_with
ok "list works with an earlier target that is mounted" exits 0 kdumpctl list
ok "list shows the earlier target that is mounted" says "^ext4 $loop, /dumps \(earlier target\)$"
ok "list shows the dump on the mounted target" says "2023-01-01"
umount "$work/mnt"
ok "list works with an earlier target that is not mounted" exits 0 kdumpctl list
ok "list does not mount an earlier target" silent_on "2023-01-01|not mounted"

# Tests.
dump /new/kdump-test-1700000000000
dump /new/moved-2023-03-01-10:00:00
echo '{"test":"1700000000000","errors":[]}' | put /new/moved-2023-03-01-10:00:00/kdump-status.json
echo '{"test":null,"errors":[]}' | put /new/h-2022-02-01-10:00:00/kdump-status.json
ok "list works with dumps of test --crash" exits 0 kdumpctl list
ok "list marks the dumps of tests by their names" test "$(grep -c '\[test\]' "$work/words")" = 2
ok "list marks a renamed dump of a test by its status file" says "2023-03-01 .*\[test\]"
ok "list does not mark the dumps of crashes" silent_on "2022-02-01 .*\[test\]"
finish
