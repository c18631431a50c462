# choupi of service/common
. ../service/common/choupi
printf '%s %s\n' "$CHECK" "$ARROW"
