# emulate.sh - sourced: let the kernel run programs of another architecture, by QEMU's user emulation
#
#     emulate_begin arm64; chroot "$root" ...; emulate_end
# Debian's qemu-user-static registers the emulator where binfmt_misc is mounted when it is installed. Where
# it is not, emulate_begin does it and emulate_end takes it back. A second user meanwhile may lose it too
# early, so they take turns. The emulated CPU has no pointer authentication, which QEMU calculates bit by bit at
# each call: programs that use it take ten times as long.

emulate_binfmt=/proc/sys/fs/binfmt_misc
emulate_ours=

# emulate_begin ARCH - as Debian names it; nothing for this machine's own.
emulate_begin()
{
	[ "$1" != "$(dpkg --print-architecture)" ] || return 0
	[ "$1" = arm64 ] || { echo "emulate.sh: no emulator for $1" >&2; return 1; }
	export QEMU_CPU=${QEMU_CPU:-cortex-a57}
	exec {emulate_lock}>"${KDUMP_TEST_CACHE:-/var/cache/kdump-tests}/.emulate.lock"
	flock "$emulate_lock"
	[ -e $emulate_binfmt/register ] || mount -t binfmt_misc binfmt_misc $emulate_binfmt || return 1
	[ ! -e $emulate_binfmt/qemu-aarch64 ] || return 0
	# F: the emulator is opened now, so that it is there in a chroot, too. P: a program keeps the name that
	# it is called by. ELF, 64 bits, machine 183.
	printf '%s' ':qemu-aarch64:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00' \
		':\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff' \
		":$(command -v qemu-aarch64-static):FP" >$emulate_binfmt/register || return 1
	emulate_ours=yes
}

emulate_end()
{
	[ -z "$emulate_ours" ] || echo -1 >$emulate_binfmt/qemu-aarch64
	emulate_ours=
	[ -z "${emulate_lock-}" ] || exec {emulate_lock}>&-
}
