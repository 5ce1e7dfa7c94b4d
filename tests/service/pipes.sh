#!/bin/bash
# pipes.sh - a named pipe in place of a file: a stream, and only one
. "$(dirname "$0")/lib.sh"

root_new
build=$(realpath "$build")
core=$build/selftest.core
cd "$work" || exit 1
mkfifo pipe
kdumpctl keygen key.txt >key.pub 2>"$work/words"

collect()
{
	"$build/kdump-collect" "$@"
}

# to_pipe CODE ARGUMENT... - what comes out of the pipe is in got.
to_pipe()
{
	local code
	timeout 20 cat pipe >got &
	exits "$1" collect "${@:2}"
	code=$?
	wait "$!"
	return $code
}

collect -q -l -d 31 "$core" dump && collect -q -l -d 31 -F "$core" >stream
collect -q --encrypt-to "$(cat key.pub)" -l -d 31 "$core" sealed

ok "a dump goes into a named pipe" to_pipe 0 -l -d 31 "$core" pipe
ok "a named pipe gets the stream of -F" cmp got stream
collect -q -l -d 31 --checksums sums -F "$core" >stream
ok "a named pipe gets checksums" to_pipe 0 -l -d 31 --checksums sums2 "$core" pipe
ok "the checksums of a named pipe are those of -F" cmp sums sums2
ok "an encrypted dump is opened into a named pipe" to_pipe 0 --decrypt -i key.txt sealed pipe
ok "what was encrypted is a stream in a pipe" cmp got stream

ok "-R refuses a pipe" to_pipe 1 -R pipe
ok "-R says so" says "in a file, not in a pipe"

ok "a limit is the end of a pipe, whatever other levels there are" to_pipe 3 -d 0,31 -L 300K "$core" pipe
ok "no other level is tried" silent_on "trying level"
finish
