#!/bin/sh
# sysconfig.sh - the sysconfig files: which kernel is loaded, from where, with which command line
. "$(dirname "$0")/lib.sh"

# sysconfig LINE... - is all that stands in the file.
sysconfig()
{
	printf '%s\n' "KDUMP_KERNELVER=$version" "$@" | put /etc/sysconfig/kdump
}

loads()
{
	exits 0 kdumpctl restart
}

# kexec_got REGEX - one of its arguments is this.
kexec_got()
{
	grep -qxE -- "$1" "$root/kexec-arguments" || { cat "$root/kexec-arguments"; return 1; }
}

cmdline_has()
{
	kexec_got "--command-line=(.* )?$1( .*)?"
}

cmdline_lacks()
{
	! cmdline_has "$1"
}

root_new
kernel=$root/boot/vmlinuz-$version
ok "a kernel that is not there" sh -c "echo KDUMP_KERNELVER=5.0-none >$root/etc/sysconfig/kdump"
ok "is refused" exits 1 kdumpctl restart
ok "with the remedy" says "KDUMP_KERNELVER is 5.0-none in .*/etc/sysconfig/kdump, and there is no such kernel; write one of: [0-9]"

# The command line.
sysconfig 'KDUMP_COMMANDLINE_APPEND="irqpoll nr_cpus=2 quiet"' 'KDUMP_COMMANDLINE_REMOVE="console"'
ok "words appended and removed" loads
ok "one that is appended" cmdline_has nr_cpus=2
ok "instead of the one built in" cmdline_lacks nr_cpus=1
ok "beside the table built in" cmdline_has reset_devices
ok "all of it" cmdline_has panic=10
ok "one that is removed" cmdline_lacks "console=.*"
ok "the rest of the running kernel's" cmdline_has ro
sysconfig 'KDUMP_COMMANDLINE_APPEND="reset_devices nr_cpus=2"'
ok "a table of one's own" loads
ok "is there" cmdline_has nr_cpus=2
ok "and nothing of that built in" cmdline_lacks nokaslr
ok "but panic=" cmdline_has panic=10
sysconfig 'KDUMP_COMMANDLINE_REMOVE="nokaslr pcie_ports"'
ok "words of the table removed" loads
ok "are gone" cmdline_lacks nokaslr
ok "the others are there" cmdline_has reset_devices
ok "and what is always removed is" cmdline_lacks quiet
sysconfig 'KDUMP_COMMANDLINE_APPEND="ip=dhcp rd.luks.uuid=x mine=1"'
ok "words that nobody looks at" loads
ok "are named" says "WARNING: /etc/sysconfig/kdump: KDUMP_COMMANDLINE_APPEND: ip=dhcp has no effect: .*network"
ok "each" says "KDUMP_COMMANDLINE_APPEND: rd.luks.uuid=x has no effect"
ok "but not the others" silent_on mine=1
ok "check-config" exits 0 kdumpctl check-config
ok "names them, too" says "ip=dhcp has no effect"
# Modules: what the capture would not load is not in the image, and what the target needs stays.
printf 'virtiofs crash\nextra_modules loop\n' | config
sysconfig 'KDUMP_COMMANDLINE_APPEND="rd.driver.blacklist=loop"'
ok "a blacklist of what is needed" exits 1 kdumpctl restart
ok "is refused" says "rd.driver.blacklist= on the capture kernel.s command line keeps out the module loop"
ok "with the way out" says "take it out of KDUMP_COMMANDLINE_APPEND"
echo "ro crashkernel=128M console=ttyS0 modprobe.blacklist=loop,floppy" | put /proc/cmdline
echo live | put /sys/module/loop/initstate
sysconfig
ok "one of the running kernel, loaded all the same" loads
ok "is not passed on" cmdline_has modprobe.blacklist=floppy
echo "virtiofs crash" | config
echo "root=/dev/sda1 ro crashkernel=128M quiet console=ttyS0" | put /proc/cmdline
ok "never a reservation" cmdline_lacks "crashkernel=.*"
sysconfig 'KDUMP_COMMANDLINE="root=/dev/x mine"'
ok "a command line of its own" loads
ok "is taken" cmdline_has mine
ok "the running kernel's is not" cmdline_lacks "console=.*"
sysconfig "KDUMP_COMMANDLINE='it=\"is quoted\"  twice'"
ok "quotes" loads
ok "reach the kernel" cmdline_has 'it="is quoted"'
sysconfig KDUMP_CPUS=4
ok "KDUMP_CPUS" loads
ok "counts" cmdline_has nr_cpus=4
sysconfig KDUMP_CPUS=0
ok "KDUMP_CPUS=0" loads
ok "is all of them" cmdline_lacks "nr_cpus=.*"
sysconfig 'KEXEC_ARGS="-d --dt-no-old-root \"a b\""'
ok "arguments for kexec" loads
ok "are there" kexec_got --dt-no-old-root
sysconfig "KDUMP_COMMANDLINE=\"$(printf 'x%.0s' $(seq 3000))\""
ok "a command line longer than the kernel takes" exits 1 kdumpctl restart
ok "is told" says "command line of the capture kernel: .*2047|command line of the capture kernel: .*long"

