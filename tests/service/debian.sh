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

ok "status of a machine that is not armed" debian 0 status
ok "is Debian's line and no other" test "$(cat "$work/out")" = "current state   : Not ready to kdump"
ok "show" debian 0 show
ok "says the same" out "current state:    Not ready to kdump"
ok "nothing is recorded" out "  no kexec command recorded"
ok "it builds nothing" test -z "$(find "$root/boot" "$root/var/lib" -name '*kdump*' 2>/dev/null)"
ok "condreload leaves it alone" debian 0 condreload
ok "indeed" is /sys/kernel/kexec_crash_loaded 0
ok "try-reload, too" debian 0 try-reload
ok "indeed" is /sys/kernel/kexec_crash_loaded 0

ok "load" debian 0 load
ok "loads" is /sys/kernel/kexec_crash_loaded 1
ok "status of an armed machine" debian 0 status
ok "is Debian's line and no other" test "$(cat "$work/out")" = "current state   : ready to kdump"
printf '00100000-3fffffff : System RAM\n  2a000000-31ffffff : Crash kernel\n' | put /proc/iomem
ok "show" debian 0 show
ok "the mode" out "DUMP_MODE:		kdump"
ok "wanted" out "USE_KDUMP:		1"
ok "the directory" out "KDUMP_COREDIR:		/var/crash"
ok "the reservation" out "crashkernel addr: 0x2a000000"
ok "the kernel" out "   /boot/vmlinuz-$version"
ok "the image" out "   /boot/initramfs-${version}kdump.img"
ok "the state" out "current state:    ready to kdump"
ok "what was loaded, and how" grep -q "^  kexec -p.* --command-line=\".*panic=10.*\" --initrd=/boot/initramfs-${version}kdump.img /boot/vmlinuz-$version\$" "$work/out"
ok "condreload" debian 0 condreload
ok "arms anew" is /sys/kernel/kexec_crash_loaded 1
ok "reload" debian 0 reload
ok "unload" debian 0 unload
ok "unloads" is /sys/kernel/kexec_crash_loaded 0
image=$root/boot/initramfs-${version}kdump.img
rm "$image"
ok "show when the image is gone" debian 0 show
ok "builds nothing" test ! -e "$image"
printf 'path /srv/dumps\nssh a@b\n' | config
ok "show of another configuration" debian 0 show
ok "has its directory" out "KDUMP_COREDIR:		/srv/dumps"
ok "and its server" out "SSH:              a@b"

ok "savecore in a kernel that runs" debian 1 savecore
ok "says why not" says "no /proc/vmcore.*kdumpctl list"
: | put /proc/vmcore
ok "savecore in a kernel started by a crash" debian 1 savecore
ok "says what does it" says "kdump-collect -l -d 31 /proc/vmcore"
rm "$root/proc/vmcore"
ok "symlinks" debian 0 symlinks "$version"
ok "says that there are none" grep -q "no links are needed: /boot/vmlinuz-$version" "$work/out"
ok "symlinks of a kernel that is not there" debian 1 symlinks 5.0-none
ok "says which are" says "no kernel 5.0-none; there is: [0-9]"
ok "symlinks of none" debian 1 symlinks
ok "help" debian 0 help
ok "tells the verbs" grep -q "condreload.*savecore" "$work/out"
finish
