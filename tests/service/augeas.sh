#!/bin/sh
# augeas.sh - kdump.conf through Augeas: every key and every example is read, and written as it was
. "$(dirname "$0")/lib.sh"
top=$here/..
lenses=$work/lenses
mkdir -p "$lenses" "$root/etc"
cp "$top/config/kdump.aug" "$lenses/"

# aug COMMAND... - one a line; with our module and the root's file alone.
aug()
{
	{
		echo "set /augeas/load/Kdump/lens Kdump.lns"
		echo "set /augeas/load/Kdump/incl /etc/kdump.conf"
		echo load
		printf '%s\n' "$@"
	} | augtool --noautoload --root "$root" -I "$lenses" >"$work/words" 2>&1
	cat "$work/words"
}

# reads - the whole file is understood.
reads()
{
	aug "print /augeas/files/etc/kdump.conf/error"
	! grep -q . "$work/words"
}

# value_is VALUE NODE
value_is()
{
	aug "get /files/etc/kdump.conf/$2" | grep -qxF "/files/etc/kdump.conf/$2 = $1" ||
		{ cat "$work/words"; return 1; }
}

# same_again - another node at the end, and away with it: written twice, the file is what it was.
same_again()
{
	cp "$root/etc/kdump.conf" "$work/before"
	aug "set /files/etc/kdump.conf/zzz 1" save "rm /files/etc/kdump.conf/zzz" save
	grep -c "^Saved 1 file" "$work/words" | grep -qx 2 || return 1
	cmp "$work/before" "$root/etc/kdump.conf"
}

ok "augparse accepts the lens by itself" augparse -I "$lenses" "$lenses/kdump.aug"

for file in "$top/config/kdump.conf" "$top"/docs/examples/*.conf; do
	config <"$file"
	ok "the lens reads ${file##*/}" reads
	ok "the lens writes ${file##*/} as it was" same_again
done
# Every example in the shipped file as a line that counts.
sed 's/^#\([a-z]\)/\1/' "$top/config/kdump.conf" | config
ok "the lens reads kdump.conf with every example line enabled" reads
ok "the lens writes kdump.conf with every example line as it was" same_again

keys=$(sed -n 's/^KEY([A-Z0-9_]*, "\([^"]*\)".*/\1/p' "$top/config/parse/keys.def")
ok "the test covers every key of the table" test "$(echo "$keys" | wc -l)" = "$(grep -c '^KEY(' "$top/config/parse/keys.def")"
for key in $keys; do
	printf '%s one two\n%s\n  %s  one#why\n' "$key" "$key" "$key" | config
	ok "the lens reads the key $key" reads
	ok "the lens writes the key $key as it was" same_again
	case $key in
	blacklist | extra_bins | extra_modules | fence_kdump_nodes)
		ok "the lens splits $key into a list" value_is two "${key}[1]/2" ;;
	*) ok "the lens reads the value of $key" value_is "one two" "${key}[1]" ;;
	esac
	ok "the lens reads a comment behind $key" value_is why "${key}[3]/#comment"
done

printf 'path "/var/my crash"   # with blanks\r\n\t\n#\n  # mine # too\nnosuchkey\nssh a@[2001:db8::1] #\nmy-key.1 x\nlast y' | config
ok "the lens reads blanks, tabs, CR and unknown keys" reads
ok "the lens keeps quotes in a value" value_is '"/var/my crash"' path
ok "the lens reads comments with a second '#'" value_is "mine # too" '#comment'
ok "the lens ends a value before a bare '#'" value_is 'a@[2001:db8::1]' ssh
ok "the lens takes any word as a key" value_is x my-key.1
ok "the lens reads a last line without a newline" value_is y last
printf 'path /x\n' | config
ok "the lens saves changed and added values" aug "set /files/etc/kdump.conf/path /y" "set /files/etc/kdump.conf/keep_dumps 5" \
	"set /files/etc/kdump.conf/extra_bins/1 /bin/a" "set /files/etc/kdump.conf/extra_bins/2 /bin/b" save
ok "a saved change has the form that our parser reads" is /etc/kdump.conf "path /y
keep_dumps 5
extra_bins /bin/a /bin/b"
ok "kdump-config accepts what the lens saved" exits 0 "$build/kdump-config" --check "$root/etc/kdump.conf"

# The tree is that of Augeas' own module, for files that both understand.
printf 'path /x  # why\n# mine\n\next4 UUID="1-2"\nextra_bins /a /b # two\nextra_modules c\nforce_rebuild 1\n' | config
aug "print /files/etc/kdump.conf" >"$work/ours"
rm "$lenses/kdump.aug"
cp /usr/share/augeas/lenses/dist/kdump.aug "$lenses/"
aug "print /files/etc/kdump.conf" >"$work/theirs"
ok "scripts for Augeas' own module find the same nodes in ours" diff "$work/theirs" "$work/ours"
ok "the comparison has twelve nodes at least" test "$(wc -l <"$work/ours")" -ge 12

# Installed, it is found before the one of the distribution.
ok "make install puts the lens into DESTDIR" make -s -C "$top" O="$(realpath "$build")" DESTDIR="$work/dest" install
ok "make install puts the lens where Augeas looks first" cmp "$top/config/kdump.aug" "$work/dest/usr/share/augeas/lenses/kdump.aug"
finish
