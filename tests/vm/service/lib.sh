# lib.sh - sourced by tests/vm/service/*.sh: a Debian machine with systemd, its steps, their results
#
#     service_new SUITE KERNEL; machine_disk...; steps <<'E' (step_1() {...}) E; service_run DEADLINE
# The machine reboots as often as its steps make it; their results become TAP lines here.

. "$(dirname "${BASH_SOURCE[0]}")/../capture/lib.sh"

# The package under test, as "make deb" left it; the transitional ones have nothing to run.
[ "$VM_ARCH" = amd64 ] && packages=$top/build/deb || packages=$top/build/deb-$VM_ARCH
package=${KDUMP_TEST_DEB:-$(ls -t "$packages"/kdump_*.deb 2>/dev/null | head -n 1)}

# suite_of KERNEL - the Debian that a kernel is at home in, or the newest stable one, unless
# KDUMP_TEST_SUITE says which: a package runs where it was built.
suite_of()
{
	[ -z "${KDUMP_TEST_SUITE-}" ] || { echo "$KDUMP_TEST_SUITE"; return; }
	case $1 in
	6.1) echo bookworm ;;
	*) echo trixie ;;
	esac
}

# service_new SUITE KERNEL [PACKAGE...] - the package lies in /kdt/kdump.deb, not installed yet.
service_new()
{
	MACHINE_SUITE=$1
	shift
	machine_new "$@" || exit 1
	machine_reboots=yes
	[ -n "$package" ] || die "there is no package in $packages; run make deb"
	machine_put "$package" /kdt/kdump.deb 644
	machine_put "$here/debian/steps" /kdt/steps
	machine_text /etc/systemd/system/kdt.service <<-E
		[Unit]
		Description=Steps of the test
		After=multi-user.target
		[Service]
		ExecStart=/kdt/steps
		StandardOutput=tty
		StandardError=tty
		TTYPath=/dev/$(vm_serial)
		[Install]
		WantedBy=multi-user.target
	E
	mkdir -p "$machine/mnt/root/etc/systemd/system/multi-user.target.wants"
	ln -s ../kdt.service "$machine/mnt/root/etc/systemd/system/multi-user.target.wants/kdt.service"
	ln -sf /dev/null "$machine/mnt/root/etc/systemd/system/serial-getty@$(vm_serial).service"
	machine_cmdline="systemd.show_status=false"
	reference=
}

# service_networked SUITE KERNEL [PACKAGE...] - a machine beside the servers, with an address that its system gives it.
service_networked()
{
	service_new "$@"
	data_servers
	machine_text /etc/systemd/network/05-test.network <<-E
		[Match]
		Type=ether
		[Network]
		Address=10.11.0.2/24
	E
	mkdir -p "$machine/mnt/root/etc/systemd/system/multi-user.target.wants"
	ln -s /lib/systemd/system/systemd-networkd.service \
		"$machine/mnt/root/etc/systemd/system/multi-user.target.wants/"
}

# steps - standard input: functions step_1, step_2...
steps()
{
	machine_text /kdt/test
}

# at_each_pause COMMAND... - one for each pause of the steps, in this order; a result for each.
at_each_pause()
{
	local pause=0 command
	for command; do
		pause=$((pause + 1))
		ok "outside: $command" at_pause_nr "$pause" "$command"
	done
}

at_pause_nr()
{
	local end=$(($(date +%s) + 300))
	until [ "$(machine_text_of | grep -ac 'guest: waiting')" -ge "$1" ]; do
		[ "$(date +%s)" -lt "$end" ] && kill -0 "$machine_pid" 2>/dev/null ||
			{ console_tail; return 1; }
		sleep 0.3
	done
	shift
	"$@" || return 1
	machine_type go
}

# service_run DEADLINE - until the steps are done; their results become TAP lines.
service_run()
{
	machine_start "$1"
	service_results
}

# service_results - of a machine that runs.
service_results()
{
	local line
	ok "the steps came to their end" service_wait
	while read -r line; do
		case $line in
		*"guest: ok - "*) nr=$((nr + 1)) && echo "ok $nr - ${line#*guest: ok - }" ;;
		*"guest: not ok - "*) nr=$((nr + 1)) && echo "not ok $nr - ${line#*guest: not ok - }" ;;
		*"guest: # "*) echo "# ${line#*guest: # }" ;;
		*"guest: figure "*) echo "# ${line#*guest: }" ;;
		esac
	done < <(machine_text_of)
}

service_wait()
{
	local rc=0
	machine_wait || rc=$?
	[ -z "${KDUMP_TEST_KEEP-}" ] || cp "$machine/console.log" "$KDUMP_TEST_KEEP/${0##*/}-$series.log"
	[ "$rc" = 0 ] && machine_console 'guest: done' || { console_tail; return 1; }
}

# one_whole_dump WHAT FOLDER - the results of the dump in it; $dump is its own folder then.
one_whole_dump()
{
	ok "$1: one dump" dump_dir "$2"
	ok "$1: files and modes" dump_has vmcore vmcore-dmesg.txt kexec-dmesg.log kdump-status.json
	ok "$1: status says complete" status_is state '^complete$'
	ok "$1: crash opens it" dump_opens vmcore
}
