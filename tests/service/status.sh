#!/bin/sh
# status.sh - status in every state, for people and programs; who may do what; the lock
. "$(dirname "$0")/lib.sh"

# not_up REGEX - status says that it is not operational, and why; so does its JSON.
not_up()
{
	exits 3 kdumpctl status && says "^kdump: Kdump is not operational$" && says "$1" || return 1
	exits 3 kdumpctl --json status && json_is false operational && json why_not && says "$1"
}

root_new
ok "status --quiet exits with 3 on an unarmed machine" exits 3 kdumpctl --quiet status
ok "status --quiet prints errors alone" silent_on "panics on"
ok "status says that no capture kernel is loaded" not_up "no capture kernel is loaded; see .*systemctl status kdump.*kdumpctl start"
echo 1 | put /proc/sys/kernel/kexec_load_disabled
ok "status says that loading is disabled" not_up "kernel.kexec_load_disabled is 1"
rm "$root/proc/sys/kernel/kexec_load_disabled"
: | put /proc/vmcore
ok "status says that this is the capture kernel" not_up "this is the capture kernel itself"
ok "start fails in the capture kernel" exits 1 kdumpctl start
ok "start says that this is the capture kernel" says "this is the capture kernel itself"
rm "$root/proc/vmcore"
mv "$root/sys/kernel" "$root/sys/kernel.away"
ok "status says that this kernel lacks kexec" not_up "this kernel cannot load a capture kernel .*CONFIG_CRASH_DUMP"
mv "$root/sys/kernel.away" "$root/sys/kernel"
echo 0 | put /sys/kernel/kexec_crash_size
ok "status says that crashkernel= reserved nothing" not_up "crashkernel= is on the command line, but the kernel reserved nothing"
echo ro | put /proc/cmdline
ok "status says that no memory is reserved" not_up "no memory is reserved .*kdumpctl reset-crashkernel.* and reboot"
echo 134217728 | put /sys/kernel/kexec_crash_size
rm "$root/proc/cmdline"

# Loaded by other means than ours, or by us and what we noted is damaged.
echo 1 | put /sys/kernel/kexec_crash_loaded
ok "status exits with 0 when another program loaded the kernel" exits 0 kdumpctl status
ok "status says operational when another program loaded the kernel" says "^kdump: Kdump is operational$"
ok "status claims nothing of a kernel that it did not load" says "^kdump: 128 MB reserved$"
echo '{ "kernel": 5, "image": [ ], "how"' | put /run/kdump/armed.json
echo '[ "time" ]' | put /var/lib/kdump/crash.json
echo 'nonsense' | put /var/lib/kdump/test.json
ok "status works with damaged records" exits 0 kdumpctl status
ok "status takes nothing from damaged records" says "^kdump: 128 MB reserved$"
ok "status --json works with damaged records" exits 0 kdumpctl status --json
ok "status --json has no image from a damaged record" json_is null image
ok "status --json has no crash from a damaged record" json_is null last_crash
ok "status --json has no test from a damaged record" json_is null last_test

printf 'path /var/crash' | config
echo '{ "time": 1700000000, "kernel": "/boot/vmlinuz-1", "image": "/boot/i", "how": "kexec_file_load", "cmdline": "ro" }' |
	put /run/kdump/armed.json
echo '{ "time": 1600000000, "dir": "/var/crash/x", "text": "the system crashed at noon" }' |
	put /var/lib/kdump/crash.json
echo '{ "id": "7", "time": 1500000000, "verdict": "fail", "message": "no dump on ext4" }' |
	put /var/lib/kdump/test.json
