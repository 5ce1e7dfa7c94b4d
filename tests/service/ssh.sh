#!/bin/sh
# ssh.sh - an ssh target: propagate, list, show, test; what ssh complains of and the way out
. "$(dirname "$0")/lib.sh"

root_new
mkdir -p "$root/home" "$root/server"
# Stands for the client and the server: runs the command here, or complains as told. The host key is
# unknown until somebody may be asked. Our key alone gets in where it is authorized; without it there
# is a question for a password on the terminal, if told so.
program ssh <<'E'
printf '%s\n' "$*" | head -n 1 >>"$root/ssh-calls"
if [ -s "$root/ssh-complaint" ]; then
	cat "$root/ssh-complaint" >&2
	exit 255
fi
case $* in
*HostKeyChecking=ask*) : >"$root/ssh-pinned" ;;
esac
[ -e "$root/ssh-pinned" ] || { echo "Host key verification failed." >&2; exit 255; }
case $* in
*IdentitiesOnly=yes*)
	grep -qxFf "$root/keys/key.pub" "$root/home/.ssh/authorized_keys" 2>/dev/null ||
		{ echo "kdump@server.example: Permission denied (publickey,password)." >&2; exit 255; }
	;;
*)
	[ ! -e "$root/ssh-asks" ] ||
		{ printf 'password: ' >/dev/tty && read -r answer </dev/tty && [ "$answer" = secret ]; } || exit 255
	;;
esac
for command; do :; done
cd "$root/home" && HOME=$root/home exec sh -c "$command"
E
cat >"$root/etc/kdump.conf" <<E
ssh kdump@server.example
path $root/server/crash
sshkey $root/keys/key
force_no_rebuild 1
E
asked()
{
	grep -c "StrictHostKeyChecking=ask" "$root/ssh-calls"
}
ok "propagate" exits 0 kdumpctl propagate
ok "says how it comes into the image" says "kdumpctl restart"
ok "makes a key" test -s "$root/keys/key" -a -s "$root/keys/key.pub"
ok "of the right kind" grep -q "^ssh-ed25519 " "$root/keys/key.pub"
ok "for its owner alone" test "$(stat -c %a "$root/keys" "$root/keys/key" | tr '\n' ' ')" = "700 600 "
ok "it is on the server" cmp "$root/keys/key.pub" "$root/home/.ssh/authorized_keys"
ok "the directory too" test "$(stat -c %a "$root/server/crash")" = 700
ok "the host key is asked about once" test "$(asked)" = 1
ok "propagate again" exits 0 kdumpctl propagate
ok "has nothing to do" says "nothing to do: .*logged in"
ok "and asks nobody" test "$(asked)" = 1
ok "nor makes another key" says "using the key"
ok "this key alone must do" test "$(grep BatchMode=yes "$root/ssh-calls" |
	grep -vc -- "-i $root/keys/key -oIdentitiesOnly=yes -oIdentityAgent=none")" = 0
rm "$root/ssh-pinned"
: >"$root/ssh-calls"
ok "a server whose key was forgotten" exits 0 kdumpctl propagate
ok "is asked about" test "$(asked)" = 1
ok "and the key is there already" silent_on "copying"

printf 'ssh-rsa AAAA the-last-line-has-no-end' >"$root/home/.ssh/authorized_keys"
rm "$root/keys/key.pub"
ok "among keys of others, half of it lost" exits 0 kdumpctl propagate
ok "the public half is made again" grep -q "^ssh-ed25519 " "$root/keys/key.pub"
ok "it is a line of its own" grep -qxFf "$root/keys/key.pub" "$root/home/.ssh/authorized_keys"
ok "the others are as they were" grep -qx "ssh-rsa AAAA the-last-line-has-no-end" \
	"$root/home/.ssh/authorized_keys"

