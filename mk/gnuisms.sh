#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# gnuisms.sh: what other systems trip on, in files of rules, shell, awk and C:
# `bmake lint` runs it on the product's. Says file, line and what is wrong, and
# exits 1 if there was any. It reads words, so it knows the usual ones only;
# tests/port runs the scripts with other shells and tools.
#
#	gnuisms.sh FILE ...
#
# A C file that is about a system's own ways says Linux in its first lines.
set -eu

# For which files, what (an ERE) in a line that is no comment, what is wrong.
rules() {
	cat <<'X'
shell	sed( -[a-zA-Z]+)* -[a-zA-Z]*i	sed -i: write a new file and rename it
shell	grep( -[a-zA-Z]+)* -[a-zA-Z]*[PoRr]	grep -P, -o and -r are not POSIX's
shell	find .* -(printf|regextype|readable|executable|empty)	not a word that find knows everywhere
shell	(^|[^a-zA-Z_./-])stat (-[a-zA-Z]+ )*(-[cf]|--)	stat(1) differs from system to system
shell	(^|[^a-zA-Z_./-])date (-d|-r|-I|--)	date reads no dates everywhere
shell	\+[^ ]*%[0-9]*N	date has no nanoseconds everywhere
shell	readlink -[a-zA-Z]*[fem]	readlink -f: use cd and pwd -P
shell	(^|[^a-zA-Z_./-])(realpath|seq|tac|nproc|shuf|timeout|numfmt) [-"$a-z0-9]	not a program that each system has
shell	xargs( -[a-zA-Z0-9]+)* -[a-zA-Z0-9]*[rd]	xargs -r and -d are not POSIX's
shell	(^|[^a-zA-Z_./-])cp( -[a-zA-Z]+)* -[a-zA-Z]*[atTuv]	cp has -f, -H, -i, -L, -P, -p and -R
shell	(^|[^a-zA-Z_./-])sort( -[a-zA-Z0-9]+)* -[a-zA-Z]*[VRhz]	sort has no such order everywhere
shell	(^|[^a-zA-Z_./-])head( -[a-zA-Z]+)* (-c|--)	head -c: use dd
shell	install( -[a-zA-Z0-9]+)* -[a-zA-Z]*[DtT]( |$)	install -D, -t and -T are GNU's
shell	(^|[^a-zA-Z_./-])ln( -[a-zA-Z]+)* -[a-zA-Z]*[rTt]	ln has -f, -L, -P and -s
shell	mktemp *(-d *)?([)`;|&]|$)	mktemp wants a template
shell	(^|[@;&|({])[[:space:]]*local [a-zA-Z_]	local is not POSIX's
shell	\[\[ 	[[ is not POSIX's
shell	(^|[^a-zA-Z_./-])\[ [^]]* == 	test has =, not ==
shell	(^|[;&|({[:space:]])function [a-zA-Z_]+ *(\(\) *)?\{ *$	function is not POSIX's
shell	(^|[ =])\$'	$'...' is not known everywhere
shell	<<<|&>[^&]|[^0-9]>&[^0-9$-]|pipefail	bash's own
shell	(^|[;&|({])[[:space:]]*source [^ ]	source: POSIX has .
shell	(^|[;&|({]|then|do|else)[[:space:]]*echo -[neE]+ 	echo -n, -e: use printf
shell	(^|[^a-zA-Z_])(gensub|strftime|systime|asorti?|PROCINFO|BEGINFILE|ENDFILE|FPAT|IGNORECASE)([^a-zA-Z_]|$)	gawk's own
shell	(^|[;&|({[:space:]])(mkdir|rm|mv|cp|ln|ls|cut|sed|grep|sort|tr|wc|head|tail|cat|touch|du|df) ([^|;&]* )?--[a-z]	long options are GNU's
c	(^|[^a-zA-Z_])(__)?typeof(__)?([^a-zA-Z_]|$)	typeof is not C11's
c	\(\{	an expression of statements is GNU's
c	\?[[:space:]]*:	a ?: without its middle is GNU's
c	(^|[^a-zA-Z_])(asprintf|strchrnul|memrchr|mempcpy|secure_getenv|qsort_r|getline_r|canonicalize_file_name)\(	not POSIX's
system	(^|[^a-zA-Z_])__(linux|APPLE|NetBSD|FreeBSD|OpenBSD|GLIBC)__	systems differ in tools/lib/compat.h
system	#[[:space:]]*include <(linux/|sys/(prctl|syscall|sysmacros|epoll|inotify|eventfd|signalfd|sendfile)\.h|malloc\.h)	a header of Linux's: tools/lib/compat.c is the place
system	#define _GNU_SOURCE	what is GNU's is in tools/lib/compat.c
X
}

rules | awk -F '\t' '
FILENAME == "-" {
	kind[++n] = $1
	pattern[n] = $2
	what[n] = $3
	next
}
FNR == 1 {
	is_c = FILENAME ~ /\.[ch]$/
	about = FILENAME ~ /nb-postinst\/|lib\/compat\./
}
is_c && FNR < 10 && /Linux/ { about = 1 }
is_c ? /^[[:space:]]*(\/?\*|\/\/)/ : /^[[:space:]]*#/ { next }
{
	for (i = 1; i <= n; i++) {
		if (is_c ? kind[i] == "shell" || (kind[i] == "system" && about) : kind[i] != "shell")
			continue
		if ($0 ~ pattern[i]) {
			print FILENAME ":" FNR ": " what[i]
			bad = 1
		}
	}
}
END { exit bad }' - "$@" >&2
