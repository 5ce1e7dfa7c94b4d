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
	[[ " ${host_fs_types[*]} " == *" crypto_LUKS "* ]] || return 0
	# dracut leaves out what unlocks a volume, and says it is done, where a program for that is
	# missing (tpm2-tools, dmsetup). What we depend on it must have.
	echo crypt
	! compgen -G "$dracutbasedir/modules.d/*systemd-cryptsetup" >/dev/null || echo systemd-cryptsetup
	! grep -qs '^[^#]*tpm2-device=' "$dracutsysrootdir/etc/crypttab" || echo tpm2-tss
}

# kdump_plan WORD [DIR] - what our program names so; the rest of what it knows goes into DIR.
kdump_plan()
{
	local lines
	lines=$(kdumpctl --quiet _plan "${@:2}") || kdump_fail "no plan for the target; see kdumpctl check-config"
	sed -n "s/^$1 //p" <<<"$lines"
}

# kdump_fail WORDS - what install() returns is not looked at, and such an image saves nothing.
kdump_fail()
{
	dfatal "kdump-capture: $1"
	exit 1
}

kdump_is_multipath()
{
	[[ "$(cat "/sys/dev/block/$1/dm/uuid" 2>/dev/null)" == *mpath-* ]]
}

# A module that is not installed, or finds a program missing, is left out by dracut in silence.
kdump_multipath()
{
	for_each_host_dev_and_slaves kdump_is_multipath || return 0
	dracut_module_included multipath ||
		kdump_fail "the target is a multipath device; install multipath-tools and kpartx"
	# Debian's names: without them each path is a disk of its own to LVM.
	inst_rules 56-dm-mpath.rules 60-multipath.rules 99-z-dm-mpath-late.rules
}

# kdump_chap MAJOR:MINOR - the secrets of the disk's session, as lines of iscsid.conf.
kdump_chap()
{
	local dir key value text=''
	block_is_iscsi "$1" || return 1
	dir=$(readlink -f "/sys/dev/block/$1")
	dir=${dir%%/target*}
	for key in username password username_in password_in; do
		value=''
		read -r value 2>/dev/null <"$dir/iscsi_session/${dir##*/}/$key"
		case $value in
		'' | '(null)') ;;
		*) text+="node.session.auth.$key = $value"$'\n' ;;
		esac
	done
	[ -n "$text" ] || return 0
	text="node.session.auth.authmethod = CHAP"$'\n'$text
	[ -z "$kdump_secrets" ] || [ "$kdump_secrets" = "$text" ] ||
		kdump_fail "the target's iSCSI sessions have different CHAP secrets; give them the same"
	kdump_secrets=$text
}

# systemd's own generator reads the kernel's command line, not what modules leave in the image, and
# files of this system for networkd may say that somebody else sets the addresses. networkd is not
# root.
kdump_networkd()
{
	local dir=$initdir/kdump-network file
	local -a words
	dracut_module_included systemd-networkd || return 0
	read -r -a words -d '' < <(cat "$initdir"/etc/cmdline.d/*.conf; echo "$kernel_cmdline")
	"$systemdutildir"/systemd-network-generator --root "$dir" -- "${words[@]}" ||
		kdump_fail "no network for the target's disk: systemd-network-generator ${words[*]} failed"
	mkdir -p "$initdir/etc/systemd/network"
	for file in "$dir"/run/systemd/network/*.net*; do
		[ -e "$file" ] || continue
		chmod 644 "$file"
		cp -p "$file" "$initdir/etc/systemd/network/00-kdump-${file##*/}"
	done
	chmod 755 "$initdir/etc/systemd/network"
	rm -rf "$dir"
}

kdump_iscsi()
{
	local kdump_secrets='' conf=$initdir/etc/iscsi/iscsid.conf
	for_each_host_dev_and_slaves block_is_iscsi || return 0
	dracut_module_included iscsi || kdump_fail "the target is on an iSCSI disk; install what dracut \
wants for it: dracut-network, open-iscsi (iscsi-initiator-utils)"
	for_each_host_dev_and_slaves_all kdump_chap
	if [ -n "$kdump_secrets" ]; then
		# Not into the file of this system, should that be a link.
		{ cat "$conf" 2>/dev/null; echo "$kdump_secrets"; } >"$conf.new"
		mv "$conf.new" "$conf"
	fi
	kdump_networkd
}

install()
{
	local lines
	local -a programs
	inst_multiple /usr/lib/kdump/kdump-capture
	inst_simple /etc/kdump.conf
	inst_simple /etc/localtime
	lines=$(kdump_plan program "$initdir") || exit 1
	mapfile -t programs <<<"$lines"
	[ -z "${programs[0]}" ] || inst_multiple "${programs[@]}"
	kdump_multipath
	kdump_iscsi
	inst_simple "$systemdsystemunitdir/kdump-capture.service"
	$SYSTEMCTL -q --root "$initdir" add-wants initrd.target kdump-capture.service
}

installkernel()
{
	local modules
	eval "$(kdump-config --shell /etc/kdump.conf)"
	# The file systems a target may have.
	hostonly='' instmods ext4 xfs btrfs
	# shellcheck disable=SC2086 # a list
	[ -z "$KDUMP_EXTRA_MODULES" ] || hostonly='' instmods $KDUMP_EXTRA_MODULES
	# The network of fence_kdump_nodes.
	modules=$(kdump_plan module) || exit 1
	# shellcheck disable=SC2086 # a list
	[ -z "$modules" ] || hostonly='' instmods $modules
}
