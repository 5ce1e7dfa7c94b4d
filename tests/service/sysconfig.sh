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
ok "the sysconfig file can name a missing kernel" sh -c "echo KDUMP_KERNELVER=5.0-none >$root/etc/sysconfig/kdump"
ok "restart refuses a missing kernel" exits 1 kdumpctl restart
ok "restart lists the kernels that are there" says "KDUMP_KERNELVER is 5.0-none in .*/etc/sysconfig/kdump, and there is no such kernel; write one of: [0-9]"

# The command line.
sysconfig 'KDUMP_COMMANDLINE_APPEND="irqpoll nr_cpus=2 quiet"' 'KDUMP_COMMANDLINE_REMOVE="console"'
ok "restart succeeds with words appended and removed" loads
ok "the command line has an appended word" cmdline_has nr_cpus=2
ok "an appended word replaces the one built in" cmdline_lacks nr_cpus=1
ok "the built-in table stays beside an appended word" cmdline_has reset_devices
ok "the built-in table is complete beside an appended word" cmdline_has panic=10
ok "the command line lacks a removed word" cmdline_lacks "console=.*"
ok "the command line keeps the rest of the running kernel's" cmdline_has ro
sysconfig 'KDUMP_COMMANDLINE_APPEND="reset_devices nr_cpus=2"'
ok "restart succeeds with a table of one's own" loads
ok "the command line has a table of one's own" cmdline_has nr_cpus=2
ok "a table of one's own replaces the one built in" cmdline_lacks nokaslr
ok "a table of one's own does not replace panic=" cmdline_has panic=10
sysconfig 'KDUMP_COMMANDLINE_REMOVE="nokaslr pcie_ports"'
ok "restart succeeds with words removed from the table" loads
ok "the command line lacks a word removed from the table" cmdline_lacks nokaslr
ok "the command line has the other words of the table" cmdline_has reset_devices
ok "the command line lacks what is always removed" cmdline_lacks quiet
sysconfig 'KDUMP_COMMANDLINE_APPEND="ip=dhcp rd.luks.uuid=x mine=1"'
ok "restart succeeds with words that have no effect" loads
ok "restart warns that ip= has no effect" says "WARNING: /etc/sysconfig/kdump: KDUMP_COMMANDLINE_APPEND: ip=dhcp has no effect: .*network"
ok "restart warns that rd.luks.uuid= has no effect" says "KDUMP_COMMANDLINE_APPEND: rd.luks.uuid=x has no effect"
ok "restart does not warn of a word that it does not know" silent_on mine=1
ok "check-config succeeds with words that have no effect" exits 0 kdumpctl check-config
ok "check-config warns that ip= has no effect" says "ip=dhcp has no effect"
# Modules: what the capture would not load is not in the image, and what the target needs stays.
printf 'virtiofs crash\nextra_modules loop\n' | config
sysconfig 'KDUMP_COMMANDLINE_APPEND="rd.driver.blacklist=loop"'
ok "restart refuses to blacklist a module that is needed" exits 1 kdumpctl restart
ok "restart names the blacklisted module" says "rd.driver.blacklist= on the capture kernel.s command line keeps out the module loop"
ok "restart says where to remove the blacklist" says "take it out of KDUMP_COMMANDLINE_APPEND"
echo "ro crashkernel=128M console=ttyS0 modprobe.blacklist=loop,floppy" | put /proc/cmdline
echo live | put /sys/module/loop/initstate
sysconfig
ok "restart succeeds with a blacklisted module that is loaded" loads
ok "the command line lacks the blacklist of a loaded module" cmdline_has modprobe.blacklist=floppy
echo "virtiofs crash" | config
echo "root=/dev/sda1 ro crashkernel=128M quiet console=ttyS0" | put /proc/cmdline
ok "the command line never has a reservation" cmdline_lacks "crashkernel=.*"
sysconfig 'KDUMP_COMMANDLINE="root=/dev/x mine"'
ok "restart succeeds with a whole command line" loads
ok "the command line is KDUMP_COMMANDLINE" cmdline_has mine
ok "KDUMP_COMMANDLINE replaces the running kernel's words" cmdline_lacks "console=.*"
sysconfig "KDUMP_COMMANDLINE='it=\"is quoted\"  twice'"
ok "restart succeeds with quotes in the command line" loads
ok "the quotes in the command line reach the kernel" cmdline_has 'it="is quoted"'
sysconfig KDUMP_CPUS=4
ok "restart succeeds with KDUMP_CPUS=4" loads
ok "the command line has the number of KDUMP_CPUS" cmdline_has nr_cpus=4
sysconfig KDUMP_CPUS=0
ok "restart succeeds with KDUMP_CPUS=0" loads
ok "the command line has no nr_cpus with KDUMP_CPUS=0" cmdline_lacks "nr_cpus=.*"
sysconfig 'KEXEC_ARGS="-d --dt-no-old-root \"a b\""'
ok "restart succeeds with KEXEC_ARGS" loads
ok "kexec gets the words of KEXEC_ARGS" kexec_got --dt-no-old-root
sysconfig "KDUMP_COMMANDLINE=\"$(printf 'x%.0s' $(seq 3000))\""
ok "restart refuses a command line that is too long" exits 1 kdumpctl restart
ok "restart says how long a command line may be" says "command line of the capture kernel: .*2047|command line of the capture kernel: .*long"

