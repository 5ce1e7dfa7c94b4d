# sealed.sh - sourced by tests/vm/capture/*.sh behind lib.sh: encrypted dumps, and markers that nobody may find
#
#     sealed_key                      a key pair in $work/key, $recipient
#     markers_plant                   the guest has markers in memory when it crashes
#     found_in SEED... -- FILE...     all of them are there; hidden_in FILE...: none is
#     sealed_good WHAT                the dump in $dump is encrypted, whole, and opens
#
# The markers: "user" lies in the memory of a process, "kernel" in a pipe that nobody reads, "log" in a
# line of the kernel log below the level of the console. "console" is shown there, so a search that
# does not find it has not read it. Nothing is compressed: a marker that gets out can be seen.

# Without the pages of the page cache; to an ssh server and a raw device the second one.
sealed_collector="core_collector makedumpfile -d 23"
sealed_stream="core_collector makedumpfile -F -d 23"

sealed_key()
{
	[ -e "$work/key" ] || age-keygen -o "$work/key" 2>/dev/null || die "age-keygen failed"
	recipient=$(age-keygen -y "$work/key")
}

# markers_text - shell functions for the guest, of which "plant" puts the markers into memory. Each is
# written 200 times: a packet, a page or a record has at least one that is whole.
markers_text()
{
	cat <<'E2'
marker()
{
	one=$(printf 'kdump-test-%s' "$1" | sha256sum)
	one=${one%% *} i=0
	while [ "$i" -lt "${2-200}" ]; do printf '%s ' "$one"; i=$((i + 1)); done
}
holder()
{
	secret=$(marker user)
	while :; do sleep 1000; done
}
plant()
{
	marker console 1 >/dev/console
	echo >/dev/console
	printf '<7>%s\n' "$(marker log 1)" >/dev/kmsg
	mkfifo /tmp/pipe
	exec 9<>/tmp/pipe
	marker kernel >&9
	holder &
	sleep 3
}
E2
}

markers_plant()
{
	more_guest "$(markers_text)" 'ready() { plant; }'
}

found_in()
{
	"$here/secrets.py" "$@"
}

hidden_in()
{
	local rc=0
	"$here/secrets.py" user kernel log -- "$@" || rc=$?
	[ "$rc" = 1 ]
}

# hidden_here [FILE...] - on no disk of the machine, not on its console, nor in these files.
hidden_here()
{
	hidden_in "$machine"/*.img "$machine/console.log" "$@"
}

# sealed_open DIR - each file of the dump opened by age, below DIR.
sealed_open()
{
	local file
	rm -rf "$1"
	mkdir -p "$1"
	for file in "$dump"/*.age; do
		age -d -i "$work/key" -o "$1/$(basename "$file" .age)" "$file" || return 1
	done
}

# sealed_same DIR - what age and -R make of the core is what --decrypt makes of it, byte for byte.
sealed_same()
{
	mv "$1/vmcore" "$1/stream"
	"$build/kdump-collect" -R "$1/by-age" <"$1/stream" &&
		"$build/kdump-collect" --decrypt -i "$work/key" "$dump/vmcore.age" "$1/vmcore" &&
		cmp "$1/by-age" "$1/vmcore" && rm "$1/stream" "$1/by-age"
}

only_sealed()
{
	[ -z "$(ls "$dump" | grep -vxE '.*\.age(-incomplete)?|kdump-(status|manifest|added|verified)\.json')" ] ||
		{ ls -l "$dump"; return 1; }
}

# sealed_secrets DIR - what was opened has what was hidden.
sealed_secrets()
{
	found_in user kernel -- "$1/vmcore" && found_in log -- "$1/vmcore-dmesg.txt"
}

# sealed_opened WHAT - $dump is what is to be opened; then it is the folder of what was opened.
sealed_opened()
{
	local opened=$work/opened
	ok "$1: age opens all files" sealed_open "$opened"
	ok "$1: --decrypt gives the bytes that age -d and -R give" sealed_same "$opened"
	dump=$opened
	ok "$1: the opened log is whole" log_saved
	ok "$1: the opened report names who is guilty" grep -E '^Function +sysrq_handle_crash\+' \
		"$opened/vmcore-report.txt"
	ok "$1: the markers are in what was opened" sealed_secrets "$opened"
	ok "$1: crash opens the opened core" dump_opens vmcore
}

# sealed_good WHAT
sealed_good()
{
	ok "$1: sealed files and modes" dump_has vmcore.age vmcore-dmesg.txt.age kexec-dmesg.log.age \
		vmcore-report.txt.age kdump-status.json kdump-manifest.json
	ok "$1: no file in clear" only_sealed
	ok "$1: status says complete" status_is state '^complete$'
	ok "$1: all files are those of the manifest" "$build/kdump-collect" --verify "$dump"
	sealed_opened "$1"
}
