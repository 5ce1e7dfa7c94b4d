#!/bin/sh
# start.sh - start, stop, restart, reload, rebuild, status: what is built, loaded and said
. "$(dirname "$0")/lib.sh"

root_new
ok "status before" exits 3 kdumpctl status
ok "nothing is switched on by being installed" says "^(kdump: )?panic_on_oops: 0$"
ok "it says so" says "Kdump is not operational"
ok "start" exits 0 kdumpctl start
ok "it says so" says "Starting kdump: \[OK\]"
ok "and why it built" says "building a new image: there is no image yet"
ok "the image is there, for root alone" test "$(stat -c %a "$(image)")" = 600
ok "no half-made one" test ! -e "$(image).new"
ok "kexec got the image" grep -qx -- "--initrd=$root/boot/initramfs-${version}kdump.img.new" "$root/kexec-arguments"
ok "the command line is the capture kernel's" grep -qE -- '^--command-line=ro console=ttyS0 .*nr_cpus=1 .*disable_cpu_apicid=0' "$root/kexec-arguments"
ok "status" exits 0 kdumpctl status
ok "it says so" says "Kdump is operational"
ok "and what makes it panic" says "panics on: kernel.panic_on_oops"
ok "status --json" exits 0 kdumpctl status --json
ok "is JSON: operational" json_is true operational
ok "is JSON: reserved" json_is 134217728 reserved_bytes
ok "is JSON: the image that stays" json_is "\"/boot/initramfs-${version}kdump.img\"" image
ok "start again" exits 0 kdumpctl start
ok "only warns" says "WARNING: Kdump already running"
sum=$(sha256sum <"$(image)")
ok "restart with nothing changed" exits 0 kdumpctl restart
ok "builds nothing" silent_on "building"
ok "reload" exits 0 kdumpctl reload
touch "$root/etc/kdump.conf"
ok "restart after a touch" exits 0 kdumpctl restart
ok "builds nothing" silent_on "building"
ok "the image is the same" test "$sum" = "$(sha256sum <"$(image)")"
printf 'virtiofs crash\npath /other\n' | config
ok "restart after a change" exits 0 kdumpctl restart
ok "builds, and says for what" says "building a new image: changed: "
printf 'virtiofs crash\npath /other\nforce_rebuild 1\n' | config
ok "force_rebuild" exits 0 kdumpctl restart
ok "builds" says "building a new image: "
ok "force_rebuild again" exits 0 kdumpctl restart
ok "builds again" says "force_rebuild is set"
printf 'virtiofs crash\npath /third\nforce_no_rebuild 1\n' | config
ok "force_no_rebuild" exits 0 kdumpctl restart
ok "builds nothing" silent_on "building"
ok "rebuild builds all the same" exits 0 kdumpctl rebuild
ok "and says so" says "Rebuilding .*\[OK\]"
ok "stop" exits 0 kdumpctl stop
ok "nothing is loaded" is /sys/kernel/kexec_crash_loaded 0
ok "stop again" exits 0 kdumpctl stop
ok "status after" exits 3 kdumpctl status

ok "reload of what is not loaded" exits 0 kdumpctl reload
ok "loads it" is /sys/kernel/kexec_crash_loaded 1
rm "$(image)"
ok "reload without an image" exits 0 kdumpctl reload
ok "makes one" says "building a new image: there is no image yet"
mv "$root/bin/kexec" "$root/kexec.good"
program kexec <<'E'
echo "kexec: Operation not permitted" >&2
exit 1
E
ok "a stop that fails" exits 1 kdumpctl stop
ok "is told, with the reason" says "stop: kexec: exit status [0-9]+: kexec: Operation not permitted"
ok "as others know it" says "Stopping kdump: \[FAILED\]"
mv "$root/kexec.good" "$root/bin/kexec"
kdumpctl stop >/dev/null
rm "$root/var/lib/kdump/boot.json"
mkdir "$root/var/lib/kdump/boot.json"
ok "what cannot be remembered" exits 0 kdumpctl start
ok "is told" says "WARNING: a crash may go unreported: write .*boot.json"
ok "and is no reason not to arm" is /sys/kernel/kexec_crash_loaded 1
kdumpctl stop >/dev/null 2>&1
rmdir "$root/var/lib/kdump/boot.json"
rm -f "$root/run/kdump/armed.json"
mkdir -p "$root/run/kdump/armed.json"
ok "nor is what status cannot show" exits 0 kdumpctl start
ok "which is told" says "WARNING: .kdumpctl status. cannot show what is loaded: write .*armed.json"
ok "a capture kernel is loaded" is /sys/kernel/kexec_crash_loaded 1
kdumpctl stop >/dev/null 2>&1
rmdir "$root/run/kdump/armed.json"

# Another kernel and image by the sysconfig file.
cp "$(image)" "$root/foreign.img"
echo KDUMP_INITRD=/foreign.img >>"$root/etc/sysconfig/kdump"
ok "an image of others" exits 0 kdumpctl start
ok "is loaded as it is" grep -qx -- "--initrd=$root/foreign.img" "$root/kexec-arguments"
ok "and never built" exits 1 kdumpctl rebuild
truncate -s -100 "$root/foreign.img"
ok "one that is cut" exits 1 kdumpctl restart
ok "is not loaded" says "foreign.img is .*; KDUMP_INITRD names it, so build it again as before"
finish
