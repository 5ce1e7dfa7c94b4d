#!/bin/bash
# initramfs-tools.sh - a target that our own image cannot bring up, on a Debian whose images are mkinitramfs's
. "$(dirname "$0")/lib.sh"
. "$here/thin.sh"

thin_machine bookworm 6.1 initramfs-tools
service_run 1500
ok "the capture ran beside the scripts of initramfs-tools" says 'Begin: Running /scripts/init-premount'
thin_results
finish
