#!/bin/bash
# iscsi-initramfs-tools.sh - a target on an iSCSI disk, on a Debian whose images are mkinitramfs's
. "$(dirname "$0")/lib.sh"
. "$here/iscsi.sh"

iscsi_machine mkinitramfs bookworm 6.1 initramfs-tools
iscsi_run
ok "the capture ran beside the scripts of initramfs-tools" says 'Begin: Running /scripts/init-premount'
finish
