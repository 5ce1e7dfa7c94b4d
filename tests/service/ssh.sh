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
config=$(expr "$*" : '.* -F \([^ ]*\)') && cat "$config" >"$root/ssh-config"
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
ok "propagate succeeds with a new server" exits 0 kdumpctl propagate
ok "propagate says how the key comes into the image" says "kdumpctl restart"
ok "propagate creates a pair of keys" test -s "$root/keys/key" -a -s "$root/keys/key.pub"
ok "propagate creates an ed25519 key" grep -q "^ssh-ed25519 " "$root/keys/key.pub"
ok "propagate creates the key for its owner alone" test "$(stat -c %a "$root/keys" "$root/keys/key" | tr '\n' ' ')" = "700 600 "
ok "propagate copies the key to the server" cmp "$root/keys/key.pub" "$root/home/.ssh/authorized_keys"
ok "propagate creates the directory of dumps for its owner alone" test "$(stat -c %a "$root/server/crash")" = 700
ok "propagate asks once about the server's host key" test "$(asked)" = 1
ok "propagate succeeds a second time" exits 0 kdumpctl propagate
ok "a second propagate has nothing to do" says "nothing to do: .*logged in"
ok "a second propagate does not ask about the host key" test "$(asked)" = 1
ok "a second propagate uses the key that is there" says "using the key"
ok "logins of propagate's tests use this key alone" test "$(grep BatchMode=yes "$root/ssh-calls" |
	grep -vc -- "-i $root/keys/key -oIdentitiesOnly=yes -oIdentityAgent=none")" = 0
ok "logins of propagate's tests have a configuration of their own" test "$(grep BatchMode=yes "$root/ssh-calls" |
	grep -vc -- " -F /proc/")" = 0
ok "a person who is asked has root's configuration" test "$(grep HostKeyChecking=ask "$root/ssh-calls" | grep -c -- " -F ")" = 0
# Of root's configuration only what the image has of it: another key that works would hide ours.
printf 'identityfile ~/.ssh/backup\nciphers aes256-ctr\nuserknownhostsfile /known\n' >"$root/ssh-has"
ok "propagate succeeds with a configuration of root's" exits 0 kdumpctl propagate
ok "logins have the server, its host keys and its algorithms" test "$(tr -d '\t' <"$root/ssh-config" | tr '\n' ' ')" = \
	"Host * HostName server.example User kdump Port 22 GlobalKnownHostsFile none UserKnownHostsFile /known ciphers aes256-ctr "
rm "$root/ssh-has"
rm "$root/ssh-pinned"
: >"$root/ssh-calls"
ok "propagate succeeds when the host key was forgotten" exits 0 kdumpctl propagate
ok "propagate asks about the forgotten host key" test "$(asked)" = 1
ok "propagate does not copy a key that is there" silent_on "copying"

printf 'ssh-rsa AAAA the-last-line-has-no-end' >"$root/home/.ssh/authorized_keys"
rm "$root/keys/key.pub"
ok "propagate succeeds when the public half is lost" exits 0 kdumpctl propagate
ok "propagate makes the public half again" grep -q "^ssh-ed25519 " "$root/keys/key.pub"
ok "propagate writes the key on a line of its own" grep -qxFf "$root/keys/key.pub" "$root/home/.ssh/authorized_keys"
ok "propagate leaves the keys of others as they were" grep -qx "ssh-rsa AAAA the-last-line-has-no-end" \
	"$root/home/.ssh/authorized_keys"

# A person at a terminal, who is asked for a password there.
: >"$root/ssh-asks"
rm "$root/home/.ssh/authorized_keys"
person()
{
	{ sleep 2; echo "$1"; sleep 1; } | PATH=$PATH timeout 60 script -qec \
		"$build/kdumpctl --root $root --capture $build/kdump-capture propagate" /dev/null
}
ok "propagate succeeds with the right password" person secret
ok "propagate copies the key after the password" cmp "$root/keys/key.pub" "$root/home/.ssh/authorized_keys"
rm "$root/home/.ssh/authorized_keys"
exits 1 person wrong >/dev/null
ok "propagate says that the key was not copied after a wrong password" says "the key was not copied; the reason is in ssh.s output above"
ok "propagate fails without a terminal" exits 1 setsid -w "$build/kdumpctl" --root "$root" propagate
ok "propagate says what to do without a terminal" says "authorized_keys of kdump@server.example by other means"
rm "$root/ssh-asks"
ok "propagate succeeds without a password" exits 0 kdumpctl propagate

dump=127.0.0.1-2024-05-06-07:08:09
printf '\177ELF' | put "/server/crash/$dump/vmcore"
echo "[  1.0] Kernel panic - not syncing: by hand" | put "/server/crash/$dump/vmcore-dmesg.txt"
: >"$root/ssh-calls"
ok "list reads dumps from the server" exits 0 kdumpctl list
ok "list shows the dump on the server with its panic" says "2024-05-06 07:08:09  complete .*by hand"
ok "list connects to the server once" test "$(wc -l <"$root/ssh-calls")" = 1
ok "list never asks for a password" grep -q "StrictHostKeyChecking=yes.*BatchMode=yes" "$root/ssh-calls"
ok "show reads a dump from the server" exits 0 kdumpctl show last
ok "show names the server and the directory" says "kdump@server.example:$root/server/crash/$dump"
ok "show names no report when there is none" silent_on "^Report"
printf 'Reason       on the server\n' | put "/server/crash/$dump/vmcore-report.txt"
ok "show reads the report from the server" exits 0 kdumpctl show last
ok "show names the file of the report" says "^Report +vmcore-report.txt$"
ok "show prints the report from the server" says "^Reason +on the server$"
kdumpctl test >"$work/words" 2>&1
ok "test writes a file on the server" says "ok      target: .*logged in, a file was written and removed"
ok "test leaves no file on the server" test "$(ls -A "$root/server/crash")" = "$dump"

sed -i "s,^path .*,path $root/server/it's \$(here)," "$root/etc/kdump.conf"
kdumpctl test >"$work/words" 2>&1
ok "test accepts a path with characters of the shell" says "ok      target: .*it's \\$\(here\): logged in.*removed, [0-9]+ MB free"
ok "test takes such a path literally" test -d "$root/server/it's \$(here)"
sed -i "s,^path .*,path $root/server/crash," "$root/etc/kdump.conf"

complains()
{
	echo "$1" >"$root/ssh-complaint"
	ok "list fails with ssh's complaint: $(echo "$1" | tail -n 1)" exits 1 kdumpctl list
	ok "list gives the remedy: $2" says "$2"
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
ok "propagate fails when the server is away" exits 1 kdumpctl propagate
ok "propagate says that the server cannot be reached" says "cannot be reached"
printf 'REMOTE HOST IDENTIFICATION HAS CHANGED!\nHost key verification failed.\n' >"$root/ssh-complaint"
ok "propagate fails when the host key has changed" exits 1 kdumpctl propagate
ok "propagate gives the command that forgets the old host key" says "ssh-keygen -R"
ok "propagate sends nothing to a server with another host key" test "$(asked)" = 0
finish
