#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# completions.sh: what bash, zsh and fish know of our programs' options, by the
# table that options.awk makes of each manual.
#
#	completions.sh DIR MANUAL ...
#
# For nb-x: DIR/nb-x for bash, DIR/_nb-x for zsh, DIR/nb-x.fish.
set -eu
dir=$1
shift

# What an argument is: dir, file, one of some words, or any text. All begin with
# this; then comes what a shell is told.
kinds='
BEGIN {
	FS = "\t"
	nd = split("folder stage common service", d, " ")
	for (i = 1; i <= nd; i++)
		kind_of[d[i]] = "dir"
	nf = split("conf file image kernel layer lock memo metalog nb-trim path variables", f, " ")
	for (i = 1; i <= nf; i++)
		kind_of[f[i]] = "file"
}
function kind(arg) {
	return arg ~ /^=/ ? "words" : arg in kind_of ? kind_of[arg] : "text"
}
# words(arg): without the mark, parted by blanks
function words(arg) {
	arg = substr(arg, 2)
	gsub(/\|/, " ", arg)
	return arg
}
# shown(arg): as its name is told
function shown(arg) {
	return arg ~ /^=/ ? substr(arg, 2) : arg
}
'

# A function for each command that a program has: what -o wants, and which there are.
bash_of() {
	awk -v prog="$1" "$kinds"'
	{
		if (!($1 in seen)) {
			seen[$1] = 1
			commands[++n] = $1
		}
		split("", names)
		if ($2 != "-")
			names[1] = "-" $2
		if ($3 != "-")
			names[2] = "--" $3
		pattern = ""
		for (i = 1; i <= 2; i++) if (i in names) {
			list[$1] = list[$1] (list[$1] == "" ? "" : " ") names[i]
			pattern = pattern (pattern == "" ? "" : "|") names[i]
		}
		if ($4 == "-")
			next
		k = kind($4)
		values[$1] = values[$1] "\t\t" pattern ")\t"
		if (k == "dir")
			values[$1] = values[$1] "compopt -o dirnames 2>/dev/null"
		else if (k == "file")
			values[$1] = values[$1] "compopt -o default 2>/dev/null"
		else if (k == "words")
			values[$1] = values[$1] "COMPREPLY=($(compgen -W \"" words($4) "\" -- \"$cur\"))"
		values[$1] = values[$1] (k == "text" ? "" : "; ") "return ;;\n"
	}
	function body(c) {
		if (values[c] != "")
			printf "\tcase $prev in\n%s\tesac\n", values[c]
		if (list[c] != "")
			printf "\tcase $cur in\n\t-*)\tCOMPREPLY=($(compgen -W \"%s\" -- \"$cur\")); return ;;\n\tesac\n", list[c]
	}
	END {
		name = prog
		gsub(/-/, "_", name)
		print "# " prog ": its options, for bash; made from its manual"
		print "_" name "() {"
		print "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}"
		print "\tCOMPREPLY=()"
		if (n == 1 && commands[1] == "-") {
			body("-")
			print "\tcompopt -o default 2>/dev/null"
		} else {
			all = ""
			for (i = 1; i <= n; i++)
				all = all (i > 1 ? " " : "") commands[i]
			print "\tif [ \"$COMP_CWORD\" -eq 1 ]; then"
			print "\t\tCOMPREPLY=($(compgen -W \"" all "\" -- \"$cur\"))"
			print "\t\treturn"
			print "\tfi"
			print "\tcase ${COMP_WORDS[1]} in"
			for (i = 1; i <= n; i++) {
				print commands[i] ")"
				body(commands[i])
				print "\t;;"
			}
			print "\tesac"
		}
		print "\treturn 0"
		print "}"
		print "complete -F _" name " " prog
	}'
}

zsh_of() {
	awk -v prog="$1" "$kinds"'
	{
		if (!($1 in seen)) {
			seen[$1] = 1
			commands[++n] = $1
		}
		if ($2 == "-" && $3 == "-")
			next
		k = kind($4)
		what = $4 == "-" ? "" : ":" shown($4) ":" (k == "dir" ? "_files -/" : \
		    k == "file" ? "_files" : k == "words" ? "(" words($4) ")" : " ")
		text = $4 == "-" ? ($3 == "-" ? "" : $3) : shown($4)
		text = text == "" ? "" : "[" text "]"
		if ($2 != "-")
			list[$1] = list[$1] " \\\n    \"*-" $2 ($4 == "-" ? "" : "+") text what "\""
		if ($3 != "-")
			list[$1] = list[$1] " \\\n    \"*--" $3 ($4 == "-" ? "" : "=") text what "\""
	}
	END {
		print "#compdef " prog
		print "# its options, for zsh; made from its manual"
		if (n == 1 && commands[1] == "-") {
			print "_arguments -s -S" list["-"] " \\\n    \"*:file:_files\""
			exit
		}
		all = ""
		for (i = 1; i <= n; i++)
			all = all " " commands[i]
		print "if (( CURRENT == 2 )); then"
		print "\tcompadd --" all
		print "\treturn"
		print "fi"
		print "shift words"
		print "(( CURRENT-- ))"
		print "case $words[1] in"
		for (i = 1; i <= n; i++)
			print commands[i] ") _arguments -s -S" list[commands[i]] " \\\n    \"*:name: \" ;;"
		print "esac"
	}'
}

fish_of() {
	awk -v prog="$1" "$kinds"'
	BEGIN { print "# " prog ": its options, for fish; made from its manual" }
	$1 != "-" && !($1 in seen) {
		seen[$1] = 1
		all = all (all == "" ? "" : " ") $1
	}
	$2 != "-" || $3 != "-" {
		line = "complete -c " prog
		if ($1 != "-")
			line = line " -n \"__fish_seen_subcommand_from " $1 "\""
		if ($2 != "-")
			line = line " -s " $2
		if ($3 != "-")
			line = line " -l " $3
		if ($4 != "-") {
			k = kind($4)
			line = line (k == "file" ? " -r" : " -x") (k == "dir" ? \
			    " -a \"(__fish_complete_directories)\"" : k == "words" ? \
			    " -a \"" words($4) "\"" : "") " -d \"" shown($4) "\""
		}
		print line
	}
	END {
		if (all != "")
			print "complete -c " prog " -f -n \"not __fish_seen_subcommand_from " all "\" -a \"" all "\""
	}'
}

for manual; do
	prog=${manual##*/} prog=${prog%.[1-8]}
	awk -f "${0%/*}/options.awk" "$manual" >"$dir/.table"
	bash_of "$prog" <"$dir/.table" >"$dir/$prog"
	zsh_of "$prog" <"$dir/.table" >"$dir/_$prog"
	fish_of "$prog" <"$dir/.table" >"$dir/$prog.fish"
done
rm -f "$dir/.table"
