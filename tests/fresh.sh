#!/bin/bash
# fresh.sh SUITE [STEP...] - a minimal Debian with nothing in it, and what a newcomer does there
#
#   demo    README's first command, word for word but for the address of the repository
#   unit    unit tests and lint
#   check   README's second command: all tests
#   deb     the packages
#   upgrade from Debian's kdump-tools and makedumpfile to these packages, and their removal
#   'run COMMAND'  anything else, in the tree of sources
#   panic   kdump's package on a machine of that Debian, through real panics of its kernel
#
# Without STEP: demo unit deb upgrade panic. Nothing of this machine is in there but the folder of downloads
# ($KDUMP_TEST_CACHE), so what we forgot to install is missing there, too. The last commit is tested.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/vm/lib.sh"
. "$here/setup/apt.sh"

usage="usage: fresh.sh bookworm|trixie|sid [demo|unit|check|deb|upgrade|panic|'run COMMAND']..."
case ${1-} in
bookworm) kernel=6.1 ;;
trixie) kernel=6.12 ;;
sid) kernel=7.x ;;
*) die "$usage" ;;
esac
[ "$(id -u)" = 0 ] || die "making a root file system needs root; run: sudo $0 $*"
# Mounts in a namespace of our own: they end with this script, however it ends.
[ -n "${KDUMP_FRESH_MOUNTS-}" ] ||
	KDUMP_FRESH_MOUNTS=1 exec unshare -m --propagation private "$0" "$@"

suite=$1
shift
[ $# -gt 0 ] || set -- demo unit deb upgrade panic
[ "$*" = demo ] || "$here/setup/deps.sh" vm

# root_new - the minimal root: what mmdebstrap calls minbase.
root_new()
{
	apt_sources "$suite" >"$tmp/sources.list"
	mmdebstrap --mode=root --variant=minbase --aptopt='Acquire::Languages "none"' \
		"$suite" "$root" "$tmp/sources.list" >"$tmp/log" 2>&1 ||
		{ tail -n 20 "$tmp/log" >&2; die "mmdebstrap of $suite failed"; }
	git -C "$here/.." clone -q --bare . "$root/srv/kdump.git"
}

# root_mounts - a chroot as a container has it, and the downloads of earlier runs.
root_mounts()
{
	mkdir -p "$root$KDUMP_TEST_CACHE" "$KDUMP_TEST_CACHE/fresh/archives-$suite"
	mount --bind "$root" "$root"
	mount -t proc proc "$root/proc"
	mount --rbind /sys "$root/sys"
	mount --rbind /dev "$root/dev"
	mount -t tmpfs tmpfs "$root/run"
	mount --bind "$KDUMP_TEST_CACHE" "$root$KDUMP_TEST_CACHE"
	mount --bind "$KDUMP_TEST_CACHE/fresh/archives-$suite" "$root/var/cache/apt/archives"
	cp -L /etc/resolv.conf "$root/etc/resolv.conf"
}

# inside COMMAND - a line of shell in the new root, with the environment of a new login.
inside()
{
	chroot "$root" /usr/bin/env -i HOME=/root TERM=dumb LC_ALL=C.UTF-8 \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		KDUMP_TEST_CACHE="$KDUMP_TEST_CACHE" /bin/sh -ec "$1"
}

# The line that README tells people to type.
first_command()
{
	local line
	line=$(sed -n 's/^    \(apt-get update && .*git clone .* make demo\)$/\1/p' "$here/../README.md")
	[ -n "$line" ] || die "README.md has no line 'apt-get update && ... git clone URL kdump && ... make demo'"
	echo "$line" | sed 's|git clone [^ ]* |git clone /srv/kdump.git |'
}

# Without the demo before it, the other steps begin with what its line begins with.
source_tree()
{
	[ -d "$root/root/kdump" ] || inside 'apt-get -q update >/dev/null
		apt-get -q install -y git make >/dev/null 2>&1; cd; git clone -q /srv/kdump.git kdump'
}

run_step()
{
	case $1 in
	demo) inside "cd; $(first_command)" ;;
	unit) source_tree && inside 'cd /root/kdump; make unit lint' ;;
	check) source_tree && inside 'cd /root/kdump; make check' ;;
	deb) source_tree && inside 'cd /root/kdump; make deb' ;;
	upgrade) source_tree && inside 'cd /root/kdump; tests/packages/deb.sh build/deb/*.deb' ;;
	panic) source_tree && inside "cd /root/kdump; KDUMP_TEST_SUITE=$suite make behaviours \
		VM_KERNELS=$kernel VM_SCRIPTS=tests/vm/service/crash.sh" ;;
	"run "*) source_tree && inside "cd /root/kdump; ${1#run }" ;;
	*) die "$usage" ;;
	esac
}

tmp=$(cache_tmp fresh)
root=$tmp/root
trap 'umount -R "$root" 2>/dev/null; rm -rf --one-file-system "$tmp"' EXIT
say "a minimal $suite"
root_new
root_mounts
for step; do
	say "$suite: $step"
	run_step "$step" || die "$suite: $step FAILED"
	say "$suite: $step passed"
done
# Downloads that no list names any more.
inside 'apt-get -q autoclean >/dev/null'
