# SPDX-License-Identifier: GPL-2.0-or-later
# kdump-lib-initramfs.sh - to be sourced by scripts that ask what stands in kdump.conf
#
#     . /usr/lib/kdump/kdump-lib-initramfs.sh
#     target=$(kdump_get_conf_val 'ext[234]|xfs|btrfs')

KDUMP_CONFIG_FILE="/etc/kdump.conf"

# kdump_get_conf_val REGEX - prints the value of the last line whose key the expression matches as a
# whole. No defaults: where there is no such line, nothing is printed, and that is no failure.
kdump_get_conf_val()
{
	@sbindir@/kdump-config --get-raw "$1" "$KDUMP_CONFIG_FILE"
}
