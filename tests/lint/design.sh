#!/bin/sh
# design.sh - files and folders that docs/design.md names are there; what it marks "to come" is not
cd "$(dirname "$0")/../.." || exit 99
page=docs/design.md
bad=0

wrong() {
	echo "$page: $*"
	bad=1
}

# there NAME - a file or folder of that name or path, anywhere in the tree.
there() {
	git ls-files | grep -q "\(^\|/\)$1\(\$\|/\)"
}

# The list in section 4: a folder, what it is; "to come: NAME, NAME" ends a line.
list=$(sed -n '/^## 4\./,/^## 5\./s/^    //p' $page)
[ "$(echo "$list" | wc -l)" -gt 40 ] || wrong "the list of folders cannot be read"
for folder in $(echo "$list" | grep -oE '^ *[a-z-]+/( |$)' | tr -d ' /'); do
	there "$folder" || wrong "there is no folder $folder"
done
coming=$(echo "$list" | sed -n 's/.*to come: *//p' | tr -d ',')
for name in $(echo "$list" | sed 's/to come:.*//' | grep -oE '[a-z_0-9A-Z]+\.(c|h|def|md|sh)\b'); do
	there "$name" || wrong "there is no $name; mark it 'to come', or leave it out"
done
for name in $coming; do
	case $name in
	*.c) ! there "$name" || wrong "$name is here; take 'to come' away, here and where the page speaks of it" ;;
	esac
done

# Everywhere else: paths in code type, and names of C files.
for path in $(grep -oE '`(collector|config|initramfs|systemd|tests|docs)/[^` ]*`' $page | tr -d '`'); do
	[ -e "$path" ] || wrong "there is no $path"
done
for name in $(grep -v '^    ' $page | grep -oE '\b[a-z_0-9]+\.(c|h|def)\b' | sort -u); do
	case " $coming arch_x.c codec_x.c target_x.c " in
	*" $name "*) ;;
	*) there "$name" || wrong "there is no $name" ;;
	esac
done

# Each folder with C files is in the list.
for folder in $(git ls-files 'collector/*.c' 'config/*.c' 'initramfs/*.c' 'systemd/*.c' | sed 's,/[^/]*$,,' | sort -u); do
	echo "$list" | grep -qE "^ *${folder##*/}/( |$)" || wrong "the list of folders lacks $folder"
done
exit $bad