# What has no effect is named, by start and by check-config, with what to write instead.
sysconfig KDUMP_VERBOSE=8 KDUMP_COREDIR=/data HOSTTAG=ip
ok "restart succeeds with settings without effect" loads
ok "restart warns of a setting without effect" says "kdump:2:1: warning: KDUMP_VERBOSE has no effect: .*remove it"
ok "restart warns of a setting that kdump.conf overrules" says "kdump:3:1: warning: KDUMP_COREDIR has no effect: it means 'path /data', but /etc/kdump.conf, which counts, has 'path /var/crash'"
ok "restart does not warn of what happens anyway" silent_on HOSTTAG
ok "check-config succeeds with settings without effect" exits 0 kdumpctl check-config
ok "check-config warns of a setting without effect" says "KDUMP_VERBOSE has no effect"
ok "check-config shows both values of an overruled setting" says "path /data.*path /var/crash"
printf '# mine\nkernel.panic_on_oops = 1\nkernel.hung_task_panic=1\nvm.x = 2\nvm.nr_hugepages=0\n' | put /etc/kdump/sysctl.conf
echo 'vm.x = 3' | put /etc/sysctl.d/mine.conf
ok "restart succeeds with a sysctl.conf of kdump-tools" loads
ok "restart warns of a line in the old sysctl.conf" says "WARNING: /etc/kdump/sysctl.conf is ignored: kernel.hung_task_panic = 1 has no effect; put that line into /etc/sysctl.d/90-kdump.conf"
ok "restart does not warn of a value that start sets" silent_on panic_on_oops
ok "restart does not warn of a value that sysctl.d sets" silent_on vm.x
ok "restart does not warn of huge pages" silent_on nr_hugepages
rm "$root/etc/kdump/sysctl.conf" "$root/etc/sysctl.d/mine.conf"
echo KDUMP_CPUS=1 | put /etc/default/kdump-tools
ok "check-config succeeds with two sysconfig files" exits 0 kdumpctl check-config
ok "check-config warns of the second sysconfig file" says "WARNING: /etc/default/kdump-tools is ignored because /etc/sysconfig/kdump exists"
rm "$root/etc/default/kdump-tools"
echo 'core_collector none' | config
sysconfig
ok "check-config succeeds with core_collector none" exits 0 kdumpctl check-config
ok "check-config does not warn of core_collector none" silent_on WARNING
echo "virtiofs crash" | config

# Which kernel.
mkdir -p "$root/boot/other" "$root/else"
cp "$kernel" "$root/boot/other/bzImage-$version.gz"
sysconfig KDUMP_IMG=bzImage KDUMP_IMG_EXT=.gz KDUMP_BOOTDIR=/boot/other
ok "restart succeeds with a kernel given by its parts" loads
ok "restart loads the kernel given by its parts" kexec_got "$root/boot/other/bzImage-.*.gz"
sysconfig KDUMP_IMG=none
ok "restart succeeds with parts of a missing kernel" loads
ok "restart loads the usual kernel instead of a missing one" kexec_got "$root/boot/vmlinuz-.*"
cp "$kernel" "$root/else/linux"
sysconfig KDUMP_KERNEL=/else/linux
ok "restart succeeds with KDUMP_KERNEL" loads
ok "restart loads the file of KDUMP_KERNEL" kexec_got "$root/else/linux"
# As kdump-tools left its links behind: to a kernel of long ago.
mkdir -p "$root/var/lib/kdump"
cp "$kernel" "$root/var/lib/kdump/vmlinuz"
sysconfig KDUMP_KERNEL=/var/lib/kdump/vmlinuz KDUMP_INITRD=/var/lib/kdump/initrd.img
ok "restart succeeds with the links of kdump-tools" loads
ok "restart does not load the links of kdump-tools" kexec_got "$root/boot/vmlinuz-.*"
ok "restart loads our image in place of kdump-tools' link" kexec_got "--initrd=$root/boot/initramfs-.*kdump.img.*"

