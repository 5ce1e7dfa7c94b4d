# arch.sh - sourced, after crash.sh: what a machine of VM_ARCH takes in place of x86_64's.
# A file of its own, because crash.sh is part of the key of the cached x86_64 cores.

if [ "$VM_ARCH" = arm64 ]; then
	VM_OPTIONS="[--kernel 6.1|6.12|6.12-16k|7.x] [--mem 1G] [--cpus 1]
  [--cpu max|cortex-a57|neoverse-n1] [--crashkernel 192M] [--deadline SECONDS]"
	VM_MODULES="pci-host-generic $VM_MODULES"
	# The last console= is the one that /dev/console is.
	VM_APPEND="console=$(vm_serial) ${VM_APPEND-}"
	VM_CAPTURE_CMDLINE="console=$(vm_serial) nr_cpus=1 reset_devices nokaslr panic=1 oops=panic"

	# guest_program NAME DIR - as crash.sh's, with the cross compiler. Debian's arm64 kernels do
	# not have kexec_file_load: there kexec-load is kexec-tools' program.
	guest_program()
	{
		if [ "$1" = kexec-load ]; then
			image_kexec "$2/.."
			cp "$crash_here/arch/kexec-load" "$2/kexec-load"
			return
		fi
		aarch64-linux-gnu-gcc -static -Os -Wall -Wextra -o "$2/$1" "$crash_here/guest/$1.c" ||
			die "compiling $1 failed; run tests/setup/deps.sh arm64"
	}

	# kexec_root - a folder with kexec-tools of VM_ARCH and what it needs, unpacked.
	kexec_root()
	{
		local root=$KDUMP_TEST_CACHE/kexec-tools-$VM_ARCH tmp deb
		if [ ! -e "$root" ]; then
			tmp=$(cache_tmp tmp)
			(
				. "$crash_here/../setup/apt.sh"
				apt_fetch_tree bookworm "$tmp" kexec-tools
			) >&2 || die "no kexec-tools for $VM_ARCH"
			for deb in "$tmp"/*.deb; do
				dpkg-deb -x "$deb" "$tmp/root"
			done
			cache_publish "$tmp/root" "$root"
			rm -rf "$tmp"
		fi
		echo "$root"
	}

	# image_kexec DIR - kexec and the libraries that it needs, in one folder.
	image_kexec()
	{
		local root name file i=0
		local -a todo=("$1/bin/kexec")
		root=$(kexec_root) || exit 1
		mkdir -p "$1/lib"
		cp "$root/sbin/kexec" "$1/bin/kexec"
		while [ "$i" -lt "${#todo[@]}" ]; do
			file=${todo[i++]}
			for name in $(readelf -d "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
				[ ! -e "$1/lib/$name" ] || continue
				cp -L "$(find "$root" -name "$name" | head -n 1)" "$1/lib/$name" ||
					die "kexec needs $name, which is in none of the packages"
				todo+=("$1/lib/$name")
			done
		done
	}
fi
