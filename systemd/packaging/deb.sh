#!/bin/sh
# deb.sh - Debian packages of the last commit, in build/deb: kdump, and two transitional ones
# CROSS=aarch64-linux-gnu- makes them for that machine, in build/deb-arm64.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
triplet=${CROSS:+${CROSS%-}}
arch=${triplet:+$(dpkg-architecture -f -t "$triplet" -q DEB_HOST_ARCH 2>/dev/null)}
out=$top/build/deb${arch:+-$arch}
src=$out/src

"$top/tests/setup/deps.sh" package ${arch:+"$arch"}
# The libraries are in a folder of their own: dpkg does not know them as installed.
sysroot=${triplet:+$("$top/tests/setup/sysroot.sh" "$triplet")}
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
[ -z "$sysroot" ] || cp "$sysroot/shlibs" "$src/debian/shlibs.local"
rm -f "$out"/*.deb "$out"/*.changes "$out"/*.buildinfo
if ! (cd "$src" && dpkg-buildpackage -b -us -uc ${arch:+-d "-a$arch"}) > "$out/log" 2>&1; then
	tail -n 30 "$out/log" >&2
	echo "make deb: building failed; the whole output is in $out/log" >&2
	exit 1
fi
rm -rf "$src"
printf '%s\n' "$out"/*.deb
