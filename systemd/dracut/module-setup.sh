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

# Hooks and what they call, under the names kdump.conf has for them.
kdump_programs()
{
	local hook
	eval "$(kdump-config --shell /etc/kdump.conf)"
	for hook in $KDUMP_PRE $KDUMP_POST $KDUMP_EMERGENCY $KDUMP_EXTRA_BINS \
		/etc/kdump/pre.d/* /etc/kdump/post.d/* /etc/kdump/emergency.d/*; do
		[ ! -x "$hook" ] || inst_multiple "$hook"
	done
	[ -z "$KDUMP_FENCE_KDUMP_NODES" ] ||
		inst_multiple -o /usr/libexec/fence_kdump_send /usr/libexec/fence-agents/fence_kdump_send \
			/usr/lib/fence-agents/fence_kdump_send /usr/lib/fence_kdump_send /usr/sbin/fence_kdump_send
	case ${KDUMP_CORE_COLLECTOR%%[[:blank:]]*} in
	'' | kdump-collect | */kdump-collect | makedumpfile | */makedumpfile) ;; # our own
	*) inst_multiple "${KDUMP_CORE_COLLECTOR%%[[:blank:]]*}" ;;
	esac
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
	inst_multiple /usr/lib/kdump/kdump-capture
	inst_simple /etc/kdump.conf
	inst_simple /etc/localtime
	kdump_programs
	kdumpctl --quiet _plan "$initdir" ||
		kdump_fail "no plan for the target; see kdumpctl check-config"
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
	modules=$(kdumpctl --quiet _plan) || kdump_fail "no drivers for the network of fence_kdump_nodes"
	# shellcheck disable=SC2086 # a list
	[ -z "$modules" ] || hostonly='' instmods $modules
}
