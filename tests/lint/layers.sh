#!/bin/sh
# layers.sh - every #include must go down the table in docs/design.md, never up or sideways
cd "$(dirname "$0")/../.." || exit 99
bad=0

allowed() {
	case $1 in
	collector/base)     echo base ;;
	collector/codec)    echo base codec ;;
	collector/source)   echo base codec source ;;
	collector/kernel)   echo base source kernel ;;
	collector/filter)   echo base source kernel filter ;;
	collector/triage)   echo base triage ;;
	collector/report)   echo base source kernel triage report ;;
	collector/pack)     echo base codec source pack ;;
	collector/output)   echo base output ;;
	collector/seal)     echo base output seal ;;
	config*)            echo base seal config ;;
	initramfs/plan)     echo base ;;
	initramfs/net)      echo base ;;
	initramfs/image*)   echo base seal config initramfs/plan initramfs/net initramfs/image ;;
	initramfs/capture*) echo base config initramfs/plan initramfs/net initramfs/capture collect.h ;;
	systemd*)           echo base seal config initramfs/plan initramfs/net initramfs/image systemd triage ;;
	collector) # collect.c, dump.c, save.c, main.c
		echo base codec source kernel filter pack output seal cli summary selftest report collect.h ;;
	collector/cli | collector/summary | collector/selftest)
		echo base codec source kernel filter pack output seal cli summary selftest collect.h ;;
	*)                  echo nothing ;;
	esac
}

# may FROM TO - is TO one of the folders that FROM may use, or below one?
may() {
	for folder in $(allowed "$1") "$1"; do
		case $2/ in "$folder"/*) return 0 ;; esac
	done
	return 1
}

for file in $(git ls-files 'collector/*.[ch]' 'config/*.[ch]' 'initramfs/*.[ch]' 'systemd/*.[ch]'); do
	from=${file%/*}
	# A name without a folder is a neighbour; only collect.h is one of the collector's for others.
	for to in $(sed -n 's|^#include "\([a-z_/]*\)/[a-z0-9_.]*"|\1|p; s|^#include "\(collect.h\)"|\1|p' "$file"); do
		may "$from" "$to" || { echo "$file: $from must not include $to"; bad=1; }
	done
done
exit $bad
