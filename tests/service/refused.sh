#!/bin/sh
# refused.sh - what cannot work is refused, with reason and remedy, and nothing is broken by it
. "$(dirname "$0")/lib.sh"

root_new
echo 0 | put /sys/kernel/kexec_crash_size
ok "start fails when crashkernel= reserved nothing" exits 1 kdumpctl start
ok "start says that the kernel reserved nothing" says "the kernel reserved nothing"
echo "ro quiet" | put /proc/cmdline
ok "start fails without a reservation" exits 1 kdumpctl start
ok "start names reset-crashkernel without a reservation" says "kdumpctl reset-crashkernel"
ok "status exits with 3 without a reservation" exits 3 kdumpctl status
ok "status says that no memory is reserved" says "no memory is reserved"
ok "status --json exits with 3 without a reservation" exits 3 kdumpctl status --json
ok "status --json has the reason without a reservation" json why_not
for state in starting initializing running degraded ""; do
	echo "echo '$state'; exit 1" | program systemctl
	want=0
	case $state in *ing) [ "$state" = running ] || want=1 ;; esac
	ok "_wanted exits with $want while the system is '$state'" exits "$want" kdumpctl --quiet _wanted
	[ "$want" = 0 ] || ok "_wanted says why the start is skipped while '$state'" says "not armed: no memory is reserved.*reset-crashkernel"
	[ "$want" = 1 ] || ok "_wanted lets the start fail while '$state'" silent_on .
done
echo "echo starting" | program systemctl
echo "ro crashkernel=1T" | put /proc/cmdline
ok "_wanted lets the start fail when crashkernel= gave nothing" exits 0 kdumpctl --quiet _wanted
echo "ro quiet" | put /proc/cmdline
echo 134217728 | put /sys/kernel/kexec_crash_size
ok "_wanted lets the start run with a reservation" exits 0 kdumpctl --quiet _wanted
echo 0 | put /sys/kernel/kexec_crash_size
rm "$root/bin/systemctl"
echo "ssh root@192.0.2.1" | config
ok "start does not wait for a server without a reservation" exits 1 timeout 60 \
	"$build/kdumpctl" --root "$root" --capture "$build/kdump-capture" start
ok "start gives the missing memory as the reason" says "no memory is reserved"
echo 134217728 | put /sys/kernel/kexec_crash_size
echo "nfs server.invalid:/export" | config
ok "start asks again for a name without an address" exits 124 timeout 8 \
	"$build/kdumpctl" --root "$root" --capture "$build/kdump-capture" start
ok "start says that it asks again in 5 s" says "server.invalid has no address now.*; trying again in 5s"
echo "virtiofs crash" | config

echo 1 | put /proc/sys/kernel/kexec_load_disabled
ok "start fails when loading is disabled" exits 1 kdumpctl start
ok "start names the switch that disables loading" says "kexec_load_disabled"
echo 0 | put /proc/sys/kernel/kexec_load_disabled

efivars=/sys/firmware/efi/efivars
printf '\006\000\000\000\001' | put $efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
ok "status exits with 3 under Secure Boot" exits 3 kdumpctl status
ok "status says that only signed kernels can be loaded" says "Secure Boot is on: only signed kernels can be loaded"
rm -r "$root$efivars"
ok "status exits with 3 without Secure Boot" exits 3 kdumpctl status
ok "status does not mention signed kernels without Secure Boot" silent_on "signed kernels"

printf 'virtiofs crash\nno_such_key 1\npath relative\n' | config
ok "start fails with two mistakes in kdump.conf" exits 1 kdumpctl start
ok "start names the line of the first mistake" says "kdump.conf:2"
ok "start names the line of the second mistake" says "kdump.conf:3"
ok "check-config fails with two mistakes in kdump.conf" exits 1 kdumpctl check-config
echo "virtiofs crash" | config
ok "start succeeds when the mistakes are mended" exits 0 kdumpctl start
ok "check-config succeeds when the mistakes are mended" exits 0 kdumpctl check-config

# The new image does not load: the old one is loaded again, and stays.
sum=$(sha256sum <"$(image)")
mv "$root/bin/kexec" "$root/bin/kexec.good"
program kexec <<'E'
case $* in *.new*) echo "Could not find a free area of memory" >&2; exit 1 ;; esac
exec "$root/bin/kexec.good" "$@"
E
printf 'virtiofs crash\nforce_rebuild 1\n' | config
ok "restart fails with a changed configuration that does not load" exits 1 kdumpctl restart
ok "restart gives kexec's reason" says "Could not find a free area"
echo "virtiofs crash" | config
echo KEXEC_ARGS=-d >>"$root/etc/sysconfig/kdump"
rm -f "$root/var/lib/kdump/$version.inputs"
ok "restart succeeds with an old image of this configuration" exits 0 kdumpctl restart
ok "restart warns that it armed with the last good image" says "WARNING: .*armed with the last good image"
ok "restart leaves the last good image as it is" test "$sum" = "$(sha256sum <"$(image)")"
ok "restart leaves no unfinished image" test ! -e "$(image).new"
ok "restart leaves no unfinished record" test ! -e "$root/var/lib/kdump/$version.inputs.new"
mv "$root/bin/kexec.good" "$root/bin/kexec"

mv "$root/proc/cmdline" "$root/cmdline"
mkdir "$root/proc/cmdline"
ok "reload fails when the command line cannot be read" exits 1 kdumpctl reload
ok "reload names /proc/cmdline and says that it is still armed" says "command line of the capture kernel: .*proc/cmdline: Is a directory; this machine is still armed"
rmdir "$root/proc/cmdline"
mv "$root/cmdline" "$root/proc/cmdline"

