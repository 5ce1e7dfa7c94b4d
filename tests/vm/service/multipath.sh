#!/bin/bash
# multipath.sh - a target behind two paths: the service makes the image with dracut; then one path is enough
. "$(dirname "$0")/lib.sh"
. "$here/multipath.sh"

multipath_machine dracut trixie 6.12 dracut
multipath_run
ok "the capture ran beside dracut's units" says 'Starting dracut-cmdline.service'
finish
