#!/bin/sh
# contributing.sh - commits, paths and make targets that CONTRIBUTING.md, README.md and docs name are there
cd "$(dirname "$0")/../.." || exit 99
bad=0

wrong() {
	echo "$*"
	bad=1
}

# Paths in code type that begin with one of our folders, but for names with an x to fill in; and
# what commands are run on: in indented lines, below build/ and made of what lies there.
paths() {
	{
		grep -o '`[^` ]*`' "$1" | tr -d '`'
		sed -n 's/^    //p' "$1" | tr ' ' '\n' | sed 's,^build/[a-z-]*/tests,tests,; s,^build/fuzz/\(.*\),tests/fuzz/\1.c,
			s,^\(tests/unit/.*/test_[a-z_]*\)$,\1.c,'
	} | grep -E '^(\.ci|collector|config|docs|initramfs|systemd|tests)/|^(Makefile|README\.md)$' |
		grep -vE '[_/]x\.(c|sh)$' | sort -u
}
for page in CONTRIBUTING.md README.md; do
	[ "$(paths $page | wc -l)" -gt 3 ] || wrong "$page: no paths are found in it"
	for path in $(paths $page); do
		[ -e "$path" ] || wrong "$page: there is no $path"
	done
	for target in $(grep -oE '(^    |&& |`)make [^`|&#]*' $page | tr ' ' '\n' | grep -xE '[a-z][a-z-]*' | sort -u); do
		grep -q "^#: $target \|^$target:" Makefile systemd/packaging/install.mk || [ "$target" = make ] ||
			wrong "$page: there is no 'make $target'"
	done
done

# Other pages: what stands in code type and looks like a file of ours; tests may lack their folder.
for page in docs/*.md tests/vm/README.md; do
	for path in $(grep -oE '`[a-z]+/[a-zA-Z0-9_./*-]*\.(c|h|def|sh|md)`' "$page" | tr -d '`' | sort -u); do
		[ -n "$(ls -d $path tests/$path tests/vm/$path 2>/dev/null)" ] ||
			wrong "$page: there is no $path"
	done
done

# In an archive or a shallow clone there is no history to look at.
hashes=$(grep '^Look at' CONTRIBUTING.md | grep -oE '\b[0-9a-f]{7,}\b')
[ "$(grep -c '^### ' CONTRIBUTING.md)" = "$(grep -c '^Look at .*\b[0-9a-f]\{7,\}\b' CONTRIBUTING.md)" ] ||
	wrong "CONTRIBUTING.md: each recipe has a line 'Look at COMMIT'"
if [ "$(git rev-parse --is-shallow-repository 2>/dev/null)" = false ]; then
	for hash in $hashes; do
		git merge-base --is-ancestor "$hash" HEAD 2>/dev/null ||
			wrong "CONTRIBUTING.md: there is no commit $hash before this one"
	done
else
	echo "SKIPPED: the commits in CONTRIBUTING.md are not checked: the history is not here" >&2
fi
exit $bad