echo 1 | put /proc/sys/kernel/panic_on_oops
ok "status works with records of a crash and a test" exits 0 kdumpctl status
ok "status prints the image and how it was loaded" says "128 MB reserved, image /boot/i, loaded by kexec_file_load"
ok "status prints the last crash" says "last crash: the system crashed at noon"
ok "status prints the verdict of the last test" says "last test \(kdumpctl test\): fail, no dump on ext4"
ok "status --json works with records of a crash and a test" exits 0 kdumpctl status --json
ok "status --json has the kernel" json_is '"/boot/vmlinuz-1"' kernel
ok "status --json has the method" json_is '"kexec_file_load"' method
ok "status --json has the time of arming" json_is 1700000000 armed_since
ok "status --json has the directory of the last crash" json_is '"/var/crash/x"' last_crash directory
ok "status --json has the time of the last crash" json_is 1600000000 last_crash time
ok "status --json has the verdict of the last test" json_is '"fail"' last_test verdict
ok "status --json has the time of the last test" json_is 1500000000 last_test time
ok "status --json has a switch that is on" json_is true panic_switches kernel.panic_on_oops
ok "status --json has null for a switch of other kernels" json_is null panic_switches kernel.softlockup_panic
ok "kdump.conf can be filled with nonsense" sh -c "echo nonsense >$root/etc/kdump.conf"
ok "status works with nonsense in kdump.conf" exits 0 kdumpctl status
echo 0 | put /proc/sys/kernel/panic_on_oops
echo 8 | put /proc/sys/kernel/sysrq
ok "status works with bit 8 of sysrq" exits 0 kdumpctl status
ok "status lists sysrq when bit 8 is set" says "panics on: kernel.sysrq$"
ok "status --json works with bit 8 of sysrq" exits 0 kdumpctl status --json
ok "status --json has a switch that is off" json_is false panic_switches kernel.panic_on_oops
ok "status --json says that Secure Boot is off" json_is false secure_boot
echo 1 | put /proc/sys/kernel/sysrq
ok "status works with all of sysrq" exits 0 kdumpctl status
ok "status lists sysrq when all of it is on" says "panics on: kernel.sysrq$"
efivars=/sys/firmware/efi/efivars
printf '\006\000\000\000\001' | put $efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
ok "status --json works under Secure Boot" exits 0 kdumpctl status --json
ok "status --json says that Secure Boot is on" json_is true secure_boot
rm -r "$root$efivars"
echo 16 | put /proc/sys/kernel/sysrq
ok "status works when no switch is on" exits 0 kdumpctl status
ok "status names the remedy when no switch is on" says "panics on: nothing but a panic of its own; see /usr/lib/sysctl.d/60-kdump.conf"

# Who may do what.
chmod 755 "$work"
cp "$build/kdumpctl" "$work/kdumpctl"
nobody()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups "$work/kdumpctl" "$@"
}
for command in start stop restart reload rebuild estimate test list show propagate reset-crashkernel; do
	ok "$command fails without root's rights" exits 1 nobody "$command"
	ok "$command says that only root may do that" says "^kdump: $command: only root may do that$"
done
ok "showmem works without root's rights" exits 0 nobody showmem
ok "help works without root's rights" exits 0 nobody help
ok "help does not list the commands of packages" silent_on " _[a-z]"

# One at a time changes something.
config <<'E'
virtiofs crash
E
echo 0 | put /sys/kernel/kexec_crash_loaded
echo "ro crashkernel=128M" | put /proc/cmdline
mkfifo "$work/hold" "$work/held"
mkdir -p "$root/run/kdump"
mkdir -p -m 700 "$root/run/kdump/private"
flock "$root/run/kdump/private/lock" sh -c "echo locked >$work/held; read word <$work/hold" &
read -r _ <"$work/held"
(exits 0 kdumpctl start; echo "$?" >"$work/result") >/dev/null &
until grep -q "another kdumpctl is running; waiting for it" "$work/words"; do
	[ ! -e "$work/result" ] || break
	sleep 0.1
done
ok "start waits while another kdumpctl holds the lock" test ! -e "$work/result"
ok "status does not wait for the lock" exits 3 kdumpctl status
echo go >"$work/hold"
wait
ok "start goes on when the lock is free" grep -qx 0 "$work/result"
ok "start arms after it waited for the lock" is /sys/kernel/kexec_crash_loaded 1
kdumpctl stop >/dev/null
rm "$(image)"
for i in 1 2 3 4; do
	kdumpctl start >"$work/start.$i" 2>&1 &
done
wait
ok "of four starts at once one builds the image" test "$(cat "$work"/start.? | grep -c "building a new image")" = 1
ok "of four starts at once one arms the machine" test "$(cat "$work"/start.? | grep -c "Starting kdump: \[OK\]")" = 1
ok "of four starts at once three find it armed" test "$(cat "$work"/start.? | grep -c "Kdump already running")" = 3
# A directory where everybody may make files holds no lock of ours.
mkdir -p "$root/run/lock"
chmod 1777 "$root/run/lock"
flock "$root/run/lock/kdump" sh -c "echo locked >$work/held; read word <$work/hold" &
read -r _ <"$work/held"
ok "restart ignores a lock file of any user in /run/lock" exits 0 timeout 60 "$build/kdumpctl" --root "$root" \
	--capture "$build/kdump-capture" --collector "$build/kdump-collect" restart
ok "restart does not wait for a lock file of any user" silent_on "waiting for it"
echo go >"$work/hold"
wait
ok "the directory of the lock is root's alone" test "$(stat -c '%U %a' "$root/run/kdump/private")" = "root 700"
rm "$root/run/kdump/private/lock"
ln -s /etc/kdump-lock "$root/run/kdump/private/lock"
ok "restart with a link in place of the lock fails" exits 1 kdumpctl restart
ok "restart does not follow a link in place of the lock" says "restart: open .*private/lock: Too many levels of symbolic links"
rm "$root/run/kdump/private/lock"
chmod 755 "$root/run/kdump/private"
ok "restart fails if others can open the directory" exits 1 kdumpctl restart
ok "restart names the directory that others can open" says "restart: .*/run/kdump/private must be owned by root and have mode 0700"
finish
