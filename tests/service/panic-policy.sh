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
	ok "start succeeds when $1 decides" exits 0 kdumpctl start
	ok "start leaves $2 and $3, as $1 decides" values "$2" "$3"
	ok "status works when $1 decides" exits 0 kdumpctl status
	ok "status says that $1 decides" says "\(left to $1\)$"
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
ok "the installed package leaves panic_on_oops off" says "panic_on_oops: 0$"
ok "start succeeds with the kernel's defaults" exits 0 kdumpctl start
ok "start sets panic_on_oops and panic" values 1 10
ok "status works after start set the values" exits 0 kdumpctl status
ok "status says that kdump set panic_on_oops, and what it was" says "panic_on_oops: 1 \(set by kdump, was 0\)$"
ok "status says that kdump set panic, and what it was" says "panic: 10 \(set by kdump, was 0\)$"
ok "status --json works after start set the values" exits 0 kdumpctl status --json
ok "status --json has the value of panic_on_oops" json_is 1 panic_policy kernel.panic_on_oops value
ok "status --json says that kdump set panic_on_oops" json_is '"kdump"' panic_policy kernel.panic_on_oops set_by
ok "status --json has the former value of panic_on_oops" json_is 0 panic_policy kernel.panic_on_oops was
ok "restart succeeds after start set the values" exits 0 kdumpctl restart
ok "restart keeps panic_on_oops and panic" values 1 10
ok "reload succeeds after start set the values" exits 0 kdumpctl reload
ok "stop succeeds after start set the values" exits 0 kdumpctl stop
ok "stop restores panic_on_oops and panic" values 0 0
ok "stop removes the record of the values" test ! -e "$root/run/kdump/panic.json"
ok "a second stop succeeds" exits 0 kdumpctl stop
ok "a second stop changes no value" values 0 0

fresh
echo 1 | put "$oops"
echo 30 | put "$panic"
ok "start succeeds when the values are on already" exits 0 kdumpctl start
ok "start leaves values that are on already" values 1 30
exits 0 kdumpctl stop >/dev/null
ok "stop leaves values that were on before start" values 1 30
fresh
echo -1 | put "$panic"
exits 0 kdumpctl start >/dev/null
ok "start leaves panic at -1" values 1 -1

fresh
exits 0 kdumpctl start >/dev/null
echo 0 | put "$oops"
echo 60 | put "$panic"
ok "reload succeeds after somebody changed the values" exits 0 kdumpctl reload
ok "reload leaves values that somebody changed" values 0 60
exits 0 kdumpctl stop >/dev/null
ok "stop leaves values that somebody changed" values 0 60

fresh
kexec_fails 0
ok "start fails when kexec fails" exits 1 kdumpctl start
ok "start gives kexec's reason" says "kexec: exit status 1: kexec: Operation not permitted"
ok "a failed start sets neither value" values 0 0
kexec_works
exits 0 kdumpctl start >/dev/null
kexec_fails 0
ok "reload fails when kexec unloads the old image" exits 1 kdumpctl reload
ok "a reload that disarms restores the values" values 0 0
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
	ok "start succeeds with '$line' in sysctl.d" exits 0 kdumpctl start
	ok "start ignores '$line' in sysctl.d" values 1 10
done
fresh
echo 'kernel.panic_on_oops = 0' | put /usr/lib/sysctl.d/50-both.conf
: | put /etc/sysctl.d/50-both.conf
ok "start succeeds with an empty file in /etc/sysctl.d" exits 0 kdumpctl start
ok "an empty file in /etc hides the file of the same name" values 1 10
fresh
echo 'kernel.panic_on_oops = 0' | put /usr/lib/sysctl.d/50-both.conf
mkdir -p "$root/etc/sysctl.d"
ln -s /dev/null "$root/etc/sysctl.d/50-both.conf"
ok "start succeeds with a link to /dev/null in sysctl.d" exits 0 kdumpctl start
ok "a link to /dev/null hides the file of the same name" values 1 10
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
ok "start ignores what follows -- on the command line" values 1 10

# A word that came after arming holds at stop, too.
fresh
exits 0 kdumpctl start >/dev/null
echo 'kernel.panic_on_oops = 1' | put /etc/sysctl.d/50-mine.conf
exits 0 kdumpctl stop >/dev/null
ok "stop follows a sysctl.d file that came later" values 1 0

fresh
rm "$root/proc/sys/kernel/panic_on_oops"
ok "start succeeds in a kernel without panic_on_oops" exits 0 kdumpctl start
ok "start arms in a kernel without panic_on_oops" says "Starting kdump: \[OK\]"
fresh
echo nonsense | put /run/kdump/panic.json
ok "start succeeds with a damaged record of the values" exits 0 kdumpctl start
ok "start ignores a damaged record of the values" values 1 10
fresh
mkdir -p "$root/run/kdump/panic.json"
ok "start succeeds when the values cannot be recorded" exits 0 kdumpctl start
ok "start warns that it sets no value that it cannot record" says "WARNING: kernel.panic_on_oops stays 0: "
ok "start sets no value that it cannot record" values 0 0
finish