# A person at a terminal, who is asked for a password there.
: >"$root/ssh-asks"
rm "$root/home/.ssh/authorized_keys"
person()
{
	{ sleep 2; echo "$1"; sleep 1; } | PATH=$PATH timeout 60 script -qec \
		"$build/kdumpctl --root $root --capture $build/kdump-capture propagate" /dev/null
}
ok "with the right password" person secret
ok "it is copied" cmp "$root/keys/key.pub" "$root/home/.ssh/authorized_keys"
rm "$root/home/.ssh/authorized_keys"
exits 1 person wrong >/dev/null
ok "with a wrong one it is told" says "the key was not copied; the reason is in ssh.s output above"
ok "nobody at a terminal" exits 1 setsid -w "$build/kdumpctl" --root "$root" propagate
ok "is told what to do instead" says "authorized_keys of kdump@server.example by other means"
rm "$root/ssh-asks"
ok "propagate" exits 0 kdumpctl propagate

dump=127.0.0.1-2024-05-06-07:08:09
printf '\177ELF' | put "/server/crash/$dump/vmcore"
echo "[  1.0] Kernel panic - not syncing: by hand" | put "/server/crash/$dump/vmcore-dmesg.txt"
: >"$root/ssh-calls"
ok "list" exits 0 kdumpctl list
ok "has the dump" says "2024-05-06 07:08:09  complete .*by hand"
ok "asks the server once" test "$(wc -l <"$root/ssh-calls")" = 1
ok "never for a password" grep -q "StrictHostKeyChecking=yes.*BatchMode=yes" "$root/ssh-calls"
ok "show" exits 0 kdumpctl show last
ok "says where" says "kdump@server.example:$root/server/crash/$dump"
ok "has no report" silent_on "^Report"
printf 'Reason       on the server\n' | put "/server/crash/$dump/vmcore-report.txt"
ok "show, where there is one" exits 0 kdumpctl show last
ok "names it" says "^Report +vmcore-report.txt$"
ok "and prints it" says "^Reason +on the server$"
kdumpctl test >"$work/words" 2>&1
ok "test writes there" says "ok      target: .*logged in, a file was written and removed"
ok "and leaves nothing" test "$(ls -A "$root/server/crash")" = "$dump"

sed -i "s,^path .*,path $root/server/it's \$(here)," "$root/etc/kdump.conf"
kdumpctl test >"$work/words" 2>&1
ok "a path with letters a shell knows" says "ok      target: .*it's \\$\(here\): logged in.*removed, [0-9]+ MB free"
ok "is taken as it is" test -d "$root/server/it's \$(here)"
sed -i "s,^path .*,path $root/server/crash," "$root/etc/kdump.conf"

complains()
{
	echo "$1" >"$root/ssh-complaint"
	ok "complaint: $(echo "$1" | tail -n 1)" exits 1 kdumpctl list
	ok "the way out: $2" says "$2"
	: >"$root/ssh-complaint"
}
complains "Permission denied (publickey)." "kdumpctl propagate"
complains "Host key verification failed." "verification failed: .*unknown here; run \"kdumpctl propagate"
complains "REMOTE HOST IDENTIFICATION HAS CHANGED!
Host key verification failed." "has changed; .*ssh-keygen -R"
complains "ssh: connect to host x port 22: Connection refused" "no ssh server is running"
complains "ssh: Could not resolve hostname x: Name or service not known" "check DNS"
complains "ssh: connect to host x port 22: No route to host" "No route to host: .*check the network"

# What no person can mend is not asked about.
: >"$root/ssh-calls"
echo "ssh: connect to host x port 22: No route to host" >"$root/ssh-complaint"
ok "propagate to a server that is away" exits 1 kdumpctl propagate
ok "says so" says "cannot be reached"
printf 'REMOTE HOST IDENTIFICATION HAS CHANGED!\nHost key verification failed.\n' >"$root/ssh-complaint"
ok "propagate to another host key" exits 1 kdumpctl propagate
ok "is told the way" says "ssh-keygen -R"
ok "and nothing is sent" test "$(asked)" = 0
finish
