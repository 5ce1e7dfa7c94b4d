#!/bin/sh
# rpm.sh - an RPM package of the last commit, in build/rpm; on Debian the libraries' names are not checked
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
out=$top/build/rpm

[ ! -e /etc/debian_version ] || "$top/tests/setup/deps.sh" package
rm -rf "$out"
mkdir -p "$out/SOURCES" "$out/SPECS"
version=$("$top/systemd/packaging/source.sh" "$out/tmp" | tr + ^)
mv "$out/tmp" "$out/kdump-$version"
tar -c -z -C "$out" -f "$out/SOURCES/kdump-$version.tar.gz" "kdump-$version"
rm -rf "$out/kdump-$version"
# Tags that Fedora dropped and others ask for.
tags=
[ ! -e /etc/debian_version ] || tags='Group: System/Kernel\nPackager: '$("$top/systemd/packaging/maintainer.sh")
sed -e "s/@version@/$version/g; s/@date@/$(cd "$top" && LC_ALL=C git log -1 --format=%cd --date=format:'%a %b %d %Y')/" \
	-e "s/@maintainer@/$("$top/systemd/packaging/maintainer.sh")/" \
	-e "s#^@extra_tags@#$tags#" "$top/systemd/packaging/kdump.spec.in" > "$out/SPECS/kdump.spec"
set -- --define "_topdir $out"
# Debian's rpm knows neither Fedora's package names nor systemd's macros.
if [ -e /etc/debian_version ]; then
	set -- "$@" --nodeps --load "$top/systemd/packaging/debian.macros"
fi
if ! rpmbuild "$@" -bb "$out/SPECS/kdump.spec" > "$out/log" 2>&1; then
	tail -n 30 "$out/log" >&2
	echo "make rpm: building failed; the whole output is in $out/log" >&2
	exit 1
fi
find "$out/RPMS" -name "*.rpm"
