#!/bin/sh
# after-crash.sh - a capture that had errors: what start, list, show and status say of it, and the log it lacks
. "$(dirname "$0")/lib.sh"

if [ ! -s "$build/selftest.core" ]; then
	echo "1..0 # SKIP no selftest.core: make all"
	exit 0
fi

# boot - the machine was armed, crashed, and is up again; crashed NAME - the directory of a dump of now.
boot()
{
	boots=$((${boots-0} + 1))
	echo "boot-$boots" | put /proc/sys/kernel/random/boot_id
	echo 0 | put /sys/kernel/kexec_crash_loaded
}

dump_of()
{
	dump=/var/crash/127.0.0.1-$(date -d "+$boots minutes" +%Y-%m-%d-%H:%M:%S)
	mkdir -p "$root$dump"
	cp "$work/vmcore" "$root$dump/vmcore"
	# The small core has no kernel to report on.
	echo "Reason       by the capture" >"$root$dump/vmcore-report.txt"
	printf '%s' "$1" >"$root$dump/kdump-status.json"
	touch -d "+$boots minutes" "$root$dump/vmcore" "$root$dump/kdump-status.json"
}

# kdumpctl start, with the next boot's dump in place.
next_start()
{
	rm -f "$root/told-everybody"
	exits 0 kdumpctl start
}

segv='{"version":1,"state":"complete","errors":["the kernel log: ended by signal 11","kdump-collect: ended by signal 11","makedumpfile: ended by signal 11"]}'
fine='{"version":1,"state":"complete","errors":[]}'
three="the kernel log: ended by signal 11; kdump-collect: ended by signal 11; makedumpfile: ended by signal 11"

root_new
ok "a dump for it" "$build/kdump-collect" -d 31 -c "$build/selftest.core" "$work/vmcore"
ok "its log" "$build/kdump-collect" --dump-dmesg "$build/selftest.core" "$work/log"
# The crash is as old as the core; directories are as old as their names.
python3 - "$work/vmcore" <<'P'
import struct, sys, time
with open(sys.argv[1], "r+b") as f:
    f.seek(8 + 4 + 6 * 65 + 6)
    f.write(struct.pack("<q", int(time.time())))
P
crashed_at()
{
	python3 - "$root$dump/vmcore" "$boots" <<'P'
import struct, sys, time
with open(sys.argv[1], "r+b") as f:
    f.seek(8 + 4 + 6 * 65 + 6)
    f.write(struct.pack("<q", int(time.time()) + 60 * int(sys.argv[2])))
P
}
ok "armed" exits 0 kdumpctl start
# An image is not what this is about.
printf 'path /var/crash\nforce_no_rebuild 1\n' | config

boot
dump_of "$segv"
crashed_at
ok "the boot after a crash without a log" next_start
ok "says that the log is made" says "the capture saved no vmcore-dmesg.txt: made it from /var/crash/.*/vmcore"
ok "it is the log" cmp "$root$dump/vmcore-dmesg.txt" "$work/log"
ok "for root alone" test "$(stat -c %a "$root$dump/vmcore-dmesg.txt")" = 600
ok "marked as made afterwards" grep -q '"complete"' "$root$dump/kdump-added.json"
ok "nothing half-made" test -z "$(find "$root$dump" -name '.*')"
ok "everybody hears of the errors" grep -q "the system crashed at .*; errors of the capture: $three" "$root/told-everybody"
ok "status" exits 0 kdumpctl status
ok "has them" says "last crash: .*; errors of the capture: $three"
ok "list" exits 0 kdumpctl list
ok "has them" says "^     errors of the capture: $three$"
ok "show" exits 0 kdumpctl show
ok "has them, though all pages are there" says "^State +complete, with errors: $three$"
ok "and where the log came from" says "^Log +vmcore-dmesg.txt, made from the core after the reboot$"
ok "show --json" exits 0 kdumpctl show --json
ok "has them" json_is "\"$three\"" error
ok "the log" json_is '"vmcore-dmesg.txt"' log
ok "and how it came" json_is '"complete"' added 0 state

boot
dump_of "$fine"
crashed_at
cp "$work/log" "$root$dump/vmcore-dmesg.txt"
ok "a capture without errors" next_start
ok "makes nothing" silent_on "left no|errors of the capture"
ok "show" exits 0 kdumpctl show
ok "is plain" says "^State +complete$"
ok "too" says "^Log +vmcore-dmesg.txt$"

