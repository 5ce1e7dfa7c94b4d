#!/bin/sh
# start.sh - start, stop, restart, reload, rebuild, status: what is built, loaded and said
. "$(dirname "$0")/lib.sh"

root_new
ok "status exits with 3 before the first start" exits 3 kdumpctl status
ok "the installation does not switch panic_on_oops on" says "^(kdump: )?panic_on_oops: 0$"
ok "status says that kdump is not operational" says "Kdump is not operational"
ok "start succeeds without an image" exits 0 kdumpctl start
ok "start prints the line that other programs look for" says "Starting kdump: \[OK\]"
ok "start says why it builds the image" says "building a new image: there is no image yet"
ok "start builds the image for root alone" test "$(stat -c %a "$(image)")" = 600
ok "start leaves no file of an unfinished image" test ! -e "$(image).new"
ok "start passes the new image to kexec" grep -qx -- "--initrd=$root/boot/initramfs-${version}kdump.img.new" "$root/kexec-arguments"
ok "start passes the capture kernel's command line to kexec" grep -qE -- '^--command-line=ro console=ttyS0 .*nr_cpus=1 .*disable_cpu_apicid=0' "$root/kexec-arguments"
ok "status exits with 0 after start" exits 0 kdumpctl status
ok "status says that kdump is operational" says "Kdump is operational"
ok "status says what makes the kernel panic" says "panics on: kernel.panic_on_oops"
ok "status --json exits with 0 after start" exits 0 kdumpctl status --json
ok "status --json says that kdump is operational" json_is true operational
ok "status --json has the size of the reservation" json_is 134217728 reserved_bytes
ok "status --json names the image by its final name" json_is "\"/boot/initramfs-${version}kdump.img\"" image
ok "a second start succeeds" exits 0 kdumpctl start
ok "a second start warns that kdump is running" says "WARNING: Kdump already running"
sum=$(sha256sum <"$(image)")
ok "restart succeeds when nothing changed" exits 0 kdumpctl restart
ok "restart builds nothing when nothing changed" silent_on "building"
ok "reload succeeds on an armed machine" exits 0 kdumpctl reload
touch "$root/etc/kdump.conf"
ok "restart succeeds after touch of kdump.conf" exits 0 kdumpctl restart
ok "restart builds nothing after touch of kdump.conf" silent_on "building"
ok "restart leaves the image as it is after touch" test "$sum" = "$(sha256sum <"$(image)")"
printf 'virtiofs crash\npath /other\n' | config
ok "restart succeeds after a change of kdump.conf" exits 0 kdumpctl restart
ok "restart says that it builds because of a change" says "building a new image: changed: "
printf 'virtiofs crash\npath /other\nforce_rebuild 1\n' | config
ok "restart succeeds with force_rebuild" exits 0 kdumpctl restart
ok "restart builds when force_rebuild was added" says "building a new image: "
ok "a second restart succeeds with force_rebuild" exits 0 kdumpctl restart
ok "restart builds whenever force_rebuild is set" says "force_rebuild is set"
printf 'virtiofs crash\npath /third\nforce_no_rebuild 1\n' | config
ok "restart succeeds with force_no_rebuild" exits 0 kdumpctl restart
ok "restart builds nothing with force_no_rebuild" silent_on "building"
ok "rebuild succeeds with force_no_rebuild" exits 0 kdumpctl rebuild
ok "rebuild prints the line that other programs look for" says "Rebuilding .*\[OK\]"
ok "stop succeeds on an armed machine" exits 0 kdumpctl stop
ok "stop unloads the capture kernel" is /sys/kernel/kexec_crash_loaded 0
ok "a second stop succeeds" exits 0 kdumpctl stop
ok "status exits with 3 after stop" exits 3 kdumpctl status

ok "reload succeeds on an unarmed machine" exits 0 kdumpctl reload
ok "reload arms an unarmed machine" is /sys/kernel/kexec_crash_loaded 1
rm "$(image)"
ok "reload succeeds without an image" exits 0 kdumpctl reload
ok "reload builds an image when there is none" says "building a new image: there is no image yet"
mv "$root/bin/kexec" "$root/kexec.good"
program kexec <<'E'
echo "kexec: Operation not permitted" >&2
exit 1
E
ok "stop fails when kexec fails" exits 1 kdumpctl stop
ok "stop gives kexec's reason" says "stop: kexec: exit status [0-9]+: kexec: Operation not permitted"
ok "stop prints the line of a failure that others look for" says "Stopping kdump: \[FAILED\]"
mv "$root/kexec.good" "$root/bin/kexec"
kdumpctl stop >/dev/null
rm "$root/var/lib/kdump/boot.json"
mkdir "$root/var/lib/kdump/boot.json"
ok "start succeeds when the boot cannot be recorded" exits 0 kdumpctl start
ok "start warns that a crash may go unreported" says "WARNING: a crash may go unreported: write .*boot.json"
ok "start arms when the boot cannot be recorded" is /sys/kernel/kexec_crash_loaded 1
kdumpctl stop >/dev/null 2>&1
rmdir "$root/var/lib/kdump/boot.json"
rm -f "$root/run/kdump/armed.json"
mkdir -p "$root/run/kdump/armed.json"
ok "start succeeds when armed.json cannot be written" exits 0 kdumpctl start
ok "start warns that status cannot show what is loaded" says "WARNING: .kdumpctl status. cannot show what is loaded: write .*armed.json"
ok "start arms when armed.json cannot be written" is /sys/kernel/kexec_crash_loaded 1
kdumpctl stop >/dev/null 2>&1
rmdir "$root/run/kdump/armed.json"

# Another kernel and image by the sysconfig file.
cp "$(image)" "$root/foreign.img"
echo KDUMP_INITRD=/foreign.img >>"$root/etc/sysconfig/kdump"
ok "start succeeds with an image of KDUMP_INITRD" exits 0 kdumpctl start
ok "start loads the image of KDUMP_INITRD as it is" grep -qx -- "--initrd=$root/foreign.img" "$root/kexec-arguments"
ok "rebuild refuses to build the image of KDUMP_INITRD" exits 1 kdumpctl rebuild
truncate -s -100 "$root/foreign.img"
ok "restart refuses a truncated image of KDUMP_INITRD" exits 1 kdumpctl restart
ok "restart says to build the truncated image as before" says "foreign.img is .*; KDUMP_INITRD names it, so build it again as before"
finish
