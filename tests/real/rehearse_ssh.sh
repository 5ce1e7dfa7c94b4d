#!/bin/sh
# rehearse_ssh.sh - encrypt_to and an ssh server: the server has nothing in clear, and what it has opens
# In a network and a mount namespace of its own, where /etc and /run are copies.
if [ -z "${KDUMP_TEST_APART-}" ]; then
	export KDUMP_TEST_APART=1
	exec unshare -m -n sh "$0" "$@"
fi
. "$(dirname "$0")/lib.sh"
. "$real/rehearse/lib.sh"

secret='sysrq: Trigger a crash'
age-keygen -o "$work/key" 2>/dev/null && key=$(age-keygen -y "$work/key") || exit 1
dumps=$work/dumps
mkdir -p "$dumps" "$work/etc" "$work/server"

# The server, and what the image would have for the client.
ip link set lo up
cp -a /etc/. "$work/etc/"
mount --bind "$work/etc" /etc && mount -t tmpfs -o mode=755 tmpfs /run && mkdir -p /run/sshd /etc/kdump/ssh ||
	{ echo "Bail out! no mounts of our own"; exit 1; }
ssh-keygen -q -t ed25519 -N '' -C '' -f "$work/server/host"
ssh-keygen -q -t ed25519 -N '' -C '' -f /etc/kdump/ssh/id
cat >"$work/server/config" <<C
ListenAddress 127.0.0.1:22
HostKey $work/server/host
AuthorizedKeysFile /etc/kdump/ssh/id.pub
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
PidFile $work/server/pid
C
echo "server.test $(cat "$work/server/host.pub")" >/etc/kdump/ssh/known_hosts
cat >/etc/kdump/ssh/config <<'C'
Host target-0
	HostName 127.0.0.1
	HostKeyAlias server.test
	User root
	ControlPath /run/kdump-ssh-0
Host *
	IdentityFile /etc/kdump/ssh/id
	IdentitiesOnly yes
	IdentityAgent none
	UserKnownHostsFile /etc/kdump/ssh/known_hosts
	GlobalKnownHostsFile none
	StrictHostKeyChecking yes
	BatchMode yes
	ControlMaster auto
	ControlPersist yes
	EscapeChar none
C
/usr/sbin/sshd -f "$work/server/config" || { echo "Bail out! no sshd"; exit 1; }

gone() {
	ssh -F /etc/kdump/ssh/config -O exit target-0 2>/dev/null
	kill "$(cat "$work/server/pid")"
	umount /etc
	leave
}
trap gone EXIT

# to_server [LINE...] - a plan for the server; each line goes to kdump.conf.
to_server() {
	rm -rf "$hooks" "${dumps:?}"/*
	mkdir -p "$hooks"
	printf 'kdump-plan 1\nkernel none\nhostname rehearsal\ntarget ssh\n\tsource root@server.test\n\tpath %s\n\taddress 127.0.0.1\n' \
		"$dumps" >"$hooks/plan"
	{ echo "ssh root@server.test" && echo "path $dumps" && printf '%s\n' "$@"; } >"$root/etc/kdump.conf"
	echo quiet >"$root/proc/cmdline"
}

only_sealed() {
	[ -z "$(ls "$dumps"/* | grep -v -e '\.age$' -e '^kdump-status.json$' -e '^kdump-manifest.json$')" ] ||
		{ ls -l "$dumps"/*; return 1; }
}

to_server "core_collector makedumpfile -F -d 31"
ok "a dump in clear comes to the server" exits 0 rehearse
ok "the search finds the log on the server" grep -rqa "$secret" "$dumps"
ok "the search finds the log in the core on the server" grep -qa "$secret" "$dumps"/*/vmcore.flat

to_server "core_collector makedumpfile -F -d 31" "encrypt_to $key"
sed -i "4i seal_to $key" "$hooks/plan"
ok "an encrypted dump comes to the server" exits 0 rehearse
ok "nothing in clear is on the server" sh -c '! grep -rqa -e "$1" "$2" "$3"' - "$secret" "$dumps" "$work/words"
ok "the server has no file in clear" only_sealed
ok "all files on the server are those of the manifest" "$collect" --verify "$dumps"/127.0.0.1-*
ok "age opens what is on the server" sh -c 'age -d -i "$1" "$2"/*/vmcore.age | "$3" -q -R "$4"' - "$work/key" \
	"$dumps" "$collect" "$work/by-age"
ok "--decrypt opens what is on the server" "$collect" -q --decrypt -i "$work/key" "$dumps"/*/vmcore.age "$work/core"
ok "both give the same bytes" cmp "$work/by-age" "$work/core"
ok "every page of the opened dump is right" "$dumpcmp" bytes "$vmcore" "$work/core"
ok "the log on the server opens" sh -c 'age -d -i "$1" "$2"/*/vmcore-dmesg.txt.age | grep -q "$3"' - "$work/key" "$dumps" "$secret"
finish
