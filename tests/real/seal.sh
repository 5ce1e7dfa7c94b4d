#!/bin/sh
# seal.sh - sealed dumps: age opens ours and we open its, and a damaged one gives nothing
. "$(dirname "$0")/lib.sh"

age-keygen -o "$work/key" 2>/dev/null && recipient=$(age-keygen -y "$work/key") || exit 1
age-keygen -o "$work/other" 2>/dev/null || exit 1
ssh-keygen -q -t ed25519 -N '' -f "$work/ssh" || exit 1
seal="--encrypt-to $recipient --encrypt-to $work/ssh.pub"

age_opens() {
	rm -f "$work"/opened*
	age -d -i "$1" "$work/sealed" >"$work/stream" &&
		"$collect" -q -R "$work/opened" <"$work/stream" && cmp "$work/direct" "$work/opened"
}

we_open() {
	rm -f "$work"/opened*
	"$collect" -q --decrypt -i "$1" "$2" "$work/opened" && cmp "$work/direct" "$work/opened"
}

# refused FILE KEY PATTERN - an error with these words, and nothing stays
refused() {
	rm -f "$work"/opened*
	exits 1 "$collect" --decrypt --identity "$2" "$1" "$work/opened" && says "$3" || return 1
	[ -z "$(ls "$work"/opened* 2>/dev/null)" ] || { ls "$work"/opened*; return 1; }
}

# salvaged VMCORE - the pages that are there are right, and the name says that it is not whole
salvaged() {
	rm -f "$work"/opened*
	exits 3 "$collect" --decrypt --salvage -i "$work/key" "$work/mutant" "$work/opened" &&
		[ ! -e "$work/opened" ] && "$dumpcmp" present "$1" "$work/opened-incomplete"
}

flip() {
	cp "$work/sealed" "$work/mutant" && size=$(stat -c %s "$work/sealed") &&
		python3 -c 'import sys
f = open(sys.argv[1], "r+b"); at = int(sys.argv[2]); f.seek(at); b = f.read(1)[0]
f.seek(at); f.write(bytes([b ^ 1]))' "$work/mutant" "$1"
}

full_disk() {
	mkdir -p "$work/small" && mount -t tmpfs -o size=4m tmpfs "$work/small" || return 1
	"$collect" -q -l -d 31 $seal "$1/vmcore" "$work/small/sealed" 2>"$work/words"
	got=$?
	mv "$work/small/sealed-incomplete" "$work/mutant" || got=none
	umount "$work/small"
	[ "$got" = 3 ] || [ "$got" = 1 ] || { echo "exit $got"; return 1; }
}

killed() {
	rm -f "$work"/mutant*
	"$collect" -q -z -d 1 $seal "$1/vmcore" "$work/mutant" 2>/dev/null &
	pid=$!
	for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ "$(stat -c %s "$work/mutant-incomplete" 2>/dev/null || echo 0)" -gt 2000000 ] && break
		sleep 0.05
	done
	kill -9 $pid
	wait $pid 2>/dev/null
	mv "$work/mutant-incomplete" "$work/mutant"
}

# The secret of the vmcore's own log is in no file that is sealed.
nothing_in_clear() {
	! grep -qa -e 'Linux version' -e 'OSRELEASE' -e 'makedumpfile' -e 'KDUMP' "$work/sealed"
}

for dir in $VMCORES; do
	v=$(version "$dir")
	rm -f "$work"/direct "$work"/sealed "$work"/a.age
	"$collect" -q -l -d 31 "$dir/vmcore" "$work/direct" || exit 1
	ok "$v: sealed" "$collect" -q -l -d 31 $seal "$dir/vmcore" "$work/sealed"
	ok "$v: nothing of it is readable" nothing_in_clear
	ok "$v: age opens it" age_opens "$work/key"
	ok "$v: age opens it with an ssh key" age_opens "$work/ssh"
	ok "$v: we open it" we_open "$work/key" "$work/sealed"
	ok "$v: we open it with an ssh key" we_open "$work/ssh" "$work/sealed"
	age -r "$recipient" -R "$work/ssh.pub" -o "$work/a.age" "$work/direct" || exit 1
	ok "$v: we open what age wrote" we_open "$work/key" "$work/a.age"
	ok "$v: we open what age wrote for an ssh key" we_open "$work/ssh" "$work/a.age"

	ok "$v: another key opens nothing" refused "$work/sealed" "$work/other" 'another key'
	size=$(stat -c %s "$work/sealed")
	for at in 0 30 100 200 $((size / 2)) $((size - 1)); do
		flip $at
		ok "$v: a bit flipped at $at" refused "$work/mutant" "$work/key" 'sealed file\|another key'
	done
	head -c $((size * 8 / 10)) "$work/sealed" >"$work/mutant"
	ok "$v: cut at 80 %" refused "$work/mutant" "$work/key" 'is cut'
	ok "$v: --salvage keeps what was whole" salvaged "$dir/vmcore"

	ok "$v: a stream on standard output" sh -c '"$1" -q -F -l -d 31 $2 "$3" >"$4"' - "$collect" \
		"$seal" "$dir/vmcore" "$work/sealed"
	ok "$v: it opens" we_open "$work/key" "$work/sealed"
	ok "$v: the log" "$collect" -q -f --dump-dmesg $seal "$dir/vmcore" "$work/sealed"
	ok "$v: it is not readable" nothing_in_clear
	"$collect" -q -f --dump-dmesg "$dir/vmcore" "$work/direct" || exit 1
	ok "$v: it opens" we_open "$work/ssh" "$work/sealed"
	ok "$v: any file" sh -c '"$1" -q -f --encrypt $2 - "$4" <"$3"' - "$collect" "$seal" \
		"$work/direct" "$work/sealed"
	ok "$v: it opens" we_open "$work/key" "$work/sealed"

	ok "$v: the disk is full" full_disk "$dir"
	ok "$v: what was written opens" salvaged "$dir/vmcore"
	killed "$dir"
	ok "$v: killed, what was written opens" salvaged "$dir/vmcore"
done
finish
