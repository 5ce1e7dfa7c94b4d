# lib.sh - sourced by tests/vm/capture/*.sh: TAP, one crash of a Debian machine, what came out of it
#
# A script shows one behaviour, on the kernels it names or on those of $VM_KERNELS: for each
#     capture_new KERNEL; machine_disk...; config <<E...; guest <<E...; capture_run DEADLINE
# and checks with ok. Nothing is skipped: a missing tool is a failure.

set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
top=$(cd "$here/../.." && pwd)
. "$here/lib.sh"
. "$here/machine.sh"
. "$here/reference.sh"
. "$here/servers.sh"

build=${BUILD:-$top/build/gcc}
dumpcmp=$build/tests/tools/dumpcmp
oracle=$top/tests/oracle
work=$(mktemp -d "${KDUMP_TEST_WORK:-/var/tmp}/capture-XXXXXX")
. "$top/tests/tap.sh"
ends=("servers_end" "machine_end" "rm -rf $work")

# at_end COMMAND - run when the script ends, last one first.
at_end()
{
	ends=("$1" "${ends[@]}")
}

script_end()
{
	local command
	for command in "${ends[@]}"; do
		$command
	done
}
trap script_end EXIT
trap 'exit 1' INT TERM

# kernels SERIES... - those to test: all when VM_KERNELS says so, else the ones a script names.
kernels()
{
	echo "${VM_KERNELS:-$*}"
}

# console_tail - the end of the console, for a result that failed.
console_tail()
{
	machine_text_of | grep -aE '^(guest|kdump)' | tail -n 10
	echo "..."
	machine_text_of | tail -n 12
}

# capture_new SERIES [PACKAGE...] - a machine with our programs, for guest and config to add to.
# Where $VM_KERNELS names a single kernel it is that one, whatever the script says.
capture_new()
{
	dump= # not that of the crash before
	case ${VM_KERNELS-} in
	"" | *" "*) ;;
	*) set -- "$VM_KERNELS" "${@:2}" ;;
	esac
	servers_end # before their directory goes with the machine
	machine_new "$@" || exit 1
	machine_programs
	machine_put "$here/debian/run" /kdt/run
	machine_text /kdt/test </dev/null
	reference=
}

# config - standard input becomes /etc/kdump.conf.
config()
{
	machine_text /etc/kdump.conf
}

# guest - standard input is the test's part inside the guest, see debian/run.
guest()
{
	machine_text /kdt/test
}

# capture_run DEADLINE - crash and capture; false when it did not end by itself.
capture_run()
{
	capture_start "$1"
	capture_wait
}

capture_start()
{
	machine_start "$1" /kdt/run
}

# at_pause COMMAND - when the guest says it waits, see pause of debian/run; then it goes on.
at_pause()
{
	machine_until 'guest: waiting' 180 || { console_tail; return 1; }
	"$@" || return 1
	machine_type go
}

capture_wait()
{
	local rc=0
	machine_wait || rc=$?
	machine_text_of | grep -a 'guest: FAILED' && rc=1
	reference_cut
	[ -z "${KDUMP_TEST_KEEP-}" ] || cp "$machine/console.log" "$KDUMP_TEST_KEEP/${0##*/}-$series.log"
	[ "$rc" = 0 ] || { console_tail; return 1; }
	captured
}

# captured - the capture kernel ran: the console shows two kernels.
captured()
{
	[ "$(machine_text_of | grep -ac 'Linux version')" -ge 2 ]
}

# says REGEX - the console did.
says()
{
	machine_console "$1" || { echo "not on the console: $1"; console_tail; return 1; }
}

says_not()
{
	! machine_text_of | grep -aE -- "$1"
}

dump=

# dump_dir DIR - the only dump below DIR (path of kdump.conf there); sets dump.
dump_dir()
{
	local found
	found=$(find "$1" -mindepth 1 -maxdepth 1 -type d -regextype egrep \
		-regex '.*/[^/]+-[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2}:[0-9]{2}:[0-9]{2}(-[0-9]+)?')
	[ "$(echo "$found" | grep -c .)" = 1 ] ||
		{ echo "not one dump below $1:"; find "$1" -maxdepth 2; return 1; }
	dump=$found
}

# dump_has FILE... - they are there, not empty, and nobody but root may read them.
dump_has()
{
	local file
	[ "$(stat -c %a "$dump")" = 700 ] || { ls -ld "$dump"; return 1; }
	for file; do
		[ -s "$dump/$file" ] || { echo "no $file in $dump:"; ls -l "$dump"; return 1; }
		[ "$(stat -c %a "$dump/$file")" = 600 ] || { ls -l "$dump/$file"; return 1; }
	done
}