# Where the image goes.
sysconfig
rm "$root/boot/initrd.img-$version" "$(image)"
ok "restart succeeds without an initramfs in /boot" loads
ok "restart puts the image into our directory then" test -s "$root/var/lib/kdump/initramfs-${version}kdump.img"
mkdir -p "$root/boot/0123abc/$version"
mv "$kernel" "$root/boot/0123abc/$version/linux"
: >"$root/boot/0123abc/$version/initrd"
ok "restart succeeds with a directory for each kernel" loads
ok "restart finds the kernel in its directory" kexec_got "$root/boot/0123abc/.*/linux"
ok "restart puts the image into the kernel's directory" test -s "$root/boot/0123abc/$version/initrdkdump"
ok "_remove-kernel succeeds for that kernel" exits 0 kdumpctl _remove-kernel "$version"
ok "_remove-kernel removes all images of the kernel" test -z "$(find "$root" -name '*kdump*' -size +100k)"
mv "$root/boot/0123abc/$version/linux" "$kernel"

# What is no data.
sysconfig 'KDUMP_CPUS=many'
ok "restart succeeds with a wrong number" loads
ok "restart warns of the wrong number" says "kdump:2:.*KDUMP_CPUS: 'many' has no effect; write a number"
# shellcheck disable=SC2016
sysconfig 'KDUMP_COMMANDLINE_APPEND="$(cat /etc/shadow)"'
ok "restart refuses a value that runs a program" exits 1 kdumpctl restart
ok "restart names the line that runs a program" says "kdump:2:"
ok "restart says that the sysconfig file has errors" says "the sysconfig file has errors; see above"
sysconfig USE_KDUMP=0
ok "restart succeeds with USE_KDUMP=0" exits 0 kdumpctl restart
ok "restart warns that USE_KDUMP is 0" says "WARNING: .*USE_KDUMP is 0"
ok "status exits with 3 with USE_KDUMP=0" exits 3 kdumpctl status

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
ok "cc builds a uname() with a release of ours" cc -shared -fPIC -o "$work/uname.so" "$work/uname.c"
for suffix in +debug .debug -debug; do
	ok "restart succeeds on the debug kernel $version$suffix" exits 0 runs "$version$suffix"
	ok "restart loads the plain kernel for $version$suffix" kexec_got "$root/boot/vmlinuz-$(echo "$version" | sed 's/[+.]/\\&/g')"
done
ok "restart fails on a debug kernel without a plain build" exits 1 runs 6.99+debug
ok "restart names the debug kernel without a plain build" says "no kernel image for 6.99\+debug in /boot"
ok "restart fails on a kernel whose name ends like a debug kernel" exits 1 runs 6.99-debugger
ok "restart names that kernel with its whole release" says "no kernel image for 6.99-debugger"

# Debian's file alone.
rm "$root/etc/kdump.conf"
printf '%s\n' "KDUMP_KERNELVER=$version" "KDUMP_CMDLINE_APPEND='nr_cpus=3'" "NFS=\"server:/export\"" |
	put /etc/default/kdump-tools
ok "check-config succeeds with Debian's file alone" exits 0 kdumpctl check-config
ok "check-config names Debian's file as the one that counts" says "there is no /etc/kdump.conf; /etc/default/kdump-tools is valid"
ok "Debian's file is converted into kdump.conf in /run" grep -q "^nfs server:/export" "$root/run/kdump/kdump.conf"
printf '%s\n' "KDUMP_KERNELVER=$version" "KDUMP_COREDIR=/data/crash" "FTP=server" | put /etc/default/kdump-tools
ok "check-config refuses an FTP target of Debian's file" exits 1 kdumpctl check-config
ok "check-config names the line of the FTP target" says "kdump-tools:3:.*FTP"
printf 'KDUMP_KERNELVER=%s\nKDUMP_COREDIR=/data/crash\n' "$version" | put /etc/default/kdump-tools
ok "list succeeds with KDUMP_COREDIR" exits 0 kdumpctl list
ok "KDUMP_COREDIR becomes path in /run/kdump/kdump.conf" grep -q "^path /data/crash" "$root/run/kdump/kdump.conf"
echo "virtiofs crash" | config
ok "restart succeeds with kdump.conf beside Debian's file" loads
ok "the image has kdump.conf and not Debian's settings" test "$("$build/kdump-image" show "$root/boot/0123abc/$version/initrdkdump" /etc/kdump.conf)" = "virtiofs crash"
sysconfig KDUMP_CPUS=2
ok "restart succeeds with both sysconfig files" loads
ok "the first of both sysconfig files counts" cmdline_has nr_cpus=2
rm "$root/etc/kdump.conf" "$root/etc/sysconfig/kdump" "$root/etc/default/kdump-tools"
ok "list succeeds without any file" exits 0 kdumpctl list
ok "list uses the default path without any file" says "no dumps"
finish
