#!/bin/bash
# demo.sh - the whole product on one machine: armed, panic, capture, what was saved, what crash says
#
# A Debian of this machine's own release boots in QEMU, with what "make install" installs and the
# service enabled. Exit status 0 only when every stage was seen to work; nothing stays behind but the
# folder of downloads ($KDUMP_TEST_CACHE).
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/tests/vm/lib.sh"
. "$top/tests/vm/machine.sh"
out=$(mktemp -d "${KDUMP_TEST_WORK:-/var/tmp}/kdump-demo-XXXXXX")
job=

clean_up()
{
	[ -z "$job" ] || kill -- "-$job" 2>/dev/null || true
	machine_end
	rm -rf "$out"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

stage()
{
	printf '\n== %s\n' "$*"
}

failed()
{
	echo "demo.sh: FAILED: $*" >&2
	exit 1
}

# choose_suite - the Debian that the programs built here run on, and the kernel of that Debian.
choose_suite()
{
	suite=${KDUMP_TEST_SUITE:-$(. /etc/os-release && echo "${VERSION_CODENAME-}")}
	case $suite in
	bookworm) kernel=6.1 ;;
	trixie) kernel=6.12 ;;
	*) suite=sid kernel=7.x ;;
	esac
}

cache_mb()
{
	du -sm "$KDUMP_TEST_CACHE" 2>/dev/null | cut -f1
}

# preparing WHAT COMMAND... - what it prints is in $out/printed. Every ten seconds a line says that it
# is still at work. In a process group of its own, so that an interrupt ends all of it.
preparing()
{
	local what=$1 begun=$SECONDS before grown rc=0
	shift
	echo "   $what"
	mkdir -p "$KDUMP_TEST_CACHE"
	before=$(cache_mb)
	set -m
	"$@" >"$out/printed" 2>"$out/errors" </dev/null &
	job=$!
	set +m
	while kill -0 "$job" 2>/dev/null; do
		sleep 0.5
		[ $((SECONDS - begun)) -ge 10 ] || continue
		begun=$SECONDS
		# Others may clear the same folder meanwhile.
		grown=$(($(cache_mb) - before))
		[ "$grown" -gt 0 ] && echo "     still at it, $grown MB so far" || echo "     still at it"
	done
	wait "$job" || rc=$?
	job=
	[ "$rc" = 0 ] || { cat "$out/errors" >&2; failed "$what (exit status $rc)"; }
}

# prepare - everything that is fetched or built; sets version and vmlinux, and opens the machine.
prepare()
{
	choose_suite
	stage "Prepare a machine: Debian $suite, kernel $kernel (downloads stay in $KDUMP_TEST_CACHE)"
	preparing "the kernel: 30 to 100 MB" "$top/tests/vm/kernel.sh" "$kernel"
	preparing "a root file system with systemd: 150 MB, unpacked and packed again" \
		"$top/tests/vm/rootfs.sh" "$suite" "$kernel"
	preparing "crash, the program that opens dumps: 100 MB" "$top/tests/oracle/crash" --version
	MACHINE_SUITE=$suite machine_new "$kernel" || failed "making the machine's disk"
	preparing "the kernel's debug information: 300 MB" "$top/tests/oracle/vmlinux" "$version"
	vmlinux=$(cat "$out/printed")
	preparing "make install, into that machine" make -C "$top" install DESTDIR="$machine/mnt/root"
	chroot "$machine/mnt/root" kdumpctl --version >/dev/null ||
		failed "programs built on this machine do not run on Debian $suite"
}

# enable - kdump as an administrator does it, and what the machine does for the demo.
enable()
{
	machine_put "$top/tests/vm/debian/demo" /kdt/demo
	machine_text /etc/systemd/system/demo.service <<-S
		[Unit]
		After=multi-user.target kdump.service
		[Service]
		ExecStart=/kdt/demo
		StandardOutput=tty
		StandardError=tty
		TTYPath=/dev/ttyS0
		[Install]
		WantedBy=multi-user.target
	S
	ln -sf /dev/null "$machine/mnt/root/etc/systemd/system/serial-getty@ttyS0.service"
	systemctl -q --root="$machine/mnt/root" enable kdump demo || failed "enabling the service"
	# Not what the first boot of a new system does beside.
	touch "$machine/mnt/root/etc/.updated" "$machine/mnt/root/var/.updated"
	machine_reboots=yes machine_cmdline="quiet systemd.show_status=false"
}

