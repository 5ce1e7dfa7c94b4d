# apt.sh - sourced: fetch packages of any Debian suite without touching the machine's own apt state.
# Each suite has a folder of its own under $KDUMP_TEST_CACHE/apt, with its own lists and an empty
# dpkg status, so "install --download-only" names the whole dependency tree. VM_ARCH names the
# architecture of the packages (amd64, arm64).

: "${KDUMP_TEST_CACHE:=/var/cache/kdump-tests}"
: "${VM_ARCH:=amd64}"
: "${KDUMP_TEST_LISTS_AGE:=7}"	# days until a suite's package lists are fetched again

apt_die()
{
	echo "apt: $*" >&2
	exit 1
}

# The mirror the machine itself uses, so that proxies and local mirrors keep working.
apt_mirror()
{
	local path=$1 found
	found=$(grep -rhoE "https?://[^] ]*/$path/?([[:space:]]|\$)" /etc/apt/sources.list \
		/etc/apt/sources.list.d 2>/dev/null | grep -v snapshot.debian | head -n 1) || true
	found=${found%%[[:space:]]*}
	echo "${found:-http://deb.debian.org/$path}"
}

# apt_folder SUITE - where its private state is.
apt_folder()
{
	local suffix=
	[ "$VM_ARCH" = amd64 ] || suffix=-$VM_ARCH
	echo "$KDUMP_TEST_CACHE/apt/$1$suffix"
}

apt_sources()
{
	local suite=$1 main security
	# A mirror's copy of sid may be older than its Release file says it may be.
	local options="signed-by=/usr/share/keyrings/debian-archive-keyring.gpg check-valid-until=no"
	main=$(apt_mirror debian)
	security=$(apt_mirror debian-security)
	echo "deb [$options] $main $suite main"
	[ "$suite" = sid ] || echo "deb [$options] $security $suite-security main"
}

# apt_run SUITE COMMAND ARG... - apt-get or apt-cache with the suite's private state.
apt_run()
{
	local suite=$1 command=$2 root
	root=$(apt_folder "$1")
	shift 2
	# HOME, hooks and parts of the host's configuration stay out, its proxy settings stay in.
	"$command" -q -o Dir::State="$root/state" -o Dir::State::status="$root/status" \
		-o Dir::Cache="$root/cache" -o Dir::Etc::sourcelist="$root/sources.list" \
		-o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
		-o APT::Architecture="$VM_ARCH" -o APT::Architectures="$VM_ARCH" -o APT::Sandbox::User=root \
		-o APT::Install-Recommends=false -o Acquire::Check-Valid-Until=false \
		-o Acquire::Languages=none -o Acquire::Retries=3 \
		-o APT::Update::Post-Invoke-Success::= -o DPkg::Post-Invoke::= "$@"
}

# apt_refresh SUITE - create the suite's private state; fetch its lists when they are old.
apt_refresh()
{
	local suite=$1 root
	root=$(apt_folder "$1")
	mkdir -p "$root/state/lists/partial" "$root/cache/archives/partial"
	(
		flock 9
		[ -z "$(find "$root/updated" -mtime "-$KDUMP_TEST_LISTS_AGE" 2>/dev/null)" ] || exit 0
		: >"$root/status"
		apt_sources "$suite" >"$root/sources.list"
		apt_run "$suite" apt-get update >"$root/log" 2>&1 && ! grep -q '^[WE]: Failed' "$root/log" &&
			touch "$root/updated"
	) 9>"$root/lock" || apt_die "fetching the package lists of $suite failed; see $root/log"
}

# apt_fetch SUITE DIR PACKAGE... - the named packages alone, as .deb files in DIR.
apt_fetch()
{
	local suite=$1 dir=$2
	shift 2
	apt_refresh "$suite"
	mkdir -p "$dir"
	(cd "$dir" && apt_run "$suite" apt-get download "$@" >apt.log 2>&1) ||
		apt_die "downloading $* of $suite failed; see $dir/apt.log"
}

# apt_fetch_tree SUITE DIR PACKAGE... - the packages with all they depend on.
apt_fetch_tree()
{
	local suite=$1 dir=$2
	shift 2
	apt_refresh "$suite"
	mkdir -p "$dir/partial"
	apt_run "$suite" apt-get -y -o Dir::Cache::archives="$dir" --download-only install "$@" \
		>"$dir/apt.log" 2>&1 ||
		apt_die "downloading $* of $suite with dependencies failed; see $dir/apt.log"
}

# apt_unpack DIR - the packages in DIR/debs become the tree DIR; DIR/debs stays.
apt_unpack()
{
	local tree=$1 dir deb
	# Merged /usr first, or a package that still ships /lib would make it a folder.
	for dir in bin sbin lib lib64; do
		mkdir -p "$tree/usr/$dir"
		ln -s "usr/$dir" "$tree/$dir"
	done
	for deb in "$tree"/debs/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$tree" --keep-directory-symlink \
			--exclude=./usr/share/doc --exclude=./usr/share/locale ||
			apt_die "unpacking $deb failed; is the disk full?"
	done
}
