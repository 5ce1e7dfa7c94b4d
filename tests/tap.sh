# tap.sh - sourced by test scripts in sh and bash: lines of TAP. Wants a folder $work.

nr=0 failed=0

# ok TEXT COMMAND... - a TAP line; what the command said is shown when it fails, and failed is 1.
ok()
{
	local text=$1
	shift
	nr=$((nr + 1))
	if "$@" >"$work/said" 2>&1; then
		echo "ok $nr - $text"
	else
		echo "not ok $nr - $text"
		sed 's/^/# /' "$work/said" | tail -n 30
		failed=1
	fi
}

finish()
{
	echo "1..$nr"
}
