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

ok "the module is right by itself" augparse -I "$lenses" "$lenses/kdump.aug"

for file in "$top/config/kdump.conf" "$top"/docs/examples/*.conf; do
	config <"$file"
	ok "${file##*/}" reads
	ok "is written as it was" same_again
done
# Every example in the shipped file as a line that counts.
sed 's/^#\([a-z]\)/\1/' "$top/config/kdump.conf" | config
ok "all that it shows" reads
ok "is written as it was" same_again

keys=$(sed -n 's/^KEY([A-Z0-9_]*, "\([^"]*\)".*/\1/p' "$top/config/parse/keys.def")
ok "all keys are in the list" test "$(echo "$keys" | wc -l)" = "$(grep -c '^KEY(' "$top/config/parse/keys.def")"
for key in $keys; do
	printf '%s one two\n%s\n  %s  one#why\n' "$key" "$key" "$key" | config
	ok "$key" reads
	ok "is written as it was" same_again
	case $key in
	blacklist | extra_bins | extra_modules | fence_kdump_nodes)
		ok "is a list" value_is two "${key}[1]/2" ;;
	*) ok "has its value" value_is "one two" "${key}[1]" ;;
	esac
	ok "and a comment" value_is why "${key}[3]/#comment"
done

printf 'path "/var/my crash"   # with blanks\r\n\t\n#\n  # mine # too\nnosuchkey\nssh a@[2001:db8::1] #\nmy-key.1 x\nlast y' | config
ok "what people write" reads
ok "has quotes" value_is '"/var/my crash"' path
ok "comments" value_is "mine # too" '#comment'
ok "a value before a bare '#'" value_is 'a@[2001:db8::1]' ssh
ok "any word as key" value_is x my-key.1
ok "a last line without its end" value_is y last
printf 'path /x\n' | config
ok "a change" aug "set /files/etc/kdump.conf/path /y" "set /files/etc/kdump.conf/keep_dumps 5" \
	"set /files/etc/kdump.conf/extra_bins/1 /bin/a" "set /files/etc/kdump.conf/extra_bins/2 /bin/b" save
ok "is written as our parser reads it" is /etc/kdump.conf "path /y
keep_dumps 5
extra_bins /bin/a /bin/b"
ok "which is content" exits 0 "$build/kdump-config" --check "$root/etc/kdump.conf"

# The tree is that of Augeas' own module, for files that both understand.
printf 'path /x  # why\n# mine\n\next4 UUID="1-2"\nextra_bins /a /b # two\nextra_modules c\nforce_rebuild 1\n' | config
aug "print /files/etc/kdump.conf" >"$work/ours"
rm "$lenses/kdump.aug"
cp /usr/share/augeas/lenses/dist/kdump.aug "$lenses/"
aug "print /files/etc/kdump.conf" >"$work/theirs"
ok "scripts for Augeas' own module find what they look for" diff "$work/theirs" "$work/ours"
ok "which are some nodes" test "$(wc -l <"$work/ours")" -ge 12

# Installed, it is found before the one of the distribution.
ok "make install" make -s -C "$top" O="$(realpath "$build")" DESTDIR="$work/dest" install
ok "puts it where Augeas looks first" cmp "$top/config/kdump.aug" "$work/dest/usr/share/augeas/lenses/kdump.aug"
finish