rm "$root/boot/vmlinuz-$version"
ok "restart fails without the configured kernel" exits 1 kdumpctl restart
ok "restart says which setting asks for the kernel" says "KDUMP_KERNELVER is .*, and there is no such kernel; install one"
for command in rebuild estimate; do
	ok "$command fails without the configured kernel" exits 1 kdumpctl $command
	ok "$command says which setting asks for the kernel" says "$command: KDUMP_KERNELVER is .*there is no such kernel"
done

printf 'virtiofs crash\nraw /dev/no-such-disk\nkdump_post /no/such/hook\n' | config
ok "check-config fails with two targets" exits 1 kdumpctl check-config
ok "check-config names the line of the second target" says "kdump.conf:2"
printf 'raw /dev/no-such-disk\nkdump_post /no/such/hook\n' | config
ok "check-config fails with what this system lacks" exits 1 kdumpctl check-config
ok "check-config names the missing disk" says "kdump.conf:1:5: error: raw: there is no device /dev/no-such-disk"
ok "check-config names the missing hook once" test "$(grep -c "kdump.conf:2:.*no/such/hook" "$work/words")" = 1
ok "check-config counts the errors" says "check-config: .* has 2 errors"
echo "virtiofs crash" | config

ok "kdumpctl fails without a command" exits 1 kdumpctl
ok "kdumpctl without a command names --help" says "which command.*kdumpctl --help"
ok "status fails with --root and no value" exits 1 "$build/kdumpctl" status --root
ok "status says that it takes no arguments" says "status takes no arguments"
ok "kdumpctl fails with a misspelt command" exits 1 kdumpctl strat
ok "kdumpctl suggests the command that is meant" says "did you mean 'start'"
ok "kdumpctl fails with an unknown command" exits 1 kdumpctl frobnicate
ok "kdumpctl names --help for an unknown command" says "kdumpctl --help"
for command in start stop restart reload status rebuild estimate showmem list check-config propagate; do
	ok "$command refuses an argument too many" exits 1 kdumpctl "$command" now
done
ok "show refuses a second argument" exits 1 kdumpctl show a b
ok "test refuses an unknown option" exits 1 kdumpctl test --crsh
ok "propagate fails without an ssh target" exits 1 kdumpctl propagate
ok "kdumpctl --help exits with 0" exits 0 kdumpctl --help
ok "kdumpctl --help lists every command" test "$(grep -cE '^  (start|stop|restart|reload|status|rebuild|estimate|showmem|test|list|show|check-config|convert|propagate|get-default-crashkernel|reset-crashkernel) ' "$work/words")" = 16
for word in -h help; do
	ok "kdumpctl $word exits with 0" exits 0 kdumpctl "$word"
	ok "kdumpctl $word prints the help" says "Save the memory of this system"
done
ok "kdumpctl --version exits with 0" exits 0 kdumpctl --version
ok "kdumpctl --version prints a version" says "^kdumpctl ."
cp "$modules/boot/vmlinuz-$version" "$root/boot/" 2>/dev/null || cp "$vmlinuz" "$root/boot/vmlinuz-$version"
ok "restart --quiet succeeds" exits 0 kdumpctl --quiet restart
ok "restart --quiet prints nothing" silent_on .
ok "list -q refuses an argument" exits 1 kdumpctl -q list now
ok "list -q prints the error" says "list takes no arguments"

# Recipients of encrypted dumps that the image could not use, or must not have.
root_new
# refuses_recipient REGEX RECIPIENT - start fails and says this, and nothing is loaded.
refuses_recipient()
{
	printf 'path /var/crash\nencrypt_to %s\n' "$2" | config
	exits 1 kdumpctl start && says "encrypt_to: $1" && [ "$(cat "$root/sys/kernel/kexec_crash_loaded")" = 0 ]
}
ok "start refuses an ssh-rsa recipient by name" refuses_recipient "ssh-rsa recipients are not supported" \
	"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ== someone"
ok "start refuses a plugin's recipient by name" refuses_recipient "recipients of age plugins are not supported" age1yubikey1q2w3e
ok "start refuses a passphrase by name" refuses_recipient "passphrases are not supported" passphrase
ok "start refuses a post-quantum recipient by name" refuses_recipient "recipients of the kind age1pq1" age1pq1qqqq
ok "start refuses a private key in kdump.conf by name" refuses_recipient "this is a secret key, which must not be here" \
	AGE-SECRET-KEY-1QYPQXPQ9QCRSSZG2PVXQ6RS0ZQG3YYC5Z5TPWXQERGD3C8G7RUSQGPQYEE
ok "start does not repeat a private key of kdump.conf" silent_on QYPQXPQ9
ok "start refuses a mistyped recipient" refuses_recipient "the key has a wrong checksum" \
	age1q73he0q5yzfu3d64msd3p6rvksnrwjk3d2598mgtmlqt9wrdr37q2vrn73
ok "start refuses a recipient that everybody can open" refuses_recipient "this key is one that everybody can open" \
	age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z
printf 'path /var/crash\ncore_collector cp\nencrypt_to %s\n' \
	age1q73he0q5yzfu3d64msd3p6rvksnrwjk3d2598mgtmlqt9wrdr37q2vrn72 | config
ok "start fails with encrypt_to and another program as core_collector" exits 1 kdumpctl start
ok "start names the program that would write in clear" says "'cp' of core_collector would write the dump in clear"
finish
