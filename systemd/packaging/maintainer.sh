#!/bin/sh
# maintainer.sh - who makes the package: DEBFULLNAME and DEBEMAIL, as for other Debian tools
printf '%s <%s>\n' "${DEBFULLNAME:-kdump developers}" "${DEBEMAIL:-kdump@example.org}"
