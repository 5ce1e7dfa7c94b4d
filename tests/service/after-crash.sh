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
ok "kdump-collect makes a dump of the small core" "$build/kdump-collect" -d 31 -c "$build/selftest.core" "$work/vmcore"
ok "kdump-collect extracts the log of the small core" "$build/kdump-collect" --dump-dmesg "$build/selftest.core" "$work/log"
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
ok "start arms the machine before the crashes" exits 0 kdumpctl start
# An image is not what this is about.
printf 'path /var/crash\nforce_no_rebuild 1\n' | config

boot
dump_of "$segv"
crashed_at
ok "start succeeds after a crash without a saved log" next_start
ok "start says that it made the log from the core" says "the capture saved no vmcore-dmesg.txt: made it from /var/crash/.*/vmcore"
ok "the made log is the log of the core" cmp "$root$dump/vmcore-dmesg.txt" "$work/log"
ok "the made log is readable by root alone" test "$(stat -c %a "$root$dump/vmcore-dmesg.txt")" = 600
ok "kdump-added.json says that the log is complete" grep -q '"complete"' "$root$dump/kdump-added.json"
ok "making the log leaves no unfinished file" test -z "$(find "$root$dump" -name '.*')"
ok "all terminals are told the errors of the capture" grep -q "the system crashed at .*; errors of the capture: $three" "$root/told-everybody"
ok "status works after a capture with errors" exits 0 kdumpctl status
ok "status prints the errors of the capture" says "last crash: .*; errors of the capture: $three"
ok "list works after a capture with errors" exits 0 kdumpctl list
ok "list prints the errors of the capture" says "^     errors of the capture: $three$"
ok "show works after a capture with errors" exits 0 kdumpctl show
ok "show calls the dump complete with the errors" says "^State +complete, with errors: $three$"
ok "show says that the log was made from the core" says "^Log +vmcore-dmesg.txt, made from the core after the reboot$"
ok "show --json works after a capture with errors" exits 0 kdumpctl show --json
ok "show --json has the errors of the capture" json_is "\"$three\"" error
ok "show --json has the name of the log" json_is '"vmcore-dmesg.txt"' log
ok "show --json says that the log was added" json_is '"complete"' added 0 state

boot
dump_of "$fine"
crashed_at
cp "$work/log" "$root$dump/vmcore-dmesg.txt"
ok "start succeeds after a capture without errors" next_start
ok "start makes no file after a capture without errors" silent_on "left no|errors of the capture"
ok "show works after a capture without errors" exits 0 kdumpctl show
ok "show calls the dump complete without errors" says "^State +complete$"
ok "show names the log that the capture saved" says "^Log +vmcore-dmesg.txt$"

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
ok "start succeeds after a capture without a report" exits 0 with_own start
ok "start says that it made the report from the core" says "the capture saved no vmcore-report.txt: made it from /var/crash/.*/vmcore"
ok "the made report is what the collector wrote" cmp "$root$dump/vmcore-report.txt" "$work/report"
ok "the made report has JSON beside it" test "$(cat "$root$dump/vmcore-report.json")" = "{}"
ok "the made report is readable by root alone" test "$(stat -c %a "$root$dump/vmcore-report.txt" "$root$dump/vmcore-report.json" | tr '\n' ' ')" = "600 600 "
ok "making the report leaves no unfinished file" test -z "$(find "$root$dump" -name '.*')"
ok "show works with a made report" exits 0 kdumpctl show
ok "show says that the report was made from the core" says "^Report +vmcore-report.txt, made from the core after the reboot$"
ok "show prints the made report" says "^Reason +played$"
ok "show prints no control character of the report" says "^    .\[31mevil$"
ok "show --json works with a made report" exits 0 kdumpctl show --json
ok "show --json names the made report" json_is '"vmcore-report.txt"' report
boot
dump_of "$fine"
crashed_at
cp "$work/log" "$root$dump/vmcore-dmesg.txt"
rm "$root$dump/vmcore-report.txt"
ok "start succeeds with a core that allows no report" next_start
ok "start warns once that no report can be made" says "WARNING: vmcore-report.txt cannot be made from /var/crash/.*/vmcore: .*nothing can be said of this dump.*; by hand: kdump-collect --report vmcore vmcore-report.txt"
ok "a report that cannot be made leaves no file" test -z "$(find "$root$dump" -name '.*')" -a ! -e "$root$dump/vmcore-report.json"
ok "show works without a report" exits 0 kdumpctl show
ok "show says why there is no report" says "^Report +none, making it from the core failed: .*nothing can be said"

# What fails is not tried again, not even where it brings kdumpctl down.
boot
dump_of "$fine"
truncate -s 9000 "$root$dump/vmcore"
program kdump-collect <<E
case \$1 in --dump-dmesg) echo run >>"\$root/runs" ;; esac
exec "$build/kdump-collect" "\$@"
E
crashed_at
ok "start succeeds with a truncated core" exits 0 with_own start
ok "start warns that no log can be made, and how to try by hand" says "WARNING: vmcore-dmesg.txt cannot be made from /var/crash/.*/vmcore: .*; no further attempt is made; by hand: kdump-collect --dump-dmesg vmcore vmcore-dmesg.txt"
ok "a truncated core gets no log" test ! -e "$root$dump/vmcore-dmesg.txt"
ok "a log that cannot be made leaves no unfinished file" test -z "$(find "$root$dump" -name '.*')"
ok "show works with a truncated core" exits 0 kdumpctl show
ok "show says why there is no log" says "^Log +none, making it from the core failed: .*kdump-collect: exit status 1: "
ok "show says that the panic is unknown" says "^Panic +unknown, there is no kernel log$"
echo '{ "time": 0 }' | put /var/lib/kdump/crash.json
boot
ok "start succeeds on the boot after that" exits 0 with_own start
ok "start does not try the truncated core again" test "$(wc -l <"$root/runs")" = 1

