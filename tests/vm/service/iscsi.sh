#!/bin/bash
# iscsi.sh - a target on an iSCSI disk: the service makes the image with dracut, network and secret included
. "$(dirname "$0")/lib.sh"
. "$here/iscsi.sh"

iscsi_machine dracut trixie 6.12 dracut dracut-network
iscsi_run
ok "the capture ran beside dracut's units" says 'Starting dracut-cmdline.service'
finish
