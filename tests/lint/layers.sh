#!/bin/sh
# layers.sh - every #include must go down the table in docs/design.md, never up or sideways
cd "$(dirname "$0")/../.." || exit 99
bad=0

allowed() {
	case $1 in
	collector/base)    echo base ;;
	collector/codec)   echo base codec ;;
	collector/source)  echo base codec source ;;
	collector/kernel)  echo base source kernel ;;
	collector/filter)  echo base source kernel filter ;;
	collector/pack)    echo base codec source pack ;;
	collector/output)  echo base output ;;
	*)                 echo base codec source kernel filter pack output ;; # dump.c, save.c, main.c
	esac
}

for file in collector/*.[ch] collector/*/*.[ch]; do
	from=${file%/*}
	for to in $(sed -n 's|^#include "\([a-z]*\)/.*|\1|p' "$file"); do
		case " $(allowed "$from") " in
		*" $to "*) ;;
		*) echo "$file: $from must not include $to"; bad=1 ;;
		esac
	done
done
exit $bad