# What has no effect is named, by start and by check-config, with what to write instead.
sysconfig KDUMP_VERBOSE=8 KDUMP_COREDIR=/data HOSTTAG=ip
ok "settings without effect" loads
ok "are named" says "kdump:2:1: warning: KDUMP_VERBOSE has no effect: .*remove it"
ok "what kdump.conf overrules is, with both values" says "kdump:3:1: warning: KDUMP_COREDIR has no effect: it means 'path /data', but /etc/kdump.conf, which counts, has 'path /var/crash'"
ok "what happens anyway is not" silent_on HOSTTAG
ok "check-config" exits 0 kdumpctl check-config
ok "names them" says "KDUMP_VERBOSE has no effect"
ok "both values" says "path /data.*path /var/crash"
printf '# mine\nkernel.panic_on_oops = 1\nkernel.hung_task_panic=1\nvm.x = 2\nvm.nr_hugepages=0\n' | put /etc/kdump/sysctl.conf
echo 'vm.x = 3' | put /etc/sysctl.d/mine.conf
ok "a sysctl.conf of kdump-tools" loads
ok "is named" says "WARNING: /etc/kdump/sysctl.conf is ignored: kernel.hung_task_panic = 1 has no effect; put that line into /etc/sysctl.d/90-kdump.conf"
ok "but for what start does" silent_on panic_on_oops
ok "and what sysctl.d has" silent_on vm.x
ok "and huge pages, of which the capture kernel has none" silent_on nr_hugepages
rm "$root/etc/kdump/sysctl.conf" "$root/etc/sysctl.d/mine.conf"
echo KDUMP_CPUS=1 | put /etc/default/kdump-tools
ok "a second sysconfig file" exits 0 kdumpctl check-config
ok "is named" says "WARNING: /etc/default/kdump-tools is ignored because /etc/sysconfig/kdump exists"
rm "$root/etc/default/kdump-tools"
echo 'core_collector none' | config
sysconfig
ok "a log alone" exits 0 kdumpctl check-config
ok "is a wish" silent_on WARNING
echo "virtiofs crash" | config

# Which kernel.
mkdir -p "$root/boot/other" "$root/else"
cp "$kernel" "$root/boot/other/bzImage-$version.gz"
sysconfig KDUMP_IMG=bzImage KDUMP_IMG_EXT=.gz KDUMP_BOOTDIR=/boot/other
ok "an image by its parts" loads
ok "is loaded" kexec_got "$root/boot/other/bzImage-.*.gz"
sysconfig KDUMP_IMG=none
ok "one that is not there" loads
ok "is looked for in the usual places" kexec_got "$root/boot/vmlinuz-.*"
cp "$kernel" "$root/else/linux"
sysconfig KDUMP_KERNEL=/else/linux
ok "a file by name" loads
ok "is loaded" kexec_got "$root/else/linux"
# As kdump-tools left its links behind: to a kernel of long ago.
mkdir -p "$root/var/lib/kdump"
cp "$kernel" "$root/var/lib/kdump/vmlinuz"
sysconfig KDUMP_KERNEL=/var/lib/kdump/vmlinuz KDUMP_INITRD=/var/lib/kdump/initrd.img
ok "the links of kdump-tools" loads
ok "are not followed" kexec_got "$root/boot/vmlinuz-.*"
ok "the image is ours" kexec_got "--initrd=$root/boot/initramfs-.*kdump.img.*"

