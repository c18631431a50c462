# options.awk: the table of options that a manual's SYNOPSIS is: a line for each, of
# command, letter, long name and argument, by tabs; "-" is none. What there are to
# choose from is an argument with "|".

# take(letter, long, argument): an option is told once; its long name may come later.
function take(letter, long, arg,	key) {
	key = command SUBSEP (letter != "-" ? letter : long)
	if (!(key in args)) {
		keys[++n] = key
		commands[key] = command
		letters[key] = letter
		longs[key] = "-"
		args[key] = arg
	}
	if (long != "-")
		longs[key] = long
	if (args[key] == "-")
		args[key] = arg
	else if (arg ~ /^=/ && args[key] ~ /^=/ && args[key] != arg)
		args[key] = args[key] "|" substr(arg, 2)
}

# flag(word, arg): "C", "qv", "-exclude"; only the last one has the argument.
function flag(word, arg,	i) {
	if (word ~ /^-./)
		take("-", substr(word, 2), arg)
	else for (i = 1; i <= length(word); i++)
		take(substr(word, i, 1), "-", i == length(word) ? arg : "-")
}

# argument(i): what the field i and those behind it say that the option before wants
function argument(i,	arg) {
	if ($i == "Ar")
		return $(i + 1)
	if ($i != "Cm")
		return "-"
	for (arg = "=" $(++i); $(i + 1) == "|"; i += 2)
		arg = arg "|" $(i + 2)
	return arg
}

# flags(): those of one line
function flags(	i, j, word) {
	for (i = 1; i <= NF; i++) {
		if ($i ~ /^\.?Fl$/ && $(i + 1) == "Fl") {
			flag("-" $(i + 2), argument(i + 3))
			i += 2
		} else if ($i ~ /^\.?Fl$/ && $(i + 1) == "Oc" && $(i + 2) == "Cm") {
			# tar's: a letter, more of them, no dash needed
			flag($(i + 3), "-")
			if ($(i + 5) == "Op")
				flag($(i + 7), "-")
			i += 7
		} else if ($i ~ /^\.?Fl$/) {
			for (j = i + 1; $j ~ /^-?[A-Za-z][A-Za-z-]*$/ && $j !~ /^(Ar|Cm|No|Ns|Oc|Oo|Op|Fl)$/; j++) {
				word = $j
				flag(word, argument(j + 1))
			}
			i = j - 1
		}
	}
}

/^\.Sh / {
	synopsis = $2 == "SYNOPSIS"
	command = "-"
	next
}
synopsis && /^\.Nm/ {
	named = 1
	next
}
synopsis && named && /^\.Cm [a-z]+$/ {
	command = $2
	named = 0
	print command "\t-\t-\t-"
	next
}
synopsis {
	named = 0
	flags()
	next
}

# ".It Fl f , Fl Fl config Ar conf", ".It Fl h , Fl -help", and the former's second
# half on a line of its own: they are one.
/^\.(It )?Fl [A-Za-z] , Fl (Fl |-)[a-z]/ {
	i = $1 == ".It" ? 3 : 2
	long = $(i + 3) == "Fl" ? $(i + 4) : substr($(i + 3), 2)
	take($i, long, "-")
}

END {
	for (i = 1; i <= n; i++)
		print commands[keys[i]] "\t" letters[keys[i]] "\t" longs[keys[i]] "\t" args[keys[i]]
}
