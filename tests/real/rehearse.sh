#!/bin/sh
# rehearse.sh - the whole capture on loop devices: what is saved, what is said, when something fails
. "$(dirname "$0")/lib.sh"

. "$real/rehearse/lib.sh"

whole() {
	look test -s vmcore-dmesg.txt && look test -s kexec-dmesg.log && look test ! -e vmcore-incomplete &&
		look status_is 's["state"]' '"complete"' && look "$dumpcmp" bytes "$vmcore" vmcore
}

# verifies REGEX - --verify of the dump finds no fault and says this of a file.
verifies() {
	look "$collect" --verify . >"$work/verified" 2>&1 || { cat "$work/verified"; return 1; }
	grep -qE -- "\./$1" "$work/verified" || { cat "$work/verified"; return 1; }
}

# finds_flipped REGEX - a bit in the middle of vmcore is another for a while: --verify says this.
finds_flipped() {
	at=$(($(stat -c %s vmcore) / 2))
	flip_bit vmcore $at
	"$collect" --verify . >"$work/verified" 2>&1 && { flip_bit vmcore $at; return 1; }
	flip_bit vmcore $at
	grep -qE -- "$1" "$work/verified" || { cat "$work/verified"; return 1; }
}

flip_bit() {
	python3 -c 'import sys
f = open(sys.argv[1], "r+b"); at = int(sys.argv[2]); f.seek(at); b = f.read(1)[0]
f.seek(at); f.write(bytes([b ^ 1]))' "$1" "$2"
}

# manifest_has FILE KIND
manifest_has() {
	python3 -c 'import json, sys
files = json.load(open("kdump-manifest.json"))["files"]
assert [f for f in files if f["name"] == sys.argv[1] and f["checksum"] and sys.argv[2] in f["checksum"]], files' "$1" "$2"
}

fresh 1G
ok "a complete dump" exits 0 rehearse
ok "and every page is right" whole
ok "paths are the system's" look status_is '"kdumproot" in json.dumps(s), "/srv/dumps/var/crash/" in s["collector"]["output"]' \
	'(False, True)'
ok "in the log of the capture too" sh -c "! grep kdumproot '$work/words'"
ok "its manifest names every file, and each is as it was written" look sh -c '"$1" --verify --json=/dev/stderr . 2>&1 >/dev/null |
	python3 -c "import json, os, sys; r = json.load(sys.stdin)
