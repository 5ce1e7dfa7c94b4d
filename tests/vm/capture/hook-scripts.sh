#!/bin/bash
# hook-scripts.sh - hooks in python and perl run with the modules they import; one that misses some is refused
. "$(dirname "$0")/lib.sh"

for kernel in $(kernels 6.12); do
	capture_new "$kernel" python3 perl
	VM_CRASHKERNEL=192M # 7.x has no room for 32 MiB of image in 128M
	data_ext4
	also extra_bins /bin/uname
	machine_text /etc/kdump/post.d/10-python 755 <<-'E'
		#!/usr/bin/env python3
		import json, logging, subprocess, sys
		from datetime import datetime
		from beside import words
		release = subprocess.run(["uname", "-r"], capture_output=True, text=True).stdout.strip()
		print("python:", json.dumps({"release": release, "saved": sys.argv[1], "words": words()}))
		logging.error("python: the year is %d or later", min(2024, datetime.now().year))
	E
	machine_text /etc/kdump/post.d/beside.py <<-'E'
		import glob, os, re
		def words():
		    return [re.sub(r"^.*/", "", n) for n in glob.glob("/etc/kdump/post.d/*-p*") if os.path.isfile(n)]
	E
	machine_text /etc/kdump/post.d/20-perl 755 <<-'E'
		#!/usr/bin/perl -w
		use strict;
		use File::Spec::Functions qw(catfile);
		use JSON::PP;
		use POSIX qw(uname);
		open my $in, '<:encoding(UTF-8)', catfile('', 'etc', 'kdump.conf') or die;
		my $keys = grep { /^\w/ } <$in>;
		print "perl: ", JSON::PP->new->canonical->encode({ release => (uname)[2], keys => $keys }), "\n";
	E
	more_guest 'refused()
	{
		printf "%s\n" "$1" >/etc/kdump/post.d/30-refused
		chmod 755 /etc/kdump/post.d/30-refused
		kdump-image build --config /etc/kdump.conf --output /boot/kdump.img >/tmp/words 2>&1 && echo "guest: ACCEPTED $1"
		sed "s/^/guest: refused: /" /tmp/words
		rm /etc/kdump/post.d/30-refused
	}
	prepare()
	{
		mount_disk data /mnt/data
		mkdir -p /mnt/data/dumps
		refused "#!/usr/bin/python3
import not_on_this_system"
		refused "#!/usr/bin/perl
use Not::On::This::System;"
	}'
	ok "$kernel: the machine rebooted by itself" capture_run 300
	ok "$kernel: nothing with a missing module was accepted" says_not 'guest: ACCEPTED'
	ok "$kernel: the module of python is named" says 'guest: refused: .*30-refused: it imports not_on_this_system,'
	ok "$kernel: the module of perl is named" says 'guest: refused: .*30-refused: it imports Not::On::This::System,'
	ok "$kernel: python ran" says "^python: \{\"release\": \"${version//+/.}\", \"saved\": \"0\", \"words\": \[\"(10-python|20-perl)\", \"(10-python|20-perl)\"\]"
	ok "$kernel: python's log, too" says 'python: the year is 2024 or later'
	ok "$kernel: perl ran" says "^perl: \{\"keys\":[0-9]+,\"release\":\"${version//+/.}\"\}"
	ok "$kernel: one dump" dump_dir "$(disk_open data)/dumps"
done
finish
