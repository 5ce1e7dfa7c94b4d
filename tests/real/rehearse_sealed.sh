#!/bin/sh
# rehearse_sealed.sh - encrypt_to: nothing of the crashed kernel is in clear, whatever fails
. "$(dirname "$0")/lib.sh"
. "$real/rehearse/lib.sh"

secret='sysrq: Trigger a crash' panic='not syncing: sysrq triggered crash'
age-keygen -o "$work/key" 2>/dev/null && key=$(age-keygen -y "$work/key") || exit 1
ssh-keygen -q -t ed25519 -N '' -C '' -f "$work/ssh" || exit 1
ssh=$(cut -d' ' -f1-2 "$work/ssh.pub")

# sealed SIZE [LINE...] - fresh, with two recipients in the plan. Nothing is compressed, unless a line says
# so: what gets out can be seen.
sealed() {
	fresh "$@"
	grep -q core_collector "$root/etc/kdump.conf" ||
		echo "core_collector makedumpfile -d 31" >>"$root/etc/kdump.conf"
	echo "encrypt_to $key" >>"$root/etc/kdump.conf"
	recipients
}

recipients() {
	printf 'seal_to %s,%s\n' "$key" "$ssh" >"$work/seal_to"
	sed -i "/^seal_to/d; 3r $work/seal_to" "$hooks/plan"
}

# opens FILE OUT [KEY] - by ours, and by age
opens() {
	rm -f "$work/$2"*
	mount "$main" "$work/see" || return 1
	"$collect" -q --decrypt -i "$work/${3:-key}" "$work"/see/var/crash/*/"$1" "$work/$2" &&
		age -d -i "$work/${3:-key}" "$work"/see/var/crash/*/"$1" >/dev/null
	rc=$?
	umount "$work/see"
	return $rc
}

# hidden [TEXT] - no file system, no log of the disk, no console says it.
hidden() {
	! grep -qa -e "${1:-$secret}" "$work"/*.img "$work/words"
}

seen() {
	! hidden
}

# rest_opens - of a core that was cut, --salvage gives pages that are right.
rest_opens() {
	rm -f "$work"/rest*
	mount "$main" "$work/see" || return 1
	exits 3 "$collect" -q --decrypt --salvage -i "$work/key" "$work"/see/var/crash/*/vmcore.age-incomplete \
		"$work/rest" && "$dumpcmp" present "$vmcore" "$work/rest-incomplete"
	rc=$?
	umount "$work/see"
	return $rc
}

# as_reported - status and manifest have the reason and the fingerprint that a report of the vmcore has.
as_reported() {
	"$build/kdump-report" --json "$vmcore" >"$work/report.json" &&
		look python3 -c 'import json, sys
want = json.load(open(sys.argv[1]))
for name in "kdump-status.json", "kdump-manifest.json":
    got = json.load(open(name))
    for key in "reason", "fingerprint", "fatal":
        assert got[key] == want[key] and got[key], (name, key, got[key], want[key])' "$work/report.json"
}

only_sealed() {
	[ -z "$(look ls | grep -v -e '\.age$' -e '\.age-incomplete$' -e '^kdump-status.json$' -e '^kdump-manifest.json$')" ] ||
		{ look ls; return 1; }
}

fresh 1G "core_collector makedumpfile -d 31"
ok "a dump in clear" exits 0 rehearse
ok "the search finds what is in clear" seen
ok "the search finds the panic" look grep -q "$panic" vmcore-dmesg.txt
ok "the status of a dump in clear has the report's reason and fingerprint" as_reported
ok "the search finds it in the core, too" look sh -c 'rm vmcore-dmesg.txt && grep -qa "$1" vmcore' - "$secret"

