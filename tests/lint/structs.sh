#!/bin/sh
# structs.sh - a struct of a header has a name that no other struct has
#
# A struct that only one file knows may be called as one in another file is, but not as one that
# other files include: a reader who finds the name knows which one it is.
cd "$(dirname "$0")/../.." || exit 99

git ls-files 'collector/*.[ch]' 'config/*.[ch]' 'initramfs/*.[ch]' 'systemd/*.[ch]' | xargs awk '
	match($0, /^struct [a-z_0-9]+ \{/) {
		name = substr($0, 8, RLENGTH - 9)
		if (FILENAME ~ /\.h$/)
			header[name] = FILENAME
		seen[++nr] = name
		at[nr] = FILENAME
	}
	END {
		for (i = 1; i <= nr; i++) {
			name = seen[i]
			if (name in header && header[name] != at[i]) {
				print at[i] ": struct " name " is another one in " header[name]
				bad = 1
			}
		}
		exit bad
	}'
