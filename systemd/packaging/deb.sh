#!/bin/sh
# deb.sh - Debian packages of the last commit, in build/deb: kdump, and two transitional ones
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
out=$top/build/deb
src=$out/src

"$top/tests/setup/deps.sh" package
rm -rf "$src"
mkdir -p "$src"
version=$("$top/systemd/packaging/source.sh" "$src")
cp -r "$src/systemd/packaging/debian" "$src/debian"
maintainer=$("$top/systemd/packaging/maintainer.sh")
sed -i "s/@maintainer@/$maintainer/" "$src/debian/control"
cat > "$src/debian/changelog" <<E
kdump (${version}) unstable; urgency=medium

  * Built from the sources as they are.

 -- $maintainer  $(cd "$top" && git log -1 --format=%cD)
E
rm -f "$out"/*.deb "$out"/*.changes "$out"/*.buildinfo
if ! (cd "$src" && dpkg-buildpackage -b -us -uc) > "$out/log" 2>&1; then
	tail -n 30 "$out/log" >&2
	echo "make deb: building failed; the whole output is in $out/log" >&2
	exit 1
fi
rm -rf "$src"
printf '%s\n' "$out"/*.deb
