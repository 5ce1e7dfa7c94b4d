#!/bin/sh
# trusted-files.sh - what root runs or reads settings from must be root's, with the way to it
. "$(dirname "$0")/lib.sh"

root_new
mkdir -p "$root/opt/tools" "$root/usr/bin" "$root/root/.ssh" "$root/etc/kdump/post.d"
for file in /opt/tools/hook /opt/tools/bin /opt/tools/collector /etc/kdump/post.d/report; do
	printf '#!/bin/sh\n' | put "$file"
	chmod 755 "$root$file"
done
mkdir -p "$root/bin" && cp -L /bin/sh "$root/bin/sh"
ssh-keygen -q -t ed25519 -N '' -f "$root/opt/tools/key"
ln -s tools "$root/opt/link"
{
	echo "ssh kdump@server.example"
	echo "path /crash"
	echo "sshkey /opt/tools/key"
	echo "core_collector /opt/tools/collector"
	echo "kdump_post /opt/link/hook"
	echo "extra_bins /opt/tools/bin"
} | config
good="$work/good"
cp -a "$root" "$good"

ok "check-config accepts a configuration whose files are all root's" exits 0 kdumpctl check-config

# refused TEXT REGEX - by check-config and by start, in the same words; then all is good again.
refused()
{
	ok "check-config refuses $1" exits 1 kdumpctl check-config
	ok "check-config names the owner or mode of $1, and the remedy" says "$2"
	ok "start refuses $1" exits 1 kdumpctl start
	ok "start gives the same reason and remedy for $1" says "$2"
	rm -rf "$root"
	cp -a "$good" "$root"
}
other() { echo "$1 belongs to user 1234, not to root; run: chown root $1"; }
writable() { echo "other users may write to $1; run: chmod [go]*o?-w $1"; }

for file in /etc/kdump.conf /etc/sysconfig/kdump /opt/tools/hook /opt/tools/bin /opt/tools/collector \
	/opt/tools/key /etc/kdump/post.d/report; do
	chown 1234 "$root$file"
	refused "a user's $file" "$(other "$file")"
	chmod o+w "$root$file"
	refused "$file that all may write" "$(writable "$file")"
	chgrp 1234 "$root$file"
	chmod g+w "$root$file"
	refused "$file that a group may write" "other users may write to $file; run: chmod go-w $file"
done
for dir in /etc /opt /opt/tools /etc/kdump/post.d; do
	chmod o+w "$root$dir"
	refused "$dir that all may write" "$(writable "$dir")"
done
chown -h 1234 "$root/opt/link"
refused "a user's link on the way" "$(other /opt/link)"

chmod g+w "$root/etc/kdump.conf" "$root/opt/tools" "$root/opt/tools/hook"
ok "check-config accepts files that the group root may write" exits 0 kdumpctl check-config
mkdir -p "$root/var/crash"
chmod 3777 "$root/var/crash"
echo "path /var/crash" | config
ok "check-config accepts a dump directory that everybody may write" exits 0 kdumpctl check-config
finish
