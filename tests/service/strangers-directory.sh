#!/bin/sh
# strangers-directory.sh - root runs nothing that a directory of others or a variable offers
. "$(dirname "$0")/lib.sh"

root_new
mkdir -p "$work/stranger"

# Programs and modules that tell when they are run.
evil="$work/evil"
for tool in kexec wall sh systemctl udevadm mount sync; do
	printf '#!/bin/sh\necho %s >>%s\n' "$tool" "$evil" >"$work/stranger/$tool"
	chmod 755 "$work/stranger/$tool"
done
echo "echo bash >>$evil" >"$work/stranger/rc"

# in_stranger COMMAND... - from that directory, with every variable that could choose code.
in_stranger()
{
	cd "$work/stranger" || return 1
	PATH=".:$PATH:" PYTHONPATH="$work/stranger" PYTHONSTARTUP="$work/stranger/site.py" \
		PERL5LIB="$work/stranger" PERL5OPT=-Mevil BASH_ENV="$work/stranger/rc" ENV="$work/stranger/rc" \
		"$@"
}
kdumpctl_there()
{
	in_stranger "$build/kdumpctl" --root "$root" --capture "$build/kdump-capture" \
		--collector "$build/kdump-collect" "$@"
}
for command in check-config rebuild start status stop; do
	rm -f "$evil"
	(kdumpctl_there "$command" >"$work/words" 2>&1)
	ok "$command runs nothing from the current directory or from variables" test ! -e "$evil"
	[ "$command" != start ] || ok "start arms the machine from a directory with hostile programs" is /sys/kernel/kexec_crash_loaded 1
done
finish
