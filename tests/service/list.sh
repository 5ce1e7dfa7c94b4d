#!/bin/sh
# list.sh - list and show with damaged dumps, those of other programs, and several targets
. "$(dirname "$0")/lib.sh"

# header STATUS - the first bytes of a dump in makedumpfile's format; STATUS 8: incomplete.
header()
{
	python3 - "$1" <<'P'
import struct, sys
uts = b"".join(s.ljust(65, b"\0") for s in
               (b"Linux", b"host", b"6.12.9-test", b"#1", b"x86_64", b""))
sys.stdout.buffer.write(b"KDUMP   " + struct.pack("<i", 6) + uts + bytes(6) +
                        struct.pack("<qqi", 1700000000, 0, int(sys.argv[1])) + bytes(4096))
P
}

# one NAME REGEX... - show finds the dump, and says all that.
one()
{
	name=$1
	shift
	exits 0 kdumpctl show "$name" || return 1
	for regex; do
		says "$regex" || return 1
	done
}

root_new
echo "path /var/crash" | config
rmdir "$root/var/crash"
ok "list succeeds without the directory of dumps" exits 0 kdumpctl list
ok "list says that there are no dumps without the directory" says "no dumps"
: >"$root/var/crash"
ok "list fails when a file is in the directory's place" exits 1 kdumpctl list
ok "list names the file in the directory's place" says "list: .*open /var/crash: Not a directory"
ok "show fails when a file is in the directory's place" exits 1 kdumpctl show
ok "show names the file in the directory's place" says "show: .*open /var/crash: Not a directory"
ok "list --json fails when a file is in the directory's place" exits 1 kdumpctl list --json
ok "list --json prints an array when it fails" sh -c "sed /^kdump:/d $work/words | python3 -m json.tool"
rm "$root/var/crash"

header 0 | put /var/crash/127.0.0.1-2021-01-01-10:00:00/vmcore
header 8 | put /var/crash/127.0.0.1-2021-02-01-10:00:00/vmcore
: | put /var/crash/127.0.0.1-2021-03-01-10:00:00/vmcore
echo '[    1.0] all is well' | put /var/crash/127.0.0.1-2021-04-01-10:00:00/vmcore-dmesg.txt
printf '\177ELF' | put /var/crash/127.0.0.1-2021-05-01-10:00:00/vmcore-incomplete
echo '{ "errors": [ "write: No space left on device", "second" ] }' |
	put /var/crash/127.0.0.1-2021-05-01-10:00:00/kdump-status.json
header 0 | put /var/crash/127.0.0.1-2021-06-01-10:00:00/vmcore
echo '{ "errors": [ "of an earlier try" ] ' | put /var/crash/127.0.0.1-2021-06-01-10:00:00/kdump-status.json
printf '\177ELF' | put /var/crash/kdump-test-1700000000000/vmcore
{ echo '[ 1.0] Kernel panic - not syncing: \033[2J\033]0;title\007'; head -c 100000 /dev/urandom; } |
	put /var/crash/127.0.0.1-2021-07-01-10:00:00/vmcore-dmesg.txt
printf '\177ELF' | put /var/crash/2021-08-01-10-00/vmcore
truncate -s 20G "$root/var/crash/2021-08-01-10-00/vmcore"
printf '\177ELF' | put /var/crash/a/vmcore.flat
# Of kdump-tools, before the upgrade.
printf 'makedumpfile' | put /var/crash/202108311200/dump.202108311200
echo '[ 1.0] Kernel panic - not syncing: of Debian' | put /var/crash/202108311200/dmesg.202108311200
for month in 01 02 03 04 07; do
	echo '{ "version": 1, "errors": [ ] }' | put "/var/crash/127.0.0.1-2021-$month-01-10:00:00/kdump-status.json"
done
# Nothing of ours: another program's files, links to who knows where, pipes that nobody writes.
: | put /var/crash/pictures/holiday.jpg
: | put /var/crash/kexec_cmd
ln -s /etc "$root/var/crash/link"
mkdir "$root/var/crash/127.0.0.1-2021-09-01-10:00:00"
ln -s /etc/passwd "$root/var/crash/127.0.0.1-2021-09-01-10:00:00/vmcore"
mkfifo "$root/var/crash/127.0.0.1-2021-09-01-10:00:00/vmcore-dmesg.txt"