# Where the image goes.
sysconfig
rm "$root/boot/initrd.img-$version" "$(image)"
ok "no initramfs in /boot" loads
ok "the image is not put there" test -s "$root/var/lib/kdump/initramfs-${version}kdump.img"
mkdir -p "$root/boot/0123abc/$version"
mv "$kernel" "$root/boot/0123abc/$version/linux"
: >"$root/boot/0123abc/$version/initrd"
ok "a directory for each kernel" loads
ok "holds the kernel" kexec_got "$root/boot/0123abc/.*/linux"
ok "and the image" test -s "$root/boot/0123abc/$version/initrdkdump"
ok "the kernel goes" exits 0 kdumpctl _remove-kernel "$version"
ok "and all its images" test -z "$(find "$root" -name '*kdump*' -size +100k)"
mv "$root/boot/0123abc/$version/linux" "$kernel"

# What is no data.
sysconfig 'KDUMP_CPUS=many'
ok "a wrong number" loads
ok "is told" says "kdump:2:.*KDUMP_CPUS: 'many' has no effect; write a number"
# shellcheck disable=SC2016
sysconfig 'KDUMP_COMMANDLINE_APPEND="$(cat /etc/shadow)"'
ok "a program to be run" exits 1 kdumpctl restart
ok "is not" says "kdump:2:"
ok "and named" says "the sysconfig file has errors; see above"
sysconfig USE_KDUMP=0
ok "USE_KDUMP=0 is a wish, no failure" exits 0 kdumpctl restart
ok "is told" says "WARNING: .*USE_KDUMP is 0"
ok "nothing is loaded" exits 3 kdumpctl status

# A debug kernel takes more memory than is reserved: its plain build saves the dump.
cat >"$work/uname.c" <<'E'
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

static char release[100];

/* Before main() drops what it does not know of the environment. */
__attribute__((constructor)) static void take_release(void)
{
	strncpy(release, getenv("RELEASE"), sizeof(release) - 1);
}

int uname(struct utsname *u)
{
	memset(u, 0, sizeof(*u));
	strcpy(u->machine, "x86_64");
	strcpy(u->release, release);
	return 0;
}
E
runs()
{
	RELEASE=$1 LD_PRELOAD=$work/uname.so kdumpctl restart
}
rm "$root/etc/sysconfig/kdump"
ok "another uname" cc -shared -fPIC -o "$work/uname.so" "$work/uname.c"
for suffix in +debug .debug -debug; do
	ok "a kernel $version$suffix" exits 0 runs "$version$suffix"
	ok "is saved by the plain one" kexec_got "$root/boot/vmlinuz-$(echo "$version" | sed 's/[+.]/\\&/g')"
done
ok "one without a plain build" exits 1 runs 6.99+debug
ok "is taken itself" says "no kernel image for 6.99\+debug in /boot"
ok "so is one that is just called so" exits 1 runs 6.99-debugger
ok "as it is" says "no kernel image for 6.99-debugger"

# Debian's file alone.
rm "$root/etc/kdump.conf"
printf '%s\n' "KDUMP_KERNELVER=$version" "KDUMP_CMDLINE_APPEND='nr_cpus=3'" "NFS=\"server:/export\"" |
	put /etc/default/kdump-tools
ok "check-config" exits 0 kdumpctl check-config
ok "is content" says "there is no /etc/kdump.conf; /etc/default/kdump-tools is valid"
ok "it stands for a kdump.conf" grep -q "^nfs server:/export" "$root/run/kdump/kdump.conf"
printf '%s\n' "KDUMP_KERNELVER=$version" "KDUMP_COREDIR=/data/crash" "FTP=server" | put /etc/default/kdump-tools
ok "a target there is none of here" exits 1 kdumpctl check-config
ok "is refused" says "kdump-tools:3:.*FTP"
printf 'KDUMP_KERNELVER=%s\nKDUMP_COREDIR=/data/crash\n' "$version" | put /etc/default/kdump-tools
ok "a directory" exits 0 kdumpctl list
ok "is the path" grep -q "^path /data/crash" "$root/run/kdump/kdump.conf"
echo "virtiofs crash" | config
ok "a kdump.conf" loads
ok "rules" test "$("$build/kdump-image" show "$root/boot/0123abc/$version/initrdkdump" /etc/kdump.conf)" = "virtiofs crash"
sysconfig KDUMP_CPUS=2
ok "of both files" loads
ok "the first rules" cmdline_has nr_cpus=2
rm "$root/etc/kdump.conf" "$root/etc/sysconfig/kdump" "$root/etc/default/kdump-tools"
ok "without any file" exits 0 kdumpctl list
ok "the usual values hold" says "no dumps"
finish
