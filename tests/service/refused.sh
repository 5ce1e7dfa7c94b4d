#!/bin/sh
# refused.sh - what cannot work is refused, with reason and remedy, and nothing is broken by it
. "$(dirname "$0")/lib.sh"

root_new
echo 0 | put /sys/kernel/kexec_crash_size
ok "crashkernel= without effect" exits 1 kdumpctl start
ok "is told" says "the kernel reserved nothing"
echo "ro quiet" | put /proc/cmdline
ok "no reservation" exits 1 kdumpctl start
ok "with the remedy" says "kdumpctl reset-crashkernel"
ok "status too" exits 3 kdumpctl status
ok "says why" says "no memory is reserved"
ok "status --json too" exits 3 kdumpctl status --json
ok "has it" json why_not
for state in starting initializing running degraded ""; do
	echo "echo '$state'; exit 1" | program systemctl
	want=0
	case $state in *ing) [ "$state" = running ] || want=1 ;; esac
	ok "the service's start while the system is '$state'" exits "$want" kdumpctl --quiet _wanted
	[ "$want" = 0 ] || ok "is skipped with a word" says "not armed: no memory is reserved.*reset-crashkernel"
	[ "$want" = 1 ] || ok "goes on, to fail" silent_on .
done
echo "echo starting" | program systemctl
echo "ro crashkernel=1T" | put /proc/cmdline
ok "a boot with crashkernel= that gave nothing" exits 0 kdumpctl --quiet _wanted
echo "ro quiet" | put /proc/cmdline
echo 134217728 | put /sys/kernel/kexec_crash_size
ok "one with a reservation" exits 0 kdumpctl --quiet _wanted
echo 0 | put /sys/kernel/kexec_crash_size
rm "$root/bin/systemctl"
echo "ssh root@192.0.2.1" | config
ok "a server is not waited for when there is no memory" exits 1 timeout 60 \
	"$build/kdumpctl" --root "$root" --capture "$build/kdump-capture" start
ok "the reason is the memory" says "no memory is reserved"
echo 134217728 | put /sys/kernel/kexec_crash_size
echo "nfs server.invalid:/export" | config
ok "a name without an address is asked for again" exits 124 timeout 8 \
	"$build/kdumpctl" --root "$root" --capture "$build/kdump-capture" start
ok "and that is told" says "server.invalid has no address now.*; trying again in 5s"
echo "virtiofs crash" | config

echo 1 | put /proc/sys/kernel/kexec_load_disabled
ok "loading is disabled" exits 1 kdumpctl start
ok "the switch is named" says "kexec_load_disabled"
echo 0 | put /proc/sys/kernel/kexec_load_disabled

efivars=/sys/firmware/efi/efivars
printf '\006\000\000\000\001' | put $efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
ok "status under Secure Boot" exits 3 kdumpctl status
ok "names it" says "Secure Boot is on: only signed kernels can be loaded"
rm -r "$root$efivars"
ok "status without it" exits 3 kdumpctl status
ok "does not" silent_on "signed kernels"

printf 'virtiofs crash\nno_such_key 1\npath relative\n' | config
ok "a wrong configuration" exits 1 kdumpctl start
ok "every mistake has its place" says "kdump.conf:2"
ok "all at once" says "kdump.conf:3"
ok "check-config" exits 1 kdumpctl check-config
echo "virtiofs crash" | config
ok "mended" exits 0 kdumpctl start
ok "check-config" exits 0 kdumpctl check-config