ok "list succeeds with dumps of many kinds" exits 0 kdumpctl list
ok "list shows every directory that has a dump" test "$(grep -c '^ *[0-9]' "$work/words")" = 11
ok "list shows no other file or directory" silent_on "pictures|kexec_cmd|link|root:"
ok "list prints no control character of a log" sh -c "! LC_ALL=C grep -q '[[:cntrl:]]' $work/words"
ok "list --json succeeds with dumps of many kinds" exits 0 kdumpctl list --json
ok "list --json has every dump" json 10 name
ok "show describes a complete dump" one 127.0.0.1-2021-01-01-10:00:00 "^State +complete$" "^Kernel +6.12.9-test" "^Crashed +2023-11-1[45]"
ok "show calls a dump with the mark of an incomplete one so" one 127.0.0.1-2021-02-01-10:00:00 "^State +incomplete$"
ok "show describes an empty core file" one 127.0.0.1-2021-03-01-10:00:00 "^State +nothing$" "^Core +vmcore, 0 B" "^Kernel +\?"
ok "show describes a log without a panic" one 127.0.0.1-2021-04-01-10:00:00 "^State +log only$" "^Core +none" "no panic found"
ok "show prints the errors of the capture" one 127.0.0.1-2021-05-01-10:00:00 "^State +incomplete: write: No space left on device; second$"
ok "show says that the status file is damaged" one 127.0.0.1-2021-06-01-10:00:00 "^State +complete, with errors: kdump-status.json is damaged"
ok "show describes a damaged log" one 127.0.0.1-2021-07-01-10:00:00 "^State +log only$"
ok "show prints the size and date of another program's dump" one 2021-08-01-10-00 "^Core +vmcore, 20\.0 GiB" "^Crashed +2021-08-01 10:00:00"
ok "show describes a stream without a status file" one a "^Core +vmcore.flat" "^State +complete, with errors: kdump-status.json is missing"
ok "show describes a dump of kdump-tools" one 202108311200 "^Core +dump.202108311200" "^Crashed +2021-08-31 12:00:00" "of Debian" "^State +complete$"
ok "show says that kdumpctl test made a dump" one kdump-test-1700000000000 "^Made by +kdumpctl test"
for name in link pictures 0 12 "" ../crash 127.0.0.1-2021-09-01-10:00:00; do
	ok "show refuses '$name', which is not a dump" exits 1 kdumpctl show "$name"
	ok "show says that there is no dump '$name'" says "no such dump: $name; see"
	ok "show --json refuses '$name', which is not a dump" exits 1 kdumpctl show --json "$name"
done
ok "show fails for a negative number" exits 1 kdumpctl show -1
ok "show takes a negative number for an option" says "'-1' is not an option"

# Two targets: numbers go through, the last is the last of all.
rm -r "$root/var/crash"
program ssh <<'E'
for command; do :; done
case $* in *first@*) cd "$root/first" ;; *) cd "$root/second" ;; esac || { echo "Connection refused" >&2; exit 255; }
exec sh -c "$command"
E
printf 'ssh first@server\npath crash\nsshkey /key\nfallback_target ssh second@server\n' | config
printf '\177ELF' | put /first/crash/h-2022-01-01-10:00:00/vmcore
printf '\177ELF' | put /first/crash/h-2022-03-01-10:00:00/vmcore
printf '\177ELF' | put /second/crash/h-2022-02-01-10:00:00/vmcore
printf '\177ELF' | put /second/crash/h-2022-04-01-10:00:00/vmcore
ok "list succeeds with two targets" exits 0 kdumpctl list
ok "list has a heading for the second target" says "^ssh second@server, crash$"
ok "list numbers dumps across the targets" says "^  3  2022-04-01"
ok "show finds a dump of the second target by number" one 3 "^Dump +second@server:crash/h-2022-04-01"
ok "show finds an older dump of the first target by number" one 2 "^Dump +first@server:crash/h-2022-01-01"
ok "show finds an older dump of the second target by number" one 4 "^Dump +second@server:crash/h-2022-02-01"
ok "show fails for a number past the last dump" exits 1 kdumpctl show 5
ok "show last finds the newest dump of all targets" one last "^Dump +second@server:crash/h-2022-04-01"
ok "show succeeds without an argument" exits 0 kdumpctl show
ok "show without an argument describes the newest dump" says "h-2022-04-01"
ok "show --json succeeds with two targets" exits 0 kdumpctl --json show 2
ok "show --json names the server and directory" json_is '"first@server:crash/h-2022-01-01-10:00:00"' directory
mv "$root/second" "$root/away"
ok "list fails when one server is away" exits 1 kdumpctl list
ok "list names the server that is away" says "list: .*second@server"
ok "list shows the dumps of the server that answers" says "2022-03-01"
ok "show finds a dump on the server that answers" one 1 "^Dump +first@server:crash/h-2022-03-01"
finish
