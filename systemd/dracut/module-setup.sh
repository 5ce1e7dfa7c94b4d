#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# dracut module kdump-capture - saves the dump where only dracut can bring the target up:
# LVM thin pools, multipath, iSCSI, encrypted volumes.
#
#     dracut --hostonly --add kdump-capture --add-device /dev/mapper/DEVICE FILE
#     and KDUMP_INITRD=FILE in /etc/sysconfig/kdump
#
# shellcheck disable=SC2154 # variables of dracut

check()
{
	# Only where it is asked for: it saves a dump and reboots.
	return 255
}

depends()
{
	echo systemd fs-lib
}

install()
{
	inst_multiple /usr/lib/kdump/kdump-capture /etc/kdump.conf
	inst_simple /etc/localtime
	mkdir -p "$initdir/etc/kdump"
	kdumpctl --quiet _plan "$initdir/etc/kdump/plan" ||
		dfatal "kdump-capture: no plan for the target; see kdumpctl check-config"
	inst_simple "$systemdsystemunitdir/kdump-capture.service"
	$SYSTEMCTL -q --root "$initdir" add-wants initrd.target kdump-capture.service
}

installkernel()
{
	# The file systems a target may have.
	hostonly='' instmods ext4 xfs btrfs
}
