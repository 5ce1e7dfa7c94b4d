#!/bin/sh
# keygen.sh - kdumpctl keygen makes a key pair that age and the collector take, and guards it
. "$(dirname "$0")/lib.sh"

mkdir -p "$root/bin"
key=$work/key.txt

# public_half FILE - the last run printed the public key of this file, alone on standard output.
keygen_prints_public_half()
{
	"$build/kdumpctl" keygen "$1" >"$work/public" 2>"$work/words" &&
		[ "$(cat "$work/public")" = "$(age-keygen -y "$1")" ]
}

secret_is_not_printed()
{
	! cat "$work/public" "$work/words" | grep -i secret-key
}

sealed_by_age_opens_here()
{
	echo 'sealed by age' | age -r "$(cat "$work/public")" -o "$work/by-age" &&
		"$build/kdump-collect" -q --decrypt -i "$1" "$work/by-age" "$work/opened" &&
		[ "$(cat "$work/opened")" = 'sealed by age' ]
}

sealed_here_opens_by_age()
{
	echo 'sealed here' | "$build/kdump-collect" -q -f --encrypt --encrypt-to "$(cat "$work/public")" - "$work/sealed" &&
		[ "$(age -d -i "$1" "$work/sealed")" = 'sealed here' ]
}

# as_nobody COMMAND...
as_nobody()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

ok "keygen prints the public key, and nothing else, on standard output" keygen_prints_public_half "$key"
ok "keygen does not print the private key" secret_is_not_printed
ok "keygen prints the line for kdump.conf" says "kdump.conf: encrypt_to age1"
ok "keygen warns that the private key does not belong on a machine it opens" says "not on one whose dumps it opens"
ok "the file is readable for its owner alone" test "$(stat -c %a "$key")" = 600
ok "the file says whose key it is" grep -q "^# public key: $(cat "$work/public")\$" "$key"
ok "the collector opens what age sealed to the new key" sealed_by_age_opens_here "$key"
ok "age opens what the collector sealed to the new key" sealed_here_opens_by_age "$key"
ok "kdump.conf takes the public key" sh -c 'printf "path /var/crash\nencrypt_to %s\n" "$(cat "$1")" >"$2" &&
	"$3" --check "$2"' sh "$work/public" "$work/conf" "$build/kdump-config"

sum=$(sha256sum "$key")
ok "keygen refuses a file that exists" exits 1 "$build/kdumpctl" keygen "$key"
ok "the refusal names the file and the way out" says "key.txt exists, and may hold a key; give the name of a new file"
ok "the file that exists is unchanged" test "$(sha256sum "$key")" = "$sum"
ln -s "$work/elsewhere" "$work/link"
ok "keygen refuses a link that leads nowhere" exits 1 "$build/kdumpctl" keygen "$work/link"
ok "keygen does not write through the link" test ! -e "$work/elsewhere"
ok "keygen without its directory fails" exits 1 "$build/kdumpctl" keygen "$work/nowhere/key"
ok "the failure names the path" says "create .*/nowhere/key: No such file"
mkdir "$work/small"
mount -t tmpfs -o size=4k tmpfs "$work/small" && head -c 4096 /dev/zero >"$work/small/full"
ok "keygen on a full disk fails" exits 1 "$build/kdumpctl" keygen "$work/small/key"
ok "keygen leaves no part of a key on a full disk" test ! -e "$work/small/key"
umount "$work/small"
ok "keygen takes one name at most" exits 1 "$build/kdumpctl" keygen a b
ok "keygen --json prints JSON" sh -c 'cd "$1" && "$2" --json keygen json.txt 2>/dev/null >words' sh "$work" "$(realpath "$build")/kdumpctl"
ok "the JSON names the file" json_is '"json.txt"' file
ok "the JSON has the public key" json_is "\"$(age-keygen -y "$work/json.txt")\"" public_key
ok "two keys differ" sh -c '! cmp -s "$1" "$2"' sh "$key" "$work/json.txt"
mkdir -m 777 "$work/for-all"
chmod 755 "$work"
cp "$build/kdumpctl" "$work/kdumpctl"
ok "keygen needs no root, and FILE has a default" as_nobody sh -c 'cd "$1" && umask 0 && exec "$2" -q keygen' sh \
	"$work/for-all" "$work/kdumpctl"
ok "the default is dump-key.txt, for its owner alone" test "$(stat -c '%a %u' "$work/for-all/dump-key.txt")" = "600 65534"
finish
