#!/bin/bash
# sealed.sh - encrypt_to: nothing that was in memory is in clear on a disk or on the console, and it opens
. "$(dirname "$0")/lib.sh"
. "$here/sealed.sh"

# fingerprint REPORT.json
fingerprint()
{
	python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["fingerprint"])' "$1"
}

for kernel in $(kernels 6.12); do
	# In clear, to see that the markers are planted and the search finds them.
	capture_new "$kernel"
	data_ext4
	more_config "$sealed_collector"
	markers_plant
	ok "$kernel, in clear: the crash was captured and the machine rebooted" capture_run 240
	ok "$kernel, in clear: the markers are on the disk" found_in user kernel log -- "$machine/data.img"
	ok "$kernel, in clear: one dump" dump_dir "$(disk_open data)/dumps"
	ok "$kernel, in clear: a log in clear has its marker" found_in log -- "$dump/vmcore-dmesg.txt"
	ok "$kernel, in clear: the status says why the kernel died" status_is reason '^sysrq: Trigger a crash$'
	ok "$kernel, in clear: without user pages" "$build/kdump-collect" -d 31 "$dump/vmcore" "$work/no-user"
	ok "$kernel, in clear: one marker is in the kernel's own memory" found_in kernel -- "$work/no-user"
	rm "$work/no-user"

	capture_new "$kernel"
	data_ext4
	sealed_key
	more_config "$sealed_collector" "encrypt_to $recipient"
	markers_plant
	ok "$kernel: the crash was captured and the machine rebooted" capture_run 240
	ok "$kernel: the search reads the console" found_in console -- "$machine/console.log"
	ok "$kernel: no marker on any disk or on the console" hidden_here
	ok "$kernel: one dump" dump_dir "$(disk_open data)/dumps"
	ok "$kernel: the status does not say why the kernel died" status_is reason '^null$'
	ok "$kernel: nor has it a fingerprint" status_is fingerprint '^null$'
	sealed_good "$kernel"
	disk_close data
	ok "$kernel: the file system is clean" e2fsck -fn "$machine/data.img"

	# The status says why the kernel died, and nothing else does.
	capture_new "$kernel"
	data_ext4
	sealed_key
	more_config "$sealed_collector" "encrypt_to $recipient" "encrypt_summary clear"
	markers_plant
	ok "$kernel, a summary in clear: the crash was captured and the machine rebooted" capture_run 240
	ok "$kernel, a summary in clear: no marker on any disk or on the console" hidden_here
	ok "$kernel, a summary in clear: one dump" dump_dir "$(disk_open data)/dumps"
	ok "$kernel, a summary in clear: no other file is" only_sealed
	ok "$kernel, a summary in clear: the status has the reason" status_is reason '^sysrq: Trigger a crash$'
	ok "$kernel, a summary in clear: and the kernel" status_is collector.kernel_release "^${kernel%x}"
	ok "$kernel, a summary in clear: age opens the report" age -d -i "$work/key" -o "$work/report.json" \
		"$dump/vmcore-report.json.age"
	ok "$kernel, a summary in clear: the fingerprint is the report's" status_is fingerprint \
		"^$(fingerprint "$work/report.json")\$"
	rm "$work/report.json"
done
finish
