#!/bin/bash
# propagate.sh - from a server that knows nobody to a dump on it: kdumpctl propagate, used well and badly
. "$(dirname "$0")/lib.sh"

# A server as it is after its installation: an account with a password, and no key of ours.
sshd_config()
{
	cat <<-E
		Port 22
		HostKey $servers_dir/ssh/host
		UsePAM no
		PasswordAuthentication yes
		KbdInteractiveAuthentication no
		PidFile $servers_dir/run/sshd.pid
	E
}

# account PASSWORD - the user kdump of the server; only the servers see it.
account()
{
	local home=$servers_dir/srv/kdump etc=$servers_dir/etc
	mkdir -p "$home" "$etc"
	chown 2601:2601 "$home"
	chmod 750 "$home"
	{ cat /etc/passwd; echo "kdump:x:2601:2601::/srv/kdump:/bin/sh"; } >"$etc/passwd"
	{ cat /etc/shadow; perl -e 'printf "kdump:%s:20000::::::\n", crypt(shift, q($6$kdump$))' "$1"; } >"$etc/shadow"
	chmod 600 "$etc/shadow"
	servers_in mount --bind "$servers_dir/srv" /srv
	servers_in mount --bind "$etc/passwd" /etc/passwd
	servers_in mount --bind "$etc/shadow" /etc/shadow
}

# What happens at the server's side meanwhile.
server_away()
{
	servers_kill ssh
}

cable_out()
{
	servers_ssh && servers_link down
}

server_installed_anew()
{
	servers_link up
	servers_kill ssh
	rm "$servers_dir/ssh/host" "$servers_dir/ssh/host.pub"
	servers_ssh
}

administrator_known()
{
	cp "$machine/admin.pub" "$servers_dir/srv/kdump/.ssh/authorized_keys"
}

service_networked trixie 6.12
servers_ssh
account "secret word"
ssh-keygen -q -t ed25519 -N '' -C administrator -f "$machine/admin"
machine_put "$machine/admin" /kdt/admin 600
steps <<'E'
conf()
{
	printf 'ssh kdump@10.11.0.1\npath /srv/kdump/crash\n' >/etc/kdump.conf
}

# person [QUESTION ANSWER]... - at a terminal, who answers what ssh asks; its words go to /tmp/words.
person()
{
	local -A asked=()
	local rc=0 i
	rm -f /tmp/keys && mkfifo /tmp/keys && : >/tmp/tty
	script -qefc "kdumpctl propagate" /tmp/tty <>/tmp/keys >/dev/null 2>&1 &
	while [ $# -gt 0 ]; do
		asked[$1]=$((${asked[$1]-0} + 1))
		for i in $(seq 300); do
			[ "$(grep -c -- "$1" /tmp/tty)" -lt "${asked[$1]}" ] || break
			sleep 0.2
		done
		printf '%s\n' "$2" >/tmp/keys
		shift 2
	done
	wait $! || rc=$?
	tr -d '\r' </tmp/tty >/tmp/words
	cat /tmp/words
	return "$rc"
}

fails()
{
	! "$@"
}

step_1()
{
	dpkg -i /kdt/kdump.deb
	check "not ssh: there is nothing to propagate" exits 1 kdumpctl propagate
	check "not ssh: in words" words 'no ssh target'
	conf
	check "before: start is refused" exits 1 kdumpctl start
	check "before: with the remedy" words 'kdumpctl propagate'
	check "no terminal: it fails" exits 1 kdumpctl propagate
	check "no terminal: with another way" words 'ssh needs a terminal.*by other means'
	check "no to the host key: it fails" fails person "continue connecting" no
	check "no to the host key: it is told" words 'host key was not accepted'
	check "a wrong password: it fails" fails person "continue connecting" yes \
		"password:" wrong "password:" wrong "password:" wrong
	check "a wrong password: it is told" words 'the key was not copied'
	check "first contact: propagate" person "password:" "secret word"
	check "first contact: a file was written" words 'logged in, a file was written and removed'
	check "the key is of ed25519" sh -c 'ssh-keygen -lf /root/.ssh/kdump_id_rsa | grep ED25519'
	check "it is for root alone" test "$(stat -c %a /root/.ssh/kdump_id_rsa)" = 600
	check "the host key is pinned" ssh-keygen -F 10.11.0.1
	check "again: propagate" exits 0 kdumpctl propagate
	check "again: nothing to do" words 'nothing to do: ssh kdump@10.11.0.1'
	check "started" systemctl enable --now kdump
	check "status is 0" exits 0 kdumpctl status
	check "test is good" exits 0 kdumpctl test
	pause
	check "server away: propagate" exits 1 kdumpctl propagate
	check "server away: in words" words 'Connection refused: no ssh server'
	check "server away: test" exits 1 kdumpctl test
	check "server away: says which step" words 'FAILED  target: ssh kdump@10.11.0.1'
	pause
	check "cable out: propagate" exits 1 kdumpctl propagate
	check "cable out: in words" words 'cannot be reached; check the network'
	pause
	ip neigh flush all
	check "another host key: propagate" exits 1 kdumpctl propagate
	check "another host key: the way out" words 'has changed; .*ssh-keygen -R'
	check "another host key: nobody is asked" fails person
	check "another host key: test" exits 1 kdumpctl test
	check "the old key is removed" ssh-keygen -R 10.11.0.1
	check "the new one is pinned, and no password asked for" person "continue connecting" yes
	check "its pin comes into the image" exits 0 kdumpctl restart
	check "test is good again" exits 0 kdumpctl test
	crash
}

step_2()
{
	check "armed after the reboot" exits 0 kdumpctl status
	check "list shows the dump" exits 0 kdumpctl list
	check "complete" words 'complete .*sysrq'
	rm /root/.ssh/kdump_id_rsa*
	cp -p /kdt/admin /root/.ssh/id_ed25519
	pause
	check "an administrator's key: propagate without a terminal" exits 0 kdumpctl propagate
	check "an administrator's key: ours works" words 'accepts dumps with the key /root/.ssh/kdump_id_rsa'
	check "an administrator's key: test" exits 0 kdumpctl test
	done_all
}
E
machine_start 1200
at_each_pause server_away cable_out server_installed_anew administrator_known
service_results
ok "one dump" dump_dir "$servers_dir/srv/kdump/crash"
ok "files and modes" dump_has vmcore.flat vmcore-dmesg.txt kexec-dmesg.log kdump-status.json
"$build/kdump-collect" -R "$work/unflat" <"$dump/vmcore.flat" >/dev/null 2>&1
dump=$work
ok "crash opens it" dump_opens unflat
finish