# The report is made, too. The small core has no kernel to report on: its maker is played.
cat >"$work/report" <<'E'
Reason       played
Backtraces:
    [31mevil
E
with_own()
{
	"$build/kdumpctl" --root "$root" --capture "$build/kdump-capture" --collector "$root/bin/kdump-collect" "$@"
}
program kdump-collect <<E
[ "\$1 \$2" = "--report /proc/self/fd/0" ] || exec "$build/kdump-collect" "\$@"
cmp -s /proc/self/fd/0 "$work/vmcore" -n 300 || exit 1
cp "$work/report" "\$3" && echo "{}" >"\${4#--json=}"
E
boot
dump_of "$fine"
crashed_at
cp "$work/log" "$root$dump/vmcore-dmesg.txt"
rm "$root$dump/vmcore-report.txt"
echo old >"$root$dump/vmcore-report.json"
ln -s /etc/passwd "$root$dump/.vmcore-report.json.part"
ok "a capture without a report" exits 0 with_own start
ok "says that it is made" says "the capture saved no vmcore-report.txt: made it from /var/crash/.*/vmcore"
ok "it is the report" cmp "$root$dump/vmcore-report.txt" "$work/report"
ok "with JSON beside it" test "$(cat "$root$dump/vmcore-report.json")" = "{}"
ok "for root alone" test "$(stat -c %a "$root$dump/vmcore-report.txt" "$root$dump/vmcore-report.json" | tr '\n' ' ')" = "600 600 "
ok "nothing half-made" test -z "$(find "$root$dump" -name '.*')"
ok "show" exits 0 kdumpctl show
ok "says so" says "^Report +vmcore-report.txt, made from the core after the reboot$"
ok "and prints it" says "^Reason +played$"
ok "without what a terminal obeys" says "^    .\[31mevil$"
ok "show --json" exits 0 kdumpctl show --json
ok "names it" json_is '"vmcore-report.txt"' report
boot
dump_of "$fine"
crashed_at
cp "$work/log" "$root$dump/vmcore-dmesg.txt"
rm "$root$dump/vmcore-report.txt"
ok "a core that allows none" next_start
ok "is told once" says "WARNING: vmcore-report.txt cannot be made from /var/crash/.*/vmcore: .*nothing can be said of this dump.*; by hand: kdump-collect --report vmcore vmcore-report.txt"
ok "nothing half-made" test -z "$(find "$root$dump" -name '.*')" -a ! -e "$root$dump/vmcore-report.json"
ok "show" exits 0 kdumpctl show
ok "says why" says "^Report +none, making it from the core failed: .*nothing can be said"

# What fails is not tried again, not even where it brings kdumpctl down.
boot
dump_of "$fine"
truncate -s 9000 "$root$dump/vmcore"
program kdump-collect <<E
case \$1 in --dump-dmesg) echo run >>"\$root/runs" ;; esac
exec "$build/kdump-collect" "\$@"
E
crashed_at
ok "a core that is cut" exits 0 with_own start
ok "is no log" says "WARNING: vmcore-dmesg.txt cannot be made from /var/crash/.*/vmcore: .*; no further attempt is made; by hand: kdump-collect --dump-dmesg vmcore vmcore-dmesg.txt"
ok "none is there" test ! -e "$root$dump/vmcore-dmesg.txt"
ok "nothing half-made" test -z "$(find "$root$dump" -name '.*')"
ok "show" exits 0 kdumpctl show
ok "says why" says "^Log +none, making it from the core failed: .*kdump-collect: exit status 1: "
ok "and knows no panic" says "^Panic +unknown, there is no kernel log$"
echo '{ "time": 0 }' | put /var/lib/kdump/crash.json
boot
ok "the next boot" exits 0 with_own start
ok "tries it not again" test "$(wc -l <"$root/runs")" = 1

boot
dump_of "$fine"
crashed_at
program kdump-collect <<'E'
case $1 in --dump-dmesg) kill -9 $PPID ;; esac
E
got=0
with_own start >/dev/null 2>&1 || got=$?
ok "kdumpctl is killed over it" test "$got" != 0
ok "the mark is there" grep -q '"tried"' "$root$dump/kdump-added.json"
ok "the next start" exits 0 kdumpctl start
ok "lets it be" test ! -e "$root$dump/vmcore-dmesg.txt"
ok "show" exits 0 kdumpctl show
ok "says that it was tried" says "^Log +none, making it from the core failed$"

# A log of a capture that was cut is kept beside the whole one; a link is not followed.
boot
dump_of "$segv"
crashed_at
head -c 100 "$work/log" >"$root$dump/vmcore-dmesg-incomplete.txt"
ln -s /etc/passwd "$root$dump/.vmcore-dmesg.txt.part"
ok "a log that is cut" next_start
ok "is made whole" cmp "$root$dump/vmcore-dmesg.txt" "$work/log"
ok "and kept" test -s "$root$dump/vmcore-dmesg-incomplete.txt"
boot
dump_of "$fine"
crashed_at
mv "$root$dump/vmcore" "$work/elsewhere"
ln -s "$work/elsewhere" "$root$dump/vmcore"
ok "a core that is a link" next_start
ok "is not read" test ! -e "$root$dump/vmcore-dmesg.txt"

