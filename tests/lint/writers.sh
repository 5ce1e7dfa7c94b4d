#!/bin/sh
# writers.sh - each place of the capture that writes to a target is known, and whether it encrypts
cd "$(dirname "$0")/../.." || exit 99

# FILE FUNCTION: with encrypt_to, what it writes is encrypted, or holds nothing of the crashed kernel.
cat >"${TMPDIR:-/tmp}/writers.$$" <<-'END'
	initramfs/capture/save/manifest.c target_put
	initramfs/capture/save/run_collector.c ops->open
	initramfs/capture/save/run_collector.c target_start
	initramfs/capture/save/save_log.c ops->open
	initramfs/capture/save/save_log.c target_put
	initramfs/capture/save/save_log.c target_start
	initramfs/capture/save/seal.c target_put
	initramfs/capture/save_targets.c target_put
END
git ls-files 'initramfs/capture/*.c' | grep -v -e /target/ -e /main.c | while read -r file; do
	grep -oE '\b(target_put|target_start|ops->open|ops->put|ops->start|target_call)\(' "$file" |
		sort -u | sed "s|^|$file |; s|($||"
done | LC_ALL=C sort | diff "${TMPDIR:-/tmp}/writers.$$" - >"${TMPDIR:-/tmp}/writers.$$.diff"
rc=$?
[ $rc = 0 ] || {
	echo "writers to a target are not those of tests/lint/writers.sh: does the new one encrypt (save/seal.h)?"
	cat "${TMPDIR:-/tmp}/writers.$$.diff"
}
rm -f "${TMPDIR:-/tmp}/writers.$$" "${TMPDIR:-/tmp}/writers.$$.diff"
exit $rc
