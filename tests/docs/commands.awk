# commands.awk: the commands of documents, a line each: document, tab, command. Of a
# .md what stands in a block ```sh, of a manual what stands in EXAMPLES. Where a block
# shows "$ " before its commands, the other lines are what they print.

FNR == 1 {
	name = FILENAME
	sub(/^.*\/\.\.\//, "", name)
	md = FILENAME ~ /\.md$/
	on = examples = 0
	part = ""
}

function command(line) {
	sub(/^[ \t]+/, "", line)
	if (part != "")
		line = part " " line
	part = ""
	if (line ~ /\\$/) {
		sub(/[ \t]*\\$/, "", line)
		part = line
		return
	}
	# what is said of it
	if (md)
		sub(/[ \t]+# .*/, "", line)
	if (line != "" && line !~ /^#/)
		print name "\t" line
}

# block(): lines of one, of which some may be output
function block(	i, dollar) {
	for (i = 1; i <= n; i++)
		if (lines[i] ~ /^\$ /)
			dollar = 1
	for (i = 1; i <= n; i++) {
		if (dollar && part == "" && lines[i] !~ /^\$ /)
			continue
		sub(/^\$ /, "", lines[i])
		command(lines[i])
	}
	n = 0
}

# source(line): as a manual shows it
function source(line) {
	gsub(/\\&/, "", line)
	gsub(/\\e/, "\\", line)
	gsub(/\\ /, " ", line)
	gsub(/\\\(dq/, "\"", line)
	return line
}

md && /^```/ {
	if (on)
		block()
	on = !on && /^```sh$/
	next
}
!md && /^\.Sh/ { examples = /^\.Sh EXAMPLES/ }
!md && examples && /^\.Dl / {
	lines[++n] = source(substr($0, 5))
	# one command, or some of them
	if (lines[n] !~ /\\$/)
		block()
	next
}
!md && examples && /^\.Bd / { on = 1; next }
!md && examples && /^\.Ed/ { block(); on = 0; next }
on { lines[++n] = md ? $0 : source($0) }