sealed 1G
ok "a sealed dump" exits 0 rehearse
ok "nothing is in clear" hidden
ok "no file is" only_sealed
ok "all files are those of the manifest" look sh -c '"$1" -q --verify --json . | python3 -c "import json, sys
r = json.load(sys.stdin); s = {f[\"state\"] for f in r[\"files\"]}
assert r[\"state\"] == \"whole\" and s == {\"whole\"} and len(r[\"files\"]) == 6, r"' - "$collect"
ok "which says nothing of the memory" look sh -c '! grep -q -e "$1" -e "kept" kdump-manifest.json' - "$(cat "$(dirname "$vmcore")/kernel-version" 2>/dev/null || echo nothing)"
ok "the core opens" opens vmcore.age core
ok "and is whole" "$dumpcmp" bytes "$vmcore" "$work/core"
ok "with the ssh key, too" opens vmcore.age core ssh
ok "the log opens" opens vmcore-dmesg.txt.age log
ok "and is the log" grep -q "$secret" "$work/log"
ok "the capture's log opens" opens kexec-dmesg.log.age own
ok "and tells of it" grep -q 'saved the kernel log' "$work/own"
ok "the report opens" opens vmcore-report.txt.age report
ok "and says why" grep -q sysrq_handle_crash "$work/report"
ok "and its JSON" opens vmcore-report.json.age json
ok "the status names them" look status_is 's["core"]["name"], s["log"]["name"], s["report"]["name"], s["state"]' \
	'("vmcore.age", "vmcore-dmesg.txt.age", "vmcore-report.txt.age", "complete")'
ok "and nothing that was read from memory" look status_is 's["collector"], s["reason"], s["fingerprint"]' '(None, None, None)'
ok "nor has the manifest" look python3 -c 'import json
m = json.load(open("kdump-manifest.json"))
assert [m[key] for key in ("reason", "fingerprint", "fatal", "kernel", "pages")] == [None] * 5, m'

sealed 1G "encrypt_summary clear"
ok "with a summary in clear" exits 0 rehearse
ok "the status has the collector's" look status_is 's["collector"]["complete"]' True
ok "status and manifest have the reason and the fingerprint" as_reported
ok "the log is not in clear" hidden "$panic"
ok "no file but status and manifest is" only_sealed

# Each further step: another program, which fails to encrypt; no filter; a plain copy.
sealed 1G "core_collector cp"
ok "a collector that cannot encrypt is not run" exits 0 rehearse
ok "it says so" says 'cp cannot encrypt'
ok "ours took its place" opens vmcore.age core
ok "with every page" "$dumpcmp" bytes "$vmcore" "$work/core"
ok "and nothing is in clear" hidden

sealed 1G "core_collector makedumpfile -d 31 --no-such-option"
ok "our own collector fails, for an option that it has not" exits 0 rehearse
ok "our own collector is run again without it" says 'falling back to the collector in this image, at level 31'
ok "the second attempt is sealed" opens vmcore.age core
ok "the second attempt has every page" "$dumpcmp" bytes "$vmcore" "$work/core"
ok "neither attempt leaves anything in clear" hidden

sealed 2G "core_collector makedumpfile -d 0"
ok "our own collector is killed in the middle" exits 3 kill_collector 100M vmcore.age-incomplete "$key"
ok "the killed collector is spoken of" says 'kdump: .*killed, probably because memory ran out'
ok "a killed collector leaves nothing in clear" hidden
ok "a killed collector leaves sealed files alone" only_sealed
ok "the rest of a killed collector's dump opens" rest_opens

yes "a secret in memory" | head -c 3000000 >"$work/garbage.img"
mv "$work/garbage.img" "$work/garbage"
sealed 1G
from=$work/garbage
ok "what is no core is copied whole" rehearse
from=
ok "sealed" opens vmcore.age core
ok "as it was" cmp "$work/garbage" "$work/core"
ok "and not in clear" sh -c '! grep -qa "a secret in memory" "$1"' - "$work/main.img"

sealed 20M "retry 0"
ok "a full disk" exits 3 rehearse
ok "has nothing in clear" hidden
ok "and no file that is" only_sealed
sealed 64M "retry 0" "core_collector makedumpfile -d 0"
ok "a disk that fills up in the middle" exits 3 rehearse
ok "a disk that fills up in the middle has nothing in clear" hidden
ok "a disk that fills up in the middle has sealed files alone" only_sealed
ok "the rest on a full disk opens" rest_opens
ok "the status has its space on a full disk" look status_is 's["state"], "full" in s["errors"][0]' '("partial", True)'

# To a raw device, with its length recorded; and the root file system as the last resort.
sealed 1G "raw_overwrite yes"
sed -i 's/^target fs/target raw/; /^	type/d; /^	path/d' "$hooks/plan"
ok "a raw device" exits 0 rehearse
ok "has nothing in clear" hidden
ok "its length is recorded" python3 -c 'import struct, sys
f = open(sys.argv[1], "rb"); f.seek(-4096, 2); t = f.read(4096)
assert t[:8] == b"KDUMPRAW", t[:8]
size = struct.unpack("<Q", t[16:24])[0]; f.seek(0); open(sys.argv[2], "wb").write(f.read(size))
files = [struct.unpack_from("<64sQQ", t, 40 + i * 80) for i in range(t[32])]
name, off, size = [x for x in files if x[0].startswith(b"vmcore-report.txt.age\0")][0]
f.seek(off); open(sys.argv[3], "wb").write(f.read(size))' "$main" "$work/stream" "$work/report.age"
ok "a raw device has a report, which nobody could make later" sh -c 'age -d -i "$1" "$2" | grep -q sysrq_handle_crash' \
	- "$work/key" "$work/report.age"
ok "and it opens" "$collect" -q -f --decrypt -i "$work/key" "$work/stream" "$work/core"
ok "with every page" "$dumpcmp" bytes "$vmcore" "$work/core"

sealed 1G "failure_action dump_to_rootfs" "final_action poweroff" "timeout device=1" "retry 0"
plan 00000000-0000-4000-8000-000000000000 "$uuid:root" >"$hooks/plan"
recipients
ok "the root file system" rehearse
ok "has nothing in clear" hidden
ok "and a sealed core" opens vmcore.age core

# No key in the image, or the plan alone has one.
fresh 1G "encrypt_to $key"
ok "without a key in the image" exits 1 rehearse
ok "it says what to do" says 'no key to encrypt to'
ok "nothing is in clear" hidden
sealed 1G
sed -i /^encrypt_to/d "$root/etc/kdump.conf"
ok "a configuration that was lost" exits 0 rehearse
ok "does not undo it" only_sealed
ok "nothing is in clear" hidden

sealed 64M "timeout device=2" "retry 0"
plan 00000000-0000-4000-8000-000000000000 >"$hooks/plan"
recipients
ok "no target at all" exits 1 rehearse
ok "the end of the log is not shown" hidden
finish
