#!/bin/bash
# multipath-initramfs-tools.sh - a target behind two paths, on a Debian whose images are mkinitramfs's
. "$(dirname "$0")/lib.sh"
. "$here/multipath.sh"

multipath_machine mkinitramfs bookworm 6.1 initramfs-tools multipath-tools-boot
multipath_run
ok "the capture ran beside the scripts of initramfs-tools" says 'Begin: Running /scripts/init-premount'
finish
