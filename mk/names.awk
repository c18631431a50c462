# SPDX-License-Identifier: BSD-2-Clause
# names.awk: what names.mk asks: which variables that somebody sets are nobody's.
# Before any program is compiled, so that the first `bmake SERVICES=x base` is
# told what is wrong with it and not what it compiles.
#
#	awk -v said="NAME ..." -v own="NAME ..." -v makes="FILE ..." -f names.awk \
#	    mk/variables [options.mk own.mk]
#
# said: those of the command line; own: a service's own. What is nearly one of
# mk/variables is told on standard error; what nearly is without doubt, and of
# the command line, on standard output.

FNR == 1 { file++ }

file == 1 {
	if ($1 ~ /^[A-Z]/) {
		known[$1] = 1
		list[++n] = $1
	}
	next
}

{ text = text $0 "\n" }

# (A line that goes on is one.)
!more && /^ *[A-Za-z_][A-Za-z0-9_]*[ \t]*[?+:!]?=/ {
	name = $0
	sub(/[ \t]*[?+:!]?=.*/, "", name)
	sub(/^ */, "", name)
	set[++nset] = name
	where[nset] = FILENAME ":" FNR ": "
}
{ more = $0 ~ /\\$/ }

function least(a, b) { return a < b ? a : b }

# distance: how many letters to put in, leave out, change, or swap with the next
function distance(a, b,    d, i, j, la, lb, same) {
	la = length(a)
	lb = length(b)
	for (i = 0; i <= la; i++)
		d[i, 0] = i
	for (j = 0; j <= lb; j++)
		d[0, j] = j
	for (i = 1; i <= la; i++) {
		for (j = 1; j <= lb; j++) {
			same = substr(a, i, 1) == substr(b, j, 1)
			d[i, j] = least(least(d[i - 1, j], d[i, j - 1]) + 1,
			    d[i - 1, j - 1] + !same)
			if (i > 1 && j > 1 &&
			    substr(a, i, 1) == substr(b, j - 1, 1) &&
			    substr(a, i - 1, 1) == substr(b, j, 1))
				d[i, j] = least(d[i, j], d[i - 2, j - 2] + 1)
		}
	}
	return d[la, lb]
}

# nearest: as nb-check(1) has it; how far it is in far
function nearest(word,    i, d, best) {
	far = 1 + int(length(word) / 4) + 1
	for (i = 1; i <= n; i++) {
		d = distance(toupper(word), list[i])
		if (d < far && d < length(word)) {
			far = d
			best = list[i]
		}
	}
	return best
}

function has(some, name) {
	return index(some, "${" name "}") || index(some, "${" name ":") ||
	    index(some, "$(" name ")") || index(some, "defined(" name ")") ||
	    index(some, "empty(" name)
}

function is_known(name) {
	return name in known || name ~ /^_/ || has(text, name)
}

# in_makefiles: whether one of ours has it; they are read when that is asked
function in_makefiles(name,    i, files, nfiles, line) {
	if (rules == "") {
		nfiles = split(makes, files, " ")
		for (i = 1; i <= nfiles; i++) {
			while ((getline line <files[i]) > 0)
				rules = rules line "\n"
			close(files[i])
		}
	}
	return has(rules, name)
}

function warn(line) {
	print "bmake: warning: " line | "cat >&2"
}

function look_said(name,    near) {
	if (is_known(name) || in_makefiles(name))
		return
	if ((near = nearest(name)) == "") {
		if (name ~ /^[A-Z][A-Z0-9_]*$/)
			warn(name ": nothing here has a variable of that " \
			    "name: \"bmake show\" lists those there are")
	} else if (far <= length(name) / 4)
		refused = refused (refused == "" ? "" : "; ") name \
		    ": no such variable: " near "?"
	else
		warn(name ": no such variable: " near "?")
}

END {
	# What programs have from the environment, where make puts what it is
	# told, and what <prog.mk> knows.
	others = own " AR AS CFLAGS CPPFLAGS CXXFLAGS CURL_CA_BUNDLE CWARNFLAGS " \
	    "DBG HOME LANG LDADD LDFLAGS LD LD_PRELOAD NBIMG NB_CACHE NB_CONFINE " \
	    "NM NO_COLOR OBJCOPY PATH QEMU QEMU_ACCEL RANLIB SHELL " \
	    "SSH_AUTH_SOCK SSL_CERT_DIR SSL_CERT_FILE STRIP TERM TMPDIR TZ USER " \
	    "XDG_CACHE_HOME XDG_RUNTIME_DIR"
	nothers = split(others, words, " ")
	for (i = 1; i <= nothers; i++)
		known[words[i]] = 1
	for (i = 1; i <= nset; i++) {
		if (!is_known(set[i]) && (near = nearest(set[i])) != "")
			warn(where[i] set[i] ": no such variable: " near "?")
	}
	nsaid = split(said, words, " ")
	for (i = 1; i <= nsaid; i++) {
		if (words[i] !~ /^(LC_|MAKE|MK|[.])|(_PROXY|_OPTIONS)$/)
			look_said(words[i])
	}
	if (refused != "")
		print refused
}
