#!/bin/sh
# machine.sh - can the tests run here? What they want of the machine beside packages, each with its remedy.
set -u

bad=0

# wants COMMAND REMEDY - COMMAND must work here.
wants()
{
	said=$(sh -c "$1" 2>&1) && return
	echo "machine.sh: '$1' does not work here: ${said:-no error message}" >&2
	echo "  $2" >&2
	bad=1
}

wants '[ "$(id -u)" = 0 ]' "The tests mount, use loop devices and start servers: run make as root."
wants '[ -r /proc/self/mountinfo ]' "Mount /proc: mount -t proc proc /proc"
wants 'unshare -m true' "In a chroot, / must be a mount point. Outside, before chroot: mount --bind DIR DIR"
wants '[ -c /dev/loop-control ]' "Load the loop driver: modprobe loop. In a chroot: mount --rbind /dev DIR/dev"
exit $bad
