#!/bin/sh
# debian.sh - kdump-config as scripts for Debian's kdump-tools call it
. "$(dirname "$0")/lib.sh"

root_new
program kdumpctl <<X
exec "$build/kdumpctl" --root "\$root" --capture "$build/kdump-capture" --collector "$build/kdump-collect" "\$@"
X

# debian CODE VERB... - standard output stays in $work/out, standard error in $work/words.
debian()
{
	want=$1 got=0
	shift
	"$build/kdump-config" "$@" >"$work/out" 2>"$work/words" </dev/null || got=$?
	cat "$work/out" "$work/words"
	[ "$got" = "$want" ] || { echo "exit code $got, not $want: $*"; return 1; }
}

# out LINE - standard output has it.
out()
{
	grep -qxF -- "$1" "$work/out" || { cat "$work/out"; return 1; }
}

ok "kdump-config status works on a machine that is not armed" debian 0 status
ok "kdump-config status prints Debian's line for an unarmed machine" test "$(cat "$work/out")" = "current state   : Not ready to kdump"
ok "kdump-config show works on a machine that is not armed" debian 0 show
ok "kdump-config show says that the machine is not ready" out "current state:    Not ready to kdump"
ok "kdump-config show says that no kexec command is recorded" out "  no kexec command recorded"
ok "kdump-config show and status build no image" test -z "$(find "$root/boot" "$root/var/lib" -name '*kdump*' 2>/dev/null)"
ok "kdump-config condreload succeeds on an unarmed machine" debian 0 condreload
ok "kdump-config condreload does not arm" is /sys/kernel/kexec_crash_loaded 0
ok "kdump-config try-reload succeeds on an unarmed machine" debian 0 try-reload
ok "kdump-config try-reload does not arm" is /sys/kernel/kexec_crash_loaded 0

ok "kdump-config load succeeds" debian 0 load
ok "kdump-config load arms the machine" is /sys/kernel/kexec_crash_loaded 1
ok "kdump-config status works on an armed machine" debian 0 status
ok "kdump-config status prints Debian's line for an armed machine" test "$(cat "$work/out")" = "current state   : ready to kdump"
printf '00100000-3fffffff : System RAM\n  2a000000-31ffffff : Crash kernel\n' | put /proc/iomem
ok "kdump-config show works on an armed machine" debian 0 show
ok "kdump-config show prints the dump mode" out "DUMP_MODE:		kdump"
ok "kdump-config show prints USE_KDUMP" out "USE_KDUMP:		1"
ok "kdump-config show prints the directory of dumps" out "KDUMP_COREDIR:		/var/crash"
ok "kdump-config show prints the address of the reservation" out "crashkernel addr: 0x2a000000"
ok "kdump-config show prints the kernel" out "   /boot/vmlinuz-$version"
ok "kdump-config show prints the image" out "   /boot/initramfs-${version}kdump.img"
ok "kdump-config show says that the machine is ready" out "current state:    ready to kdump"
ok "kdump-config show prints the kexec command line" grep -q "^  kexec -p.* --command-line=\".*panic=10.*\" --initrd=/boot/initramfs-${version}kdump.img /boot/vmlinuz-$version\$" "$work/out"
ok "kdump-config condreload succeeds on an armed machine" debian 0 condreload
ok "kdump-config condreload arms again" is /sys/kernel/kexec_crash_loaded 1
ok "kdump-config reload succeeds" debian 0 reload
ok "kdump-config unload succeeds" debian 0 unload
ok "kdump-config unload unloads the kernel" is /sys/kernel/kexec_crash_loaded 0
image=$root/boot/initramfs-${version}kdump.img
rm "$image"
ok "kdump-config show works without an image" debian 0 show
ok "kdump-config show builds no image" test ! -e "$image"
printf 'path /srv/dumps\nssh a@b\n' | config
ok "kdump-config show works with another configuration" debian 0 show
ok "kdump-config show prints the configured path" out "KDUMP_COREDIR:		/srv/dumps"
ok "kdump-config show prints the ssh server" out "SSH:              a@b"

ok "kdump-config savecore fails in a kernel that did not crash" debian 1 savecore
ok "kdump-config savecore says where the dumps are" says "no /proc/vmcore.*kdumpctl list"
: | put /proc/vmcore
ok "kdump-config savecore fails in a capture kernel" debian 1 savecore
ok "kdump-config savecore names the command that saves" says "kdump-collect -l -d 31 /proc/vmcore"
rm "$root/proc/vmcore"
ok "kdump-config symlinks succeeds for an installed kernel" debian 0 symlinks "$version"
ok "kdump-config symlinks says that no links are needed" grep -q "no links are needed: /boot/vmlinuz-$version" "$work/out"
ok "kdump-config symlinks fails for an unknown kernel" debian 1 symlinks 5.0-none
ok "kdump-config symlinks lists the kernels that are there" says "no kernel 5.0-none; there is: [0-9]"
ok "kdump-config symlinks fails without a release" debian 1 symlinks
ok "kdump-config help succeeds" debian 0 help
ok "kdump-config help lists Debian's verbs" grep -q "condreload.*savecore" "$work/out"
finish
