#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# dracut module kdump-capture - saves the dump where only dracut can bring the target up:
# LVM thin pools, multipath, iSCSI, encrypted volumes.
#
# "kdumpctl start" calls dracut when the target asks for it. By hand:
#     dracut --hostonly --hostonly-cmdline --add kdump-capture --add-device DEVICE FILE
#
# shellcheck disable=SC2154 # variables of dracut

check()
{
	# Only where it is asked for: it saves a dump and reboots.
	return 255
}

depends()
{
	echo systemd dracut-systemd fs-lib
}

# Hooks and what they call, under the names kdump.conf has for them.
kdump_programs()
{
	local hook
	eval "$(kdump-config --shell /etc/kdump.conf)"
	for hook in $KDUMP_PRE $KDUMP_POST $KDUMP_EMERGENCY $KDUMP_EXTRA_BINS \
		/etc/kdump/pre.d/* /etc/kdump/post.d/* /etc/kdump/emergency.d/*; do
		[ ! -x "$hook" ] || inst_multiple "$hook"
	done
	case ${KDUMP_CORE_COLLECTOR%%[[:blank:]]*} in
	'' | kdump-collect | */kdump-collect | makedumpfile | */makedumpfile) ;; # our own
	*) inst_multiple "${KDUMP_CORE_COLLECTOR%%[[:blank:]]*}" ;;
	esac
}

install()
{
	inst_multiple /usr/lib/kdump/kdump-capture
	inst_simple /etc/kdump.conf
	inst_simple /etc/localtime
	kdump_programs
	mkdir -p "$initdir/etc/kdump"
	if ! kdumpctl --quiet _plan "$initdir/etc/kdump/plan"; then
		dfatal "kdump-capture: no plan for the target; see kdumpctl check-config"
		# What install() returns is not looked at, and an image without a plan saves nothing.
		exit 1
	fi
	inst_simple "$systemdsystemunitdir/kdump-capture.service"
	$SYSTEMCTL -q --root "$initdir" add-wants initrd.target kdump-capture.service
}

installkernel()
{
	eval "$(kdump-config --shell /etc/kdump.conf)"
	# The file systems a target may have.
	hostonly='' instmods ext4 xfs btrfs
	# shellcheck disable=SC2086 # a list
	[ -z "$KDUMP_EXTRA_MODULES" ] || hostonly='' instmods $KDUMP_EXTRA_MODULES
}