# plain - the lines of standard input, at once, without what terminals need.
plain()
{
	LC_ALL=C sed -u -E 's/\x1b[]PX^_][^\x07\x1b]*(\x07|\x1b\\)//g; s|\x1b\[[0-?]*[ -/]*[@-~]||g; s/\x1b[0-~]//g;
		s/[\x00-\x08\x0b-\x1f\x7f]//g'
}

# console - the machine's console as it comes, under our headings. The capture kernel boots with all
# its messages; of those before our program begins one line is enough here.
console()
{
	local line hidden=0 in=boot
	while IFS= read -r line; do
		case $in:$line in
		*:"demo: armed") in=armed && stage "The service has built the image and loaded it: kdumpctl status" ;;
		*:"demo: panic") in=panic && stage "Panic: the kernel's last words" ;;
		panic:*"Linux version "*)
			in=capture
			stage "The capture kernel, started by the dying one, saves the memory"
			printf '%s\n' "$line"
			;;
		capture:"kdump: "*)
			in=saving
			echo "   ($hidden lines of the kernel's boot left out)"
			printf '%s\n' "$line"
			;;
		capture:*) hidden=$((hidden + 1)) ;;
		*:"demo: saved") in=saved && stage "After the reboot, on the machine: what was saved" ;;
		*:"demo: "*) ;;
		boot:*) ;;
		saving:*"machine restart"*)
			printf '%s\n' "$line"
			stage "The machine reboots by itself, some 20 s"
			in=boot
			;;
		*) printf '%s\n' "$line" ;;
		esac
	done
}

# run - until the machine has ended by itself.
run()
{
	stage "The machine boots, some 20 s without KVM"
	machine_start 1200
	touch "$machine/console.log"
	# In the background: a signal is not to wait for it.
	tail -n +1 -f --pid="$machine_pid" "$machine/console.log" | plain | console | tee "$out/shown" &
	wait $! || true
	machine_wait || { machine_text_of | tail -n 40; failed "the machine did not end by itself"; }
}

# seen REGEX WHAT - shown to whoever watches, or the demo has failed.
seen()
{
	grep -aqE -- "$1" "$out/shown" || { machine_text_of | tail -n 40; failed "$2"; }
}

all_seen()
{
	local why
	why=$(plain <"$machine/console.log" | sed -n 's/^demo: failed: //p' | head -n 1)
	[ -z "$why" ] || failed "on the machine: $why"
	seen '^kdump: Kdump is operational' "the machine was not armed"
	seen 'Kernel panic' "the kernel did not panic"
	seen '^kdump: Saving pages 100 %' "the capture kernel saved nothing"
	seen '^  1 .* complete .* sysrq' "kdumpctl list does not tell of the crash"
	seen '^Open +crash /' "kdumpctl show does not tell how to open the dump"
	plain <"$machine/console.log" | grep -q '^demo: complete$' ||
		failed "the machine did not finish after the crash"
}

# open_dump - crash on the dump that lies on the machine's disk.
open_dump()
{
	local dumps options=
	# Debian's crash does not know the modules of 7.x yet.
	[ "$kernel" != 7.x ] || options=--no_modules
	disk_open root >/dev/null
	dumps=("$machine"/mnt/root/var/crash/*/vmcore)
	[ ${#dumps[@]} = 1 ] && [ -s "${dumps[0]}" ] || failed "there is not one dump in /var/crash"
	python3 -c 'import json, sys; sys.exit(json.load(open(sys.argv[1]))["state"] != "complete")' \
		"${dumps[0]%/*}/kdump-status.json" || failed "the dump is not complete"
	stage "The dump in crash${options:+ $options}, from the machine's disk: sys, bt"
	printf 'sys\nbt\nquit\n' >"$out/commands"
	"$top/tests/oracle/crash" $options -s -i "$out/commands" "$vmlinux" "${dumps[0]}" >"$out/crash" 2>&1 ||
		{ cat "$out/crash"; failed "crash does not open the dump"; }
	cat "$out/crash"
	grep -q 'PANIC: ".*sysrq' "$out/crash" && grep -q '\] sysrq_handle_crash' "$out/crash" ||
		failed "crash does not tell of the panic"
}

explain()
{
	stage "What you have seen, $1 s without the preparations"
	echo "A kernel died; a second one, loaded before by kdumpctl, saved its memory and log and rebooted."
	echo "kdumpctl list and show tell what was saved; show names the command that opens it, and what it needs."
	echo "crash's bt is the stack of the dead kernel; its [PARTIAL DUMP] means filtered: free and user pages left out."
}

prepare
enable
begun=$SECONDS
run
all_seen
open_dump
explain $((SECONDS - begun))
