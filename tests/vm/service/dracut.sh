#!/bin/bash
# dracut.sh - a target that our own image cannot bring up: the service makes the image with dracut
. "$(dirname "$0")/lib.sh"
. "$here/thin.sh"

thin_machine trixie 6.12 dracut
service_run 1500
ok "the capture ran beside dracut's units" says 'Starting dracut-cmdline.service'
thin_results
finish
