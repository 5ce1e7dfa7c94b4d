#!/bin/sh
# collector-lines.sh - a core_collector line that our collector refuses is refused before the crash
. "$(dirname "$0")/lib.sh"

refused_by()
{
	ok "$2 refuses '$1'" exits 1 kdumpctl "$2"
	ok "$2 gives check-config's reason for '$1'" grep -qFf "$work/why" "$work/words"
}

# refused LINE WORDS - by every command that arms or checks, with what check-config says.
refused()
{
	printf 'virtiofs crash\ncore_collector %s\n' "$1" | config
	ok "check-config refuses '$1'" exits 1 kdumpctl check-config
	ok "check-config says what is wrong in '$1'" says "kdump.conf:2:[0-9]+: error: core_collector: $2"
	grep 'error: core_collector' "$work/words" >"$work/why"
	for command in start restart reload; do
		refused_by "$1" "$command"
	done
	ok "no image is built for '$1'" test ! -e "$(image)"
	refused_by "$1" test
	ok "the machine is not armed with '$1'" is /sys/kernel/kexec_crash_loaded 0
	rm -f "$(image)"
}

root_new
refused "makedumpfile --xen-syms X -d 17" ".*--xen-syms"
refused "makedumpfile -l -d 9,17,99" ".*99"
refused "makedumpfile d 17 -c" ".*"
refused "makedumpfile -l -d 99" ".*99"
refused "makedumpfile --bogus -d 31" ".*--bogus"
refused "makedumpfile --config X -d 31" ".*--config"

# What our collector takes, and a program of somebody else's, are armed.
for line in "makedumpfile -c -d 31" "makedumpfile -L 1G -l -d 9,17,31" "kdump-collect -l -d 17" "/opt/busybox cat"; do
	root_new
	mkdir "$root/opt"
	cp /bin/busybox "$root/opt/busybox"
	printf 'virtiofs crash\ncore_collector %s\n' "$line" | config
	ok "start accepts '$line'" exits 0 kdumpctl start
	ok "start arms the machine with '$line'" is /sys/kernel/kexec_crash_loaded 1
	ok "start loads an image for '$line'" grep -q -- "--initrd" "$root/kexec-arguments"
done

# A machine that is armed already: neither command loads what it refuses.
refused_while_armed()
{
	rm -f "$root/kexec-arguments"
	ok "$1 of an armed machine refuses a line with a mistake" exits 1 kdumpctl "$1"
	ok "$1 of an armed machine names the mistake" says "kdump.conf:2:[0-9]+: error: core_collector: .*--bogus"
	ok "$1 of an armed machine loads nothing with a mistake" not_loaded
}

not_loaded()
{
	! grep -- "--initrd" "$root/kexec-arguments" 2>/dev/null
}

root_new
ok "start arms the machine without core_collector" exits 0 kdumpctl start
printf 'virtiofs crash\ncore_collector makedumpfile --bogus\n' | config
refused_while_armed reload
refused_while_armed restart
finish
