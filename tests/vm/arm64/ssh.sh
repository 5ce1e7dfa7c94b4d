#!/bin/bash
# ssh.sh - an arm64 machine sends its panic to a server by ssh
. "$(dirname "$0")/lib.sh"

for kernel in $(kernels 6.12); do
	service_networked trixie "$kernel" kexec-tools
	servers_ssh || die "the ssh server does not start"
	data=$servers_dir/dumps
	mkdir -p "$data"
	machine_put "$servers_dir/ssh/id" /root/.ssh/kdump_id_rsa 600
	servers_known_hosts | machine_text /root/.ssh/known_hosts
	config <<-E
		ssh root@10.11.0.1
		path $data
		sshkey /root/.ssh/kdump_id_rsa
		timeout device=60 network=60 mount=60
	E
	arm64_steps
	service_run 1200
	ok "$kernel: one dump" dump_dir "$data"
	ok "$kernel: a flattened stream" dump_has vmcore.flat vmcore-dmesg.txt kexec-dmesg.log kdump-status.json
	ok "$kernel: put in order" dump_unflat vmcore.flat vmcore
	arm64_dump
done
finish