# The status file itself.
rm -r "$root/var/crash" && mkdir "$root/var/crash"
damaged()
{
	boot
	dump_of "$1"
	crashed_at
	cp "$work/log" "$root$dump/vmcore-dmesg.txt"
	[ -n "${2-}" ] || rm "$root$dump/kdump-status.json"
	ok "kdump-status.json $3" next_start
	ok "everybody hears of it" grep -qE "errors of the capture: kdump-status.json is $3" "$root/told-everybody"
	ok "show" exits 0 kdumpctl show
	ok "says so" says "^State +complete, with errors: kdump-status.json is $3"
	ok "list" exits 0 kdumpctl list
	ok "says so" says "^     errors of the capture: kdump-status.json is $3"
}
damaged "" "" "missing: another program made this dump, or the capture could not write it"
damaged "" there "empty: how the capture ended is not known"
damaged "$(echo "$segv" | cut -c 1-90)" there "damaged: how the capture ended is not known"
damaged "[1, 2]" there "damaged"
damaged "$(head -c 4000 /dev/urandom | tr -d '\0')" there "damaged"

# A boot whose unit was left failed: a crash of it is told, and no crash is no alarm.
echo '{ "boot": "boot-x", "time": 0, "end": "open" }' | put /var/lib/kdump/boot.json
boot
ok "a boot with an open end" exits 0 kdumpctl start
ok "is no alarm" silent_on "did not end properly"
echo '{ "boot": "boot-x", "time": 0, "end": "open" }' | put /var/lib/kdump/boot.json
boot
dump_of "$segv"
crashed_at
ok "with a dump" next_start
ok "it is told" says "the system crashed at"

# manifest - of a capture that wrote the core and the status, as they are now.
manifest()
{
	python3 - "$root$dump" <<'P'
import ctypes, os, sys
class Sum(ctypes.Structure):
    _fields_ = [("low", ctypes.c_uint64), ("high", ctypes.c_uint64)]
xxh3 = ctypes.CDLL("libxxhash.so.0").XXH3_128bits
xxh3.restype, xxh3.argtypes = Sum, [ctypes.c_char_p, ctypes.c_size_t]
def sum_of(data):
    got = xxh3(data, len(data))
    return "%016x%016x" % (got.high, got.low)
files = []
for name in "vmcore", "kdump-status.json":
    data = open(sys.argv[1] + "/" + name, "rb").read()
    files.append('{"name":"%s","size":%d,"checksum":{"kind":"whole","bytes":%d,"xxh3_128":"%s"}}' %
                 (name, len(data), len(data), sum_of(data)))
text = '{"state":"complete","files":[%s]' % ",".join(files)
with open(sys.argv[1] + "/kdump-manifest.json", "w") as f:
    f.write(text + ',"xxh3_128":"%s"}\n' % sum_of(text.encode()))
P
}
boot
dump_of "$fine"
crashed_at
cp "$work/log" "$root$dump/vmcore-dmesg.txt"
manifest
ok "start checks a dump that has a manifest" next_start
ok "start says that the dump is as it was written" says "$dump: every file is as the capture wrote it"
ok "the check is on record, with SHA-256" grep -q "$(sha256sum <"$root$dump/vmcore" | cut -c 1-64)" "$root$dump/kdump-verified.json"
ok "show of a checked dump" exits 0 kdumpctl show
ok "show says when the dump was verified" says "^Verified +[-0-9: ]+: every file is as it was written$"
ok "show --json of a checked dump" exits 0 kdumpctl show --json
ok "JSON has the result of the check" json_is '"whole"' verified
boot
dump_of "$fine"
crashed_at
cp "$work/log" "$root$dump/vmcore-dmesg.txt"
manifest
echo ' ' >>"$root$dump/kdump-status.json"
ok "start checks a dump of which a file was changed" next_start
ok "start warns of a changed file" says "WARNING: $dump is damaged"
ok "show of a changed dump" exits 0 kdumpctl show
ok "show names the first changed file" says "^Verified +[-0-9: ]+: DAMAGED: .*kdump-status.json"
boot
dump_of "$fine"
crashed_at
ok "show of a dump without a manifest" exits 0 kdumpctl show
ok "no check is claimed that was not made" silent_on "^Verified"
finish
