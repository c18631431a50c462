# show.awk: aligns what `bmake show` lists, lines of a name, where it was set and
# "=value", by tabs. The value comes last: it may be long, and have any bytes.

{
	name[NR] = $0
	sub(/\t.*/, "", name[NR])
	value[NR] = $0
	sub(/^[^\t]*\t[^\t]*\t=/, "", value[NR])
	where[NR] = substr($0, length(name[NR]) + 2)
	sub(/\t.*/, "", where[NR])
	if (length(name[NR]) > names)
		names = length(name[NR])
	if (length(where[NR]) > places)
		places = length(where[NR])
}

END {
	for (i = 1; i <= NR; i++) {
		line = sprintf("%-" names "s  ", name[i])
		if (places > 0)
			line = line sprintf("%-" places "s  ", where[i])
		line = line value[i]
		sub(/ +$/, "", line)
		print line
	}
}