got = {f[\"name\"]: f[\"state\"] for f in r[\"files\"]}
want = set(os.listdir(\".\")) - {\"kdump-manifest.json\"}
assert r[\"state\"] == \"whole\" and set(got) == want and set(got.values()) == {\"whole\"}, (r, want)"' - "$collect"
ok "a changed byte of page data is found" look sh -c 'cp -a . ../bad && cd ../bad &&
	at=$(($(stat -c %s vmcore) / 2)) && b=$(od -An -tu1 -j$at -N1 vmcore) &&
	printf "\\$(printf %03o $((b ^ 1)))" | dd of=vmcore bs=1 seek=$at conv=notrunc 2>/dev/null
	"$1" --verify . 2>&1 | grep -q "vmcore: bytes .* are not as they were written"; rc=$?; cd .. && rm -r bad; exit $rc' - "$collect"
ok "modes" look test "$(look stat -c %a . vmcore vmcore-dmesg.txt kexec-dmesg.log kdump-status.json |
	tr '\n' ' ')" = "700 600 600 600 600 "
# The guilty function and a backtrace came out of the core itself, by no more than the image has.
ok "a report is beside it" look grep -qE '^Function +sysrq_handle_crash' vmcore-report.txt
ok "with what the CPU did" look grep -q '^    sysrq_handle_crash' vmcore-report.txt
ok "and for programs" look python3 -c 'import json; r = json.load(open("vmcore-report.json"))
assert r["function"] == "sysrq_handle_crash" and r["backtraces"]["cpus"] and not r["missing"], r'
ok "its modes" look test "$(look stat -c %a vmcore-report.txt vmcore-report.json | tr '\n' ' ')" = "600 600 "
ok "the status names it" look status_is 's["report"]["name"], s["report"]["state"], s["report"]["error"]' \
	'("vmcore-report.txt", "complete", None)'
ok "progress was shown" says 'kdump: .* 100 %, .* written'
ok "unmounted in the end" sh -c '! grep -q "$1" /proc/mounts' - "$root"

fresh 1G "core_collector none"
ok "core_collector none saves the log alone" exits 0 rehearse
ok "the log is there" look test -s vmcore-dmesg.txt
ok "and nothing else of the memory" look test ! -e vmcore -a ! -e vmcore-incomplete -a ! -e vmcore-report.txt
ok "the status says so" look status_is 's["state"], s["errors"]' '("log", [])'
ok "the console, too" says 'only the kernel log is saved, as core_collector asks'

fresh 1G "core_collector cp"
ok "another program copies" exits 0 rehearse
ok "all of it" look cmp vmcore "$vmcore"
ok "--verify says that there is no checksum of what another program wrote" verifies \
	'vmcore: it has the size that was written; the capture took no checksum'
ok "a check with --record takes SHA-256 of what another program wrote" look "$collect" -q --verify --record .
ok "--verify compares it with that from then on" verifies 'vmcore: it has the size.*; its SHA-256 is that of the last check'
ok "a byte of it that changed since is found" look finds_flipped 'vmcore: it changed after it was verified'

fresh 1G "core_collector makedumpfile -E -d 31"
ok "an ELF core is saved" exits 0 rehearse
ok "an ELF core's page data has checksums of the capture" verifies 'vmcore: as it was written, by checksums of its page data'
ok "a changed byte of an ELF core's page data is found" look finds_flipped 'vmcore: bytes .* are not as they were written'

fresh 200M "core_collector cp"
ok "the disk fills up" exits 3 rehearse
ok "the log is there" look test -s vmcore-dmesg.txt
ok "the core is named incomplete" look test -s vmcore-incomplete -a ! -e vmcore
ok "the status has its place still" look status_is 's["state"], "full" in s["errors"][0]' '("partial", True)'
ok "and the console says it" says 'kdump: .*the target is full'

fresh 64M "core_collector makedumpfile -d 0"
ok "the disk fills up under our own collector" exits 3 rehearse
ok "readers open what is there" look "$dumpcmp" present "$vmcore" vmcore-incomplete

fresh 1G "kdump_pre /pre"
hook /pre 'echo the hook says no; exit 7'
ok "kdump_pre may refuse" exits 0 rehearse
ok "which is said" says 'kdump: .*/pre.*7'
ok "no failure_action then" sh -c '! grep -q failure_action "$1"' - "$work/words"

fresh 1G "kdump_pre /hangs" "kdump_post /post" "timeout hook=1"
hook /hangs 'trap "" TERM; while :; do sleep 100; done'
hook /etc/kdump/pre.d/10-fails 'exit 9'
hook "/etc/kdump/pre.d/11-$(printf '%0240d' 0)" 'echo the hook with a long name ran'
hook /etc/kdump/post.d/10-hangs 'sleep 1000 & sleep 1000'
hook /post 'echo "post has $1"'
ok "hooks that hang or fail" exits 0 rehearse
ok "do not cost the dump" whole
ok "are told apart" says 'kdump: .*10-fails: ended with status 9'
ok "whatever their names" says '^the hook with a long name ran'
ok "and stopped" says 'kdump: .*10-hangs: it did not end within 1s and'
ok "kdump_post knows" says '^post has 0'
ok "the status has them" look status_is '[h["name"] for h in s["hooks"]]' \
	'["/hangs", "/etc/kdump/pre.d/10-fails", "/etc/kdump/pre.d/11-" + "0" * 240, "/etc/kdump/post.d/10-hangs", "/post"]'

fresh 1G "fence_kdump_nodes node2 node3" "fence_kdump_args -p 7410"
hook /usr/libexec/fence_kdump_send 'echo "sender has $*"; sleep 1000'
ok "a cluster" exits 0 rehearse
ok "is told, first of all" says '^sender has -p 7410 node2 node3'
pkill -f "$root/usr/libexec/fence_kdump_send"

fresh 1G "kdump_pre /missing" "kdump_emergency /emergency"
hook /emergency 'echo emergency hook ran'
ok "a hook that is missing" exits 0 rehearse
ok "does not cost the dump either" whole
ok "no emergency without need" sh -c '! grep -q "^emergency hook" "$1"' - "$work/words"

fresh 1G "core_collector /dies" "kdump_emergency /emergency" "max_unfiltered 1M"
hook /emergency 'echo emergency hook ran'
ok "a collector that is missing" exits 0 rehearse
ok "is replaced by our own" says 'kdump: falling back to the collector in this image'

from=$work/garbage
head -c 3000000 /dev/urandom >"$from"
fresh 1G "kdump_emergency /emergency" "retry 0"
hook /emergency 'echo emergency hook ran'
ok "memory that makes no sense is copied as it is" exits 0 rehearse
ok "and said" says 'kdump: falling back to a plain copy'
ok "the plain copy has a checksum of the capture" look manifest_has vmcore xxh3_128
fresh 1G "kdump_emergency /emergency" "max_unfiltered 1M" "retry 0" "final_action poweroff"
hook /emergency 'echo emergency hook ran'
ok "unless that is larger than max_unfiltered" exits 1 rehearse
ok "then the emergency hook runs" says '^emergency hook ran'
ok "failure_action after it, and nothing else" says 'kdump: failure_action reboot'
ok "once" test "$(grep -c 'kdump: poweroff,' "$work/words")" = 0
unset from

fresh 1G "core_collector /kills" "retry 0" "failure_action dump_to_rootfs" "final_action poweroff"
other=$uuid
disk second 1G mkfs.ext4
second=$loop
plan "$(cat /proc/sys/kernel/random/uuid)" "$uuid" >"$hooks/plan"
{ cat "$root/etc/kdump.conf" && echo "fallback_target ext4 UUID=$uuid" && echo "timeout device=1"; } |
	sed '/core_collector/d' >"$work/conf"
cp "$work/conf" "$root/etc/kdump.conf"
ok "the next target takes over" exits 0 rehearse
ok "with all of it" look "$second" test -s vmcore -a -s vmcore-dmesg.txt
ok "the first one's failure is in its status" look "$second" status_is \
	's["state"], "did not appear" in s["errors"][0]' '("complete", True)'

# A frozen file system holds whoever changes it in the kernel, where no signal helps.
fresh 1G
first=$uuid
disk second 1G mkfs.ext4
second=$loop
plan "$first" "$uuid" >"$hooks/plan"
echo "fallback_target ext4 UUID=$uuid" >>"$root/etc/kdump.conf"
hook /etc/kdump/pre.d/10-freeze "fsfreeze -f $root/kdumproot"
ok "a file system that hangs is given up" exits 0 rehearse
fsfreeze -u "$root/kdumproot"
umount -l "$root/kdumproot"
ok "in words" says 'kdump: .*the target is given up'
ok "the next target has all of it" look "$second" test -s vmcore -a -s vmcore-dmesg.txt -a -s kexec-dmesg.log
ok "which is mounted beside it" sh -c '! grep -q "$1/kdumproot" /proc/mounts' - "$root"

fresh 1G "failure_action dump_to_rootfs" "final_action poweroff" "timeout device=1" "retry 0"
disk second 1G mkfs.ext4
second=$loop
plan "$(cat /proc/sys/kernel/random/uuid)" "$uuid:root" >"$hooks/plan"
ok "dump_to_rootfs" exits 0 rehearse
ok "saves there" look "$second" test -s vmcore -a -s vmcore-dmesg.txt
ok "and final_action follows, once" test "$(grep -c 'kdump: poweroff,' "$work/words")" = 1

fresh 2G "core_collector makedumpfile -d 0"
ok "a collector that is killed in the middle" exits 3 kill_collector 100M vmcore-incomplete "$work/root"
ok "is said" says 'kdump: .*killed, probably because memory ran out'
ok "what it wrote stays, and can be read" look "$dumpcmp" present "$vmcore" vmcore-incomplete
ok "and the status says so" look status_is 's["state"]' '"partial"'

fresh 1G "core_collector /slow" "timeout stall=2" "max_unfiltered 0" "retry 0"
hook /slow 'sleep 1000'
ln -sf "$root/slow" /tmp/kdump-slow.$$
sed -i "s|/slow|/tmp/kdump-slow.$$|" "$root/etc/kdump.conf"
ok "a collector that stands still is stopped" exits 1 rehearse
ok "with words" says 'kdump: stopped: nothing has moved for 2s'
ok "and the log is safe" look test -s vmcore-dmesg.txt

sed -i 's/stall=2/total=20/' "$root/etc/kdump.conf"
ok "so is one that takes all the time there is" exits 1 rehearse
ok "before the last resort does it" says 'kdump: stopped: the time for everything is nearly over'
ok "and leaves time for the status" look status_is 's["state"]' '"log"'
rm -f /tmp/kdump-slow.$$

fresh 1G "raw_overwrite yes"
sed -i 's/^target fs/target raw/; /^	type/d; /^	path/d' "$hooks/plan"
ok "a raw device" exits 0 rehearse
ok "holds a stream" "$collect" -R "$work/unflat" <"$main"
ok "of the whole dump" "$dumpcmp" bytes "$vmcore" "$work/unflat"
ok "and the log at its end" grep -q 'sysrq: Trigger a crash' "$main"
rm -f "$work/unflat"
ok "which is no file system any more: refused without raw_overwrite" sh -c \
	'mkfs.ext4 -q -F -U "$2" "$1" && sed -i /raw_overwrite/d "$3"' - "$main" "$uuid" "$root/etc/kdump.conf"
ok "when one is made anew" exits 1 rehearse
ok "in words" says "kdump: .*not overwritten without 'raw_overwrite yes': there is ext4"

fresh 64M "raw_overwrite yes" "core_collector makedumpfile -d 0"
sed -i 's/^target fs/target raw/; /^	type/d; /^	path/d' "$hooks/plan"
ok "a raw device that is too small" exits 3 rehearse
ok "is full, as the console says" says 'kdump: .*the target is full'
ok "its stream has an end" exits 3 "$collect" -R "$work/unflat" <"$main"
ok "and holds a part of the dump" says 'the dump in the stream is incomplete; the 50[0-9]* bytes'
ok "which readers open" "$dumpcmp" present "$vmcore" "$work/unflat-incomplete"
ok "and the log is at its end" grep -q 'sysrq: Trigger a crash' "$main"
rm -f "$work/unflat-incomplete"

fresh 1G
echo "quiet kdump_test_id=42 x" >"$root/proc/cmdline"
ok "a test of kdumpctl" exits 0 rehearse
ok "has its own directory and verdict" look grep -q '^success kdump_test_id=42' vmcore-creation.status
# A target that is nowhere: what is left is the console.
fresh 64M "timeout device=2" "retry 0"
plan 00000000-0000-4000-8000-000000000000 >"$hooks/plan"
ok "no target at all: nothing saved" exits 1 rehearse
ok "the end of the log is on the console" says 'kdump: | .*sysrq: Trigger a crash'

long=$(printf '%0160d' 0)
ok "a root too long for the paths below it is refused" exits 2 "$work/kdump-capture" --root "/$long"
ok "in words" says 'kdump-capture: --root: the path is longer than 150 bytes'

finish