# The new image does not load: the old one is loaded again, and stays.
sum=$(sha256sum <"$(image)")
mv "$root/bin/kexec" "$root/bin/kexec.good"
program kexec <<'E'
case $* in *.new*) echo "Could not find a free area of memory" >&2; exit 1 ;; esac
exec "$root/bin/kexec.good" "$@"
E
printf 'virtiofs crash\nforce_rebuild 1\n' | config
ok "another configuration that does not load" exits 1 kdumpctl restart
ok "is refused" says "Could not find a free area"
echo "virtiofs crash" | config
echo KEXEC_ARGS=-d >>"$root/etc/sysconfig/kdump"
rm -f "$root/var/lib/kdump/$version.inputs"
ok "the same configuration, an image that does not load" exits 0 kdumpctl restart
ok "the old one is taken" says "WARNING: .*armed with the last good image"
ok "it is the same" test "$sum" = "$(sha256sum <"$(image)")"
ok "no half-made one" test ! -e "$(image).new"
ok "nor a record of one" test ! -e "$root/var/lib/kdump/$version.inputs.new"
mv "$root/bin/kexec.good" "$root/bin/kexec"

mv "$root/proc/cmdline" "$root/cmdline"
mkdir "$root/proc/cmdline"
ok "a command line that cannot be read" exits 1 kdumpctl reload
ok "is told" says "command line of the capture kernel: .*proc/cmdline: Is a directory; this machine is still armed"
rmdir "$root/proc/cmdline"
mv "$root/cmdline" "$root/proc/cmdline"

rm "$root/boot/vmlinuz-$version"
ok "without a kernel" exits 1 kdumpctl restart
ok "is told which setting asks for it" says "KDUMP_KERNELVER is .*, and there is no such kernel; install one"
for command in rebuild estimate; do
	ok "$command" exits 1 kdumpctl $command
	ok "too" says "$command: KDUMP_KERNELVER is .*there is no such kernel"
done

printf 'virtiofs crash\nraw /dev/no-such-disk\nkdump_post /no/such/hook\n' | config
ok "check-config, two targets" exits 1 kdumpctl check-config
ok "names the line" says "kdump.conf:2"
printf 'raw /dev/no-such-disk\nkdump_post /no/such/hook\n' | config
ok "check-config, what this system has not" exits 1 kdumpctl check-config
ok "the disk" says "kdump.conf:1:5: error: raw: there is no device /dev/no-such-disk"
ok "and the hook, each once" test "$(grep -c "kdump.conf:2:.*no/such/hook" "$work/words")" = 1
ok "in a word" says "check-config: .* has 2 errors"
echo "virtiofs crash" | config

ok "no command" exits 1 kdumpctl
ok "is answered with the help" says "which command.*kdumpctl --help"
ok "an option without its value" exits 1 "$build/kdumpctl" status --root
ok "is no word of the command" says "status takes no arguments"
ok "an unknown one" exits 1 kdumpctl strat
ok "is answered with what may be meant" says "did you mean 'start'"
ok "one that is far off" exits 1 kdumpctl frobnicate
ok "is answered with the help" says "kdumpctl --help"
for command in start stop restart reload status rebuild estimate showmem list check-config propagate; do
	ok "$command with a word too much" exits 1 kdumpctl "$command" now
done
ok "show with two" exits 1 kdumpctl show a b
ok "test with an unknown option" exits 1 kdumpctl test --crsh
ok "propagate without an ssh target" exits 1 kdumpctl propagate
ok "--help" exits 0 kdumpctl --help
ok "names every command" test "$(grep -cE '^  (start|stop|restart|reload|status|rebuild|estimate|showmem|test|list|show|check-config|convert|propagate|get-default-crashkernel|reset-crashkernel) ' "$work/words")" = 16
for word in -h help; do
	ok "$word" exits 0 kdumpctl "$word"
	ok "too" says "Save the memory of this system"
done
ok "--version" exits 0 kdumpctl --version
ok "says which" says "^kdumpctl ."
cp "$modules/boot/vmlinuz-$version" "$root/boot/" 2>/dev/null || cp "$vmlinuz" "$root/boot/vmlinuz-$version"
ok "--quiet" exits 0 kdumpctl --quiet restart
ok "is quiet" silent_on .
ok "-q" exits 1 kdumpctl -q list now
ok "not about mistakes" says "list takes no arguments"
finish