# dump_lacks FILE...
dump_lacks()
{
	local file
	for file; do
		[ ! -e "$dump/$file" ] || { ls -l "$dump"; return 1; }
	done
}

# log_saved - the log of the crashed kernel is whole: its first line, the test's mark, the panic.
log_saved()
{
	local log=$dump/vmcore-dmesg.txt line
	for line in 'Linux version' 'kdump-test: UTF-8 Grüße, 漢字, ±½, 🙂' 'sysrq: Trigger a crash' \
		'Kernel panic - not syncing'; do
		grep -qF "$line" "$log" || { echo "$log lacks: $line"; tail -n 5 "$log"; return 1; }
	done
}

# report_saved - the report of the crash is whole and names who is guilty; how long it took is printed.
report_saved()
{
	dump_has vmcore-report.txt vmcore-report.json && status_is report.state '^complete$' || return 1
	grep -E '^Function +sysrq_handle_crash\+' "$dump/vmcore-report.txt" ||
		{ head -n 20 "$dump/vmcore-report.txt"; return 1; }
	python3 - "$dump" <<'P'
import json, sys
report = json.load(open(sys.argv[1] + "/vmcore-report.json"))
status = json.load(open(sys.argv[1] + "/kdump-status.json"))
took = status["report"]["seconds"]
print("# the report took %s s" % took)
if report["missing"] or report["function"] != "sysrq_handle_crash" or \
        not report["backtraces"].get("cpus"):
    sys.exit("the report lacks %s: %s" % (report["missing"], json.dumps(report)[:2000]))
P
}

# report_first CORE - the report was written before the core was begun, so a core that fails costs none.
report_first()
{
	python3 - "$dump" "$1" <<'P'
import json, os, subprocess, sys
dump, core = sys.argv[1:]
phases = [phase["name"] for phase in json.load(open(dump + "/kdump-status.json"))["phases"]]
if phases.index("report") > phases.index("core"):
    sys.exit("the phases: %s" % phases)
# 0 where the file system does not keep it.
begun = float(subprocess.check_output(["stat", "-c", "%.W", dump + "/" + core]))
for name in "vmcore-report.txt", "vmcore-report.json":
    written = os.stat(dump + "/" + name).st_mtime
    if begun and written > begun:
        sys.exit("%s was written at %f, %s begun at %f" % (name, written, core, begun))
P
}

# status_is KEY VALUE-REGEX - of kdump-status.json, e.g. state complete.
status_is()
{
	python3 - "$dump/kdump-status.json" "$1" "$2" <<'P'
import json, re, sys
status = json.load(open(sys.argv[1]))
value = status
for part in sys.argv[2].split("."):
    value = value[int(part)] if isinstance(value, list) else value[part]
if not re.search(sys.argv[3], value if isinstance(value, str) else json.dumps(value)):
    sys.exit("%s is %r in %s" % (sys.argv[2], value, json.dumps(status, indent=1)))
P
}

# dump_same FILE - every page in it is the page of the raw vmcore.
dump_same()
{
	[ -s "$reference" ] && "$dumpcmp" bytes "$reference" "$dump/$1"
}

# dump_partial FILE - what it has is right, and readers open it.
dump_partial()
{
	[ -s "$reference" ] && "$dumpcmp" present "$reference" "$dump/$1"
}

# dump_opens FILE - crash shows the panic's stack; drgn where crash is too old for the kernel.
dump_opens()
{
	local vmlinux options=
	vmlinux=$("$oracle/vmlinux" "$version") || return 1
	[ "$series" != 7.x ] || options=--no_modules
	printf '%s\n' sys bt quit >"$work/cmds"
	"$oracle/crash" $options -s -i "$work/cmds" "$vmlinux" "$dump/$1" >"$work/crash.out" 2>&1
	grep -q 'PANIC: .*sysrq triggered crash' "$work/crash.out" &&
		grep -q sysrq_handle_crash "$work/crash.out" || { cat "$work/crash.out"; return 1; }
}

# dump_unflat FILE OUT - a flattened stream put in order by our collector.
dump_unflat()
{
	"$build/kdump-collect" -R "$dump/$2" <"$dump/$1"
}

# data_ext4 - what most scripts about failures start from: an ext4 disk "data", dumps below /dumps.
data_ext4()
{
	machine_disk data "${1:-1G}" ext4
	config <<-E
		ext4 LABEL=data
		path /dumps
		timeout device=20 mount=20
	E
	guest <<-'E'
		prepare() { mount_disk data /mnt/data; mkdir -p /mnt/data/dumps; }
	E
}