boot
dump_of "$fine"
crashed_at
program kdump-collect <<'E'
case $1 in --dump-dmesg) kill -9 $PPID ;; esac
E
got=0
with_own start >/dev/null 2>&1 || got=$?
ok "start dies when the collector kills it" test "$got" != 0
ok "the attempt that killed start is on record" grep -q '"tried"' "$root$dump/kdump-added.json"
ok "start succeeds after the attempt that killed it" exits 0 kdumpctl start
ok "start does not repeat the attempt that killed it" test ! -e "$root$dump/vmcore-dmesg.txt"
ok "show works after the attempt that killed start" exits 0 kdumpctl show
ok "show says that the attempt failed" says "^Log +none, making it from the core failed$"

# A log of a capture that was cut is kept beside the whole one; a link is not followed.
boot
dump_of "$segv"
crashed_at
head -c 100 "$work/log" >"$root$dump/vmcore-dmesg-incomplete.txt"
ln -s /etc/passwd "$root$dump/.vmcore-dmesg.txt.part"
ok "start succeeds with an incomplete log" next_start
ok "start makes the whole log beside an incomplete one" cmp "$root$dump/vmcore-dmesg.txt" "$work/log"
ok "start keeps the incomplete log" test -s "$root$dump/vmcore-dmesg-incomplete.txt"
boot
dump_of "$fine"
crashed_at
mv "$root$dump/vmcore" "$work/elsewhere"
ln -s "$work/elsewhere" "$root$dump/vmcore"
ok "start succeeds with a link in place of the core" next_start
ok "start does not read a link in place of the core" test ! -e "$root$dump/vmcore-dmesg.txt"

# The status file itself.
rm -r "$root/var/crash" && mkdir "$root/var/crash"
damaged()
{
	boot
	dump_of "$1"
	crashed_at
	cp "$work/log" "$root$dump/vmcore-dmesg.txt"
	[ -n "${2-}" ] || rm "$root$dump/kdump-status.json"
	ok "start succeeds when kdump-status.json is $3" next_start
	ok "all terminals are told that kdump-status.json is $3" grep -qE "errors of the capture: kdump-status.json is $3" "$root/told-everybody"
	ok "show works when kdump-status.json is $3" exits 0 kdumpctl show
	ok "show says that kdump-status.json is $3" says "^State +complete, with errors: kdump-status.json is $3"
	ok "list works when kdump-status.json is $3" exits 0 kdumpctl list
	ok "list says that kdump-status.json is $3" says "^     errors of the capture: kdump-status.json is $3"
}
damaged "" "" "missing: another program made this dump, or the capture could not write it"
damaged "" there "empty: how the capture ended is not known"
damaged "$(echo "$segv" | cut -c 1-90)" there "damaged: how the capture ended is not known"
damaged "[1, 2]" there "damaged"
damaged "$(head -c 4000 /dev/urandom | tr -d '\0')" there "damaged"

# A boot whose unit was left failed: a crash of it is told, and no crash is no alarm.
echo '{ "boot": "boot-x", "time": 0, "end": "open" }' | put /var/lib/kdump/boot.json
boot
ok "start succeeds after a boot with an open end" exits 0 kdumpctl start
ok "start does not call a boot with an open end lost" silent_on "did not end properly"
echo '{ "boot": "boot-x", "time": 0, "end": "open" }' | put /var/lib/kdump/boot.json
boot
dump_of "$segv"
crashed_at
ok "start succeeds with a dump of a boot with an open end" next_start
ok "start reports the dump of a boot with an open end" says "the system crashed at"

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
ok "the record of the check has the SHA-256" grep -q "$(sha256sum <"$root$dump/vmcore" | cut -c 1-64)" "$root$dump/kdump-verified.json"
ok "show works with a checked dump" exits 0 kdumpctl show
ok "show says when the dump was verified" says "^Verified +[-0-9: ]+: every file is as it was written$"
ok "show --json works with a checked dump" exits 0 kdumpctl show --json
ok "show --json has the result of the check" json_is '"whole"' verified
boot
dump_of "$fine"
crashed_at
cp "$work/log" "$root$dump/vmcore-dmesg.txt"
manifest
echo ' ' >>"$root$dump/kdump-status.json"
ok "start checks a dump of which a file was changed" next_start
ok "start warns of a changed file" says "WARNING: $dump is damaged"
ok "show works with a changed dump" exits 0 kdumpctl show
ok "show names the first changed file" says "^Verified +[-0-9: ]+: DAMAGED: .*kdump-status.json"
boot
dump_of "$fine"
crashed_at
ok "show works with a dump without a manifest" exits 0 kdumpctl show
ok "show claims no check that was not made" silent_on "^Verified"
finish
