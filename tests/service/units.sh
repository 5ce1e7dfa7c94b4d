#!/bin/sh
# units.sh - the units of the production system run with what they need and no more
. "$(dirname "$0")/lib.sh"

units=$here/../systemd/units
mkdir -p "$work/units"
for unit in kdump kdump-hotplug kdump-boot; do
	sed 's,@sbindir@,/usr/sbin,' "$units/$unit.service" >"$work/units/$unit.service"
done

# exposure UNIT - tenths of what systemd-analyze says: 59 is 5.9.
exposure()
{
	systemd-analyze security --no-pager --offline=yes "$work/units/$1.service" 2>/dev/null |
		sed -n 's/.*exposure level for .*: \([0-9]*\)\.\([0-9]\) .*/\1\2/p'
}
at_most()
{
	got=$(exposure "$2")
	[ -n "$got" ] && [ "$got" -le "$1" ] || { echo "$2: exposure $got tenths, not $1 or less"; return 1; }
}
sandbox()
{
	grep -E '^(Capab|NoNew|Restrict|Lock|Memory|SystemCall|KeyringMode)' "$units/$1.service"
}
same_sandbox()
{
	[ "$(sandbox kdump)" = "$(sandbox kdump-hotplug)" ]
}

if systemd-analyze security --help >/dev/null 2>&1; then
	ok "kdump.service is exposed by 5.9 at most" at_most 59 kdump
	ok "kdump-hotplug.service is exposed by 5.9 at most" at_most 59 kdump-hotplug
	ok "kdump-boot.service is exposed by 4.9 at most" at_most 49 kdump-boot
fi
ok "kdump-hotplug.service runs in the sandbox of kdump.service" same_sandbox
# All that systemd-analyze counts against a unit is named in the unit, with the reason.
against()
{
	systemd-analyze security --no-pager --offline=yes "$work/units/$1.service" 2>/dev/null | grep '✗' |
		sed -E 's/^✗ +//;s/ .*//;s/^SystemCallFilter=~//;s/=.*//' | sort -u
	sed -n 's/^CapabilityBoundingSet=//p;s/^RestrictAddressFamilies=//p' "$units/$1.service" | tr ' ' '\n'
}
reasoned()
{
	missing=
	for word in $(against "$1"); do
		case $word in CapabilityBoundingSet | RestrictAddressFamilies) continue ;; esac
		grep -qE "^#.*$word([^A-Za-z_]|\$)" "$units/kdump.service" || missing="$missing $word"
	done
	[ -z "$missing" ] || { echo "no reason in kdump.service for:$missing"; return 1; }
}
for unit in kdump kdump-hotplug kdump-boot; do
	ok "kdump.service has the reason for each sandbox option that $unit.service leaves out" reasoned "$unit"
done
ok "the list of left-out sandbox options has more than 20 entries" sh -c '[ "$1" -gt 20 ]' - "$(against kdump | wc -l)"
finish
