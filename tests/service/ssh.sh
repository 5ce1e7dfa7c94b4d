#!/bin/sh
# ssh.sh - an ssh target: propagate, list, show, test; what ssh complains of and the way out
. "$(dirname "$0")/lib.sh"

root_new
mkdir -p "$root/home" "$root/server"
# Stands for the client and the server: runs the command here, or complains as told.
program ssh <<'E'
printf '%s\n' "$*" >>"$root/ssh-calls"
if [ -s "$root/ssh-complaint" ]; then
	cat "$root/ssh-complaint" >&2
	exit 255
fi
for command; do :; done
cd "$root/home" && HOME=$root/home exec sh -c "$command"
E
cat >"$root/etc/kdump.conf" <<E
ssh kdump@server.example
path $root/server/crash
sshkey $root/key
force_no_rebuild 1
E
ok "propagate" exits 0 kdumpctl propagate
ok "makes a key" test -s "$root/key" -a -s "$root/key.pub"
ok "of the right kind" grep -q "^ssh-ed25519 " "$root/key.pub"
ok "for its owner alone" test "$(stat -c %a "$root/key")" = 600
ok "it is on the server" cmp "$root/key.pub" "$root/home/.ssh/authorized_keys"
ok "the directory too" test "$(stat -c %a "$root/server/crash")" = 700
ok "host keys are asked about only here" grep -q "StrictHostKeyChecking=ask" "$root/ssh-calls"
ok "propagate again" exits 0 kdumpctl propagate
ok "does not add the key twice" test "$(wc -l <"$root/home/.ssh/authorized_keys")" = 1
ok "nor make another" says "using the key"

dump=127.0.0.1-2024-05-06-07:08:09
printf '\177ELF' | put "/server/crash/$dump/vmcore"
echo "[  1.0] Kernel panic - not syncing: by hand" | put "/server/crash/$dump/vmcore-dmesg.txt"
: >"$root/ssh-calls"
ok "list" exits 0 kdumpctl list
ok "has the dump" says "2024-05-06 07:08:09  complete .*by hand"
ok "asks the server once" test "$(wc -l <"$root/ssh-calls")" = 1
ok "never for a password" grep -q "BatchMode=yes.*StrictHostKeyChecking=yes" "$root/ssh-calls"
ok "show" exits 0 kdumpctl show last
ok "says where" says "kdump@server.example:$root/server/crash/$dump"
kdumpctl test >"$work/words" 2>&1
ok "test writes there" says "ok      target: .*logged in, a file was written and removed"
ok "and leaves nothing" test "$(ls -A "$root/server/crash")" = "$dump"

complains()
{
	echo "$1" >"$root/ssh-complaint"
	ok "complaint: $1" exits 1 kdumpctl list
	ok "the way out: $2" says "$2"
	: >"$root/ssh-complaint"
}
complains "Permission denied (publickey)." "kdumpctl propagate"
complains "Host key verification failed." "kdumpctl propagate"
complains "REMOTE HOST IDENTIFICATION HAS CHANGED!" "ssh-keygen -R"
complains "ssh: connect to host x port 22: Connection refused" "no ssh server listens"
complains "ssh: Could not resolve hostname x: Name or service not known" "check DNS"
finish
