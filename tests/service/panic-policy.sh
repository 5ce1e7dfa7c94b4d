#!/bin/sh
# panic-policy.sh - arming makes the machine panic on an oops; stopping puts back what was there
. "$(dirname "$0")/lib.sh"

oops=/proc/sys/kernel/panic_on_oops
panic=/proc/sys/kernel/panic

# values OOPS PANIC - what the kernel has now.
values()
{
	is "$oops" "$1" && is "$panic" "$2"
}

# fresh - a machine as installed: both are 0, nothing is loaded.
fresh()
{
	kdumpctl stop >/dev/null 2>&1
	rm -rf "$root"/*/sysctl.d "$root/usr/local" "$root/usr/lib/sysctl.d" "$root/etc/sysctl.conf"
	rm -rf "$root/run/kdump/panic.json"
	echo 0 | put "$oops"
	echo 0 | put "$panic"
	cp "$work/cmdline" "$root/proc/cmdline"
}

# left_alone WHO OOPS PANIC - started, status says who decides.
left_alone()
{
	ok "start: $1" exits 0 kdumpctl start
	ok "the values are $2 and $3" values "$2" "$3"
	ok "status" exits 0 kdumpctl status
	ok "says who decides" says "\(left to $1\)$"
}

# kexec_fails LOADED - from now on; LOADED: what is in memory after it.
kexec_fails()
{
	cp "$root/bin/kexec" "$root/kexec.good"
	program kexec <<-E
		echo $1 >"\$root/sys/kernel/kexec_crash_loaded"
		echo "kexec: Operation not permitted" >&2
		exit 1
	E
}

kexec_works()
{
	mv "$root/kexec.good" "$root/bin/kexec"
}

root_new
cp "$root/proc/cmdline" "$work/cmdline"
ok "the packaged sysctl.d file sets nothing" sh -c "! grep -vE '^(#|\$)' '$here/../systemd/units/60-kdump.conf'"
exits 3 kdumpctl status >/dev/null
ok "installed: off" says "panic_on_oops: 0$"
ok "start" exits 0 kdumpctl start
ok "sets both" values 1 10
ok "status" exits 0 kdumpctl status
ok "says by whom, and what was there" says "panic_on_oops: 1 \(set by kdump, was 0\)$"
ok "of the other, too" says "panic: 10 \(set by kdump, was 0\)$"
ok "as JSON" exits 0 kdumpctl status --json
ok "the value" json_is 1 panic_policy kernel.panic_on_oops value
ok "by whom" json_is '"kdump"' panic_policy kernel.panic_on_oops set_by
ok "what was there" json_is 0 panic_policy kernel.panic_on_oops was
ok "restart" exits 0 kdumpctl restart
ok "keeps them" values 1 10
ok "reload" exits 0 kdumpctl reload
ok "too, and what was there before" exits 0 kdumpctl stop
ok "which stop puts back" values 0 0
ok "nothing is remembered" test ! -e "$root/run/kdump/panic.json"
ok "stop again" exits 0 kdumpctl stop
ok "changes nothing" values 0 0

fresh
echo 1 | put "$oops"
echo 30 | put "$panic"
ok "what was on already" exits 0 kdumpctl start
ok "stays" values 1 30
exits 0 kdumpctl stop >/dev/null
ok "and is on after stop" values 1 30
fresh
echo -1 | put "$panic"
exits 0 kdumpctl start >/dev/null
ok "so does a reboot at once" values 1 -1

fresh
exits 0 kdumpctl start >/dev/null
echo 0 | put "$oops"
echo 60 | put "$panic"
ok "what somebody changed meanwhile" exits 0 kdumpctl reload
ok "a reload leaves" values 0 60
exits 0 kdumpctl stop >/dev/null
ok "and so does stop" values 0 60

fresh
kexec_fails 0
ok "a start that fails" exits 1 kdumpctl start
ok "says why" says "kexec: exit status 1: kexec: Operation not permitted"
ok "and sets nothing" values 0 0
kexec_works
exits 0 kdumpctl start >/dev/null
kexec_fails 0
ok "a reload that ends disarmed" exits 1 kdumpctl reload
ok "puts back" values 0 0
kexec_works

# The administrator's word.
for file in /etc/sysctl.d/50-mine.conf /run/sysctl.d/x.conf /usr/local/lib/sysctl.d/x.conf \
	/usr/lib/sysctl.d/10-vendor.conf /etc/sysctl.conf; do
	fresh
	printf '# mine\nkernel.panic_on_oops = 0\n' | put "$file"
	left_alone "$file" 0 10
done
for line in kernel/panic=0 '  -kernel.panic = 5' 'kernel.pani*c=0' -kernel.panic; do
	fresh
	echo "$line" | put /etc/sysctl.d/1.conf
	left_alone /etc/sysctl.d/1.conf 1 0
done
for line in '#kernel.panic = 0' '; kernel.panic = 0' kernel.panic 'kernel.panic_print = 1' \
	'net/kernel.panic = 0'; do
	fresh
	echo "$line" | put /etc/sysctl.d/1.conf
	ok "a file with '$line'" exits 0 kdumpctl start
	ok "says nothing about them" values 1 10
done
fresh
echo 'kernel.panic_on_oops = 0' | put /usr/lib/sysctl.d/50-both.conf
: | put /etc/sysctl.d/50-both.conf
ok "an empty file in /etc" exits 0 kdumpctl start
ok "hides that of the same name" values 1 10
fresh
echo 'kernel.panic_on_oops = 0' | put /usr/lib/sysctl.d/50-both.conf
mkdir -p "$root/etc/sysctl.d"
ln -s /dev/null "$root/etc/sysctl.d/50-both.conf"
ok "so does a link to /dev/null" exits 0 kdumpctl start
ok "as systemd reads it" values 1 10
fresh
echo 'kernel.panic = 1' | put /etc/sysctl.d/20-a.conf
echo 'kernel.panic = 2' | put /usr/lib/sysctl.d/90-z.conf
left_alone /usr/lib/sysctl.d/90-z.conf 1 0
for word in panic=0 sysctl.kernel.panic=0; do
	fresh
	echo "$word crashkernel=128M" | put /proc/cmdline
	left_alone "the kernel's command line" 1 0
done
fresh
echo "oops=panic crashkernel=128M" | put /proc/cmdline
left_alone "the kernel's command line" 0 10
fresh
echo "crashkernel=128M -- panic=0" | put /proc/cmdline
exits 0 kdumpctl start >/dev/null
ok "what follows -- is not the kernel's" values 1 10

# A word that came after arming holds at stop, too.
fresh
exits 0 kdumpctl start >/dev/null
echo 'kernel.panic_on_oops = 1' | put /etc/sysctl.d/50-mine.conf
exits 0 kdumpctl stop >/dev/null
ok "a file that came later" values 1 0

fresh
rm "$root/proc/sys/kernel/panic_on_oops"
ok "a kernel without the switch" exits 0 kdumpctl start
ok "is armed" says "Starting kdump: \[OK\]"
fresh
echo nonsense | put /run/kdump/panic.json
ok "a damaged record" exits 0 kdumpctl start
ok "is none" values 1 10
fresh
mkdir -p "$root/run/kdump/panic.json"
ok "what cannot be remembered" exits 0 kdumpctl start
ok "is not set, which is told" says "WARNING: kernel.panic_on_oops stays 0: "
ok "indeed" values 0 0
finish