# data_nfs [3|4 [SIZE]] - an NFS server of servers.sh, which exports a disk of SIZE if one is given;
# data_ssh - an ssh server. Dumps go to $data.
data_nfs()
{
	data_servers
	if [ -n "${2-}" ]; then
		truncate -s "$2" "$machine/export.img"
		mkfs.ext4 -q -F "$machine/export.img"
		disk_mount "$machine/export.img" "$servers_dir/export" rw
		at_end "umount -l $servers_dir/export"
		# They have mounts of their own.
		servers_in mount "$(findmnt -no SOURCE "$servers_dir/export")" "$servers_dir/export"
	fi
	servers_nfs || die "the NFS server does not start"
	data=$servers_dir/export/dumps
	mkdir -p "$data"
	config <<-E
		nfs 10.11.0.1:/export
		path /dumps
		timeout device=20 network=20 mount=20 stall=30
	E
	guest <<-E
		prepare() { $(servers_guest eth0); mkdir -p /mnt/data
			mount -t nfs -o nolock,vers=${1:-4} 10.11.0.1:/export /mnt/data || fail "mounting NFS"; }
	E
}

data_ssh()
{
	data_servers
	servers_ssh || die "the ssh server does not start"
	data=$servers_dir/dumps
	mkdir -p "$data"
	config <<-E
		ssh root@10.11.0.1
		path $data
		sshkey /root/.ssh/kdump_id_rsa
		timeout device=20 network=20 mount=20 stall=30
	E
	machine_put "$servers_dir/ssh/id" /root/.ssh/kdump_id_rsa 600
	servers_known_hosts | machine_text /root/.ssh/known_hosts
	guest <<-E
		prepare() { $(servers_guest eth0); }
	E
}

data_servers()
{
	servers_end
	servers_new "$machine/servers"
	machine_net "$servers_ns" "$servers_tap"
	machine_cmdline="$machine_cmdline net.ifnames=0"
}

# when_written SIZE FILE COMMAND... - as soon as a dump below $data has FILE with so many bytes.
when_written()
{
	local size=$1 file=$2 end=$(($(date +%s) + 180))
	shift 2
	until [ -n "$(find "$data" -name "$file" -size "+${size}c" 2>/dev/null)" ]; do
		[ "$(date +%s)" -lt "$end" ] && kill -0 "$machine_pid" 2>/dev/null ||
			{ echo "no $file of $size bytes in time"; console_tail; return 1; }
		sleep 0.1
	done
	"$@"
}

# also KEY WORD - one word more for a key that takes a list.
also()
{
	local conf=$machine/mnt/root/etc/kdump.conf
	if grep -q "^$1 " "$conf"; then
		sed -i "s,^$1 .*,& $2," "$conf"
	else
		echo "$1 $2" >>"$conf"
	fi
}

# more_config LINE..., more_guest LINE... - behind what is there.
more_config()
{
	printf '%s\n' "$@" >>"$machine/mnt/root/etc/kdump.conf"
}

more_guest()
{
	printf '%s\n' "$@" >>"$machine/mnt/root/kdt/test"
}

# dump_good - all that a complete dump on a file system is.
dump_good()
{
	ok "$1: log saved" log_saved
	ok "$1: files and modes" dump_has vmcore vmcore-dmesg.txt kexec-dmesg.log kdump-status.json
	ok "$1: no incomplete file left" dump_lacks vmcore-incomplete vmcore-dmesg-incomplete.txt
	ok "$1: report saved" report_saved
	ok "$1: before the core" report_first vmcore
	ok "$1: status says complete" status_is state '^complete$'
	ok "$1: every page is right" dump_same vmcore
	ok "$1: crash opens it" dump_opens vmcore
}

# saved_by_uuid FSTYPE SERIES [BUS] - a panic is saved on a disk of this type, found by its UUID.
saved_by_uuid()
{
	capture_new "$2"
	machine_disk data 1G "$1" "${3-}"
	config <<-E
		$1 UUID=$(blkid -o value -s UUID "$machine/data.img")
		path /var/dumps
		core_collector makedumpfile -l -d 31
	E
	guest <<-'E'
		prepare() { mount_disk data /mnt/data; mkdir -p /mnt/data/var/dumps; }
	E
	with_reference
	ok "$2: the crash was captured and the machine rebooted" capture_run 240
	ok "$2: one dump" dump_dir "$(disk_open data)/var/dumps"
	dump_good "$2"
}
