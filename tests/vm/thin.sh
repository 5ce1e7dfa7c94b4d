# thin.sh - sourced, after service/lib.sh: dumps go to ext4 on an LVM thin volume, by an image of others;
# the other node of a cluster hears of it
#
#     thin_machine SUITE KERNEL PACKAGE...; service_run DEADLINE; thin_results

. "$here/fence.sh"

# thin_machine SUITE KERNEL PACKAGE... - a machine whose service makes its image with a program of them.
thin_machine()
{
	VM_MEM=2G VM_CRASHKERNEL=512M
	fence_agents
	service_networked "$@" thin-provisioning-tools python3
	machine_put "$work/agents$fence_sender" "$fence_sender"
	fence_listen 1500
	machine_disk data 2G
	printf '#!/bin/sh\necho "hook: status $1"\n' | machine_text /kdt/hook 755
	machine_text /etc/kdump/post.d/more 755 <<-'P'
		#!/usr/bin/python3
		import textwrap
		print("hook: python", textwrap.shorten("imports its modules", 40))
	P
	thin_steps
}

thin_steps()
{
	steps <<'E'
step_1()
{
	modprobe dm_thin_pool
	vgcreate -y vg0 "$(disk data)" && lvcreate -y --type thin -L 1G -V 1500M -n crash --thinpool pool vg0
	data_on /dev/vg0/crash
	install_package
	printf 'ext4 /dev/vg0/crash\npath /dumps\nkdump_post /kdt/hook\ntimeout device=20\n' >/etc/kdump.conf
	printf 'fence_kdump_nodes 10.11.0.1\nfence_kdump_args -p 7410 -f auto -c 0 -i 1\n' >>/etc/kdump.conf
	arm_with "(dracut|mkinitramfs)"
	check "what is in the way is told" journal "an LVM thin volume"
	image_kept
	crash
}
step_2()
{
	dumped
	check "with the image that was there" image_same
	dumps_to_root
	# Now a volume that will not come up: LVM finds no label any more.
	umount /mnt/data
	dd if=/dev/zero of="$(disk data)" bs=1M count=1 conv=fsync 2>/dev/null
	crash
}
# That it is reached is the result: the machine came back by itself.
step_3()
{
	check "the volume was gone indeed" sh -c '! mountpoint /mnt/data && ! ls /dev/vg0'
	done_all
}
E
}

# thin_results - what the guest copied from the volume: the host has no LVM.
thin_results()
{
	ok "the other node heard of the dump" fence_heard
	ok "the hook was in the image" says 'hook: status 0'
	ok "and the one in python, with its modules" says 'hook: python imports its modules'
	ok "the volume that did not come up was given up" says 'the disk vg0-crash .* did not appear'
	one_whole_dump "by their image" "$(disk_open root)/kdt/dumps"
}
