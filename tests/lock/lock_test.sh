#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# lock_test: nb-lock: locks as they are written, and files held to them.

# case_of NAME DESCRIPTION: its body is NAME_body
cases=
case_of() {
	atf_test_case "$1"
	eval "$1_head() { atf_set descr '$2'; }"
	cases="$cases $1"
}

lock() {
	"$NB_BIN/nb-lock" "$@"
}

# does WORD ...: exit 0; what is said is in stderr
does() {
	lock "$@" >stdout 2>stderr || {
		cat stderr
		atf_fail "nb-lock $*: exit $?"
	}
	[ ! -s stdout ] || atf_fail "standard output: $(cat stdout)"
}

# fails STATUS TEXT WORD ...: one line that says TEXT
fails() {
	_st=$1 _text=$2
	shift 2
	_got=0
	lock "$@" >stdout 2>stderr || _got=$?
	cat stderr
	[ $_got -eq "$_st" ] || atf_fail "nb-lock $*: exit $_got, not $_st"
	[ "$_st" -eq 2 ] || atf_check -o inline:"nb-lock: $_text\n" cat stderr
}

# files: a, b/c, and the words for both
files() {
	mkdir -p b
	echo a >a
	echo c >b/c
	A=$(sha256sum <a | cut -c1-64)
	C=$(sha256sum <b/c | cut -c1-64)
	set -- x/sets/a a https://h/p/a x/kernel/c b/c https://h/c.gz
	words=$*
}

case_of written "the form of a lock, and the same bytes each time"
written_body() {
	files
	# shellcheck disable=SC2086
	does -w l $words
	atf_check -o inline:"nb-lock: l: 2 files: 2 new, 0 moved on, 0 gone\n" cat stderr
	grep -v '^#' l >got
	cat >want <<-EOF
		x/kernel/c (https://h/c.gz) = $C
		x/sets/a (https://h/p/a) = $A
	EOF
	atf_check diff want got
	atf_check -o inline:"2\n" grep -c '^#' l
	was=$(stat -c '%i %Y %Z' l)
	cp l first
	# shellcheck disable=SC2086
	does -w l $words
	atf_check -o inline:"nb-lock: l: 2 files, as before\n" cat stderr
	atf_check_equal "$was" "$(stat -c '%i %Y %Z' l)"
	# other words, another folder, umask and user: the same
	mkdir o
	(umask 077; cd o && does -qw l x/kernel/c ../b/c https://h/c.gz \
	    x/sets/a ../a https://me:word@h/p/a)
	atf_check cmp first o/l
	# another architecture beside it, and a file less of this one
	does -w l y/sets/a a http://h/y
	atf_check -o inline:"nb-lock: l: 3 files: 1 new, 0 moved on, 0 gone\n" cat stderr
	echo b >a
	does -w l x/sets/a a https://h/p/a
	atf_check -o inline:"nb-lock: l: 2 files: 0 new, 1 moved on, 1 gone\n" cat stderr
	atf_check -o inline:"x/sets/a\ny/sets/a\n" \
	    sed -n 's/^\([^#]*\) (.*/\1/p' l
	atf_check -o inline:"" find . -name '*.part'
}

case_of origin "where a file came from is what nb-fetch noted, while that holds"
origin_body() {
	files
	mkdir srv
	cp a srv/from
	"$NB_BIN/nb-fetch" -q -o a "file://$PWD/srv/from"
	does -w l x/sets/a a https://elsewhere/a
	atf_check -o match:"x/sets/a \(file://$PWD/srv/from\) = $A" cat l
	echo more >>a
	does -w l x/sets/a a https://elsewhere/a
	atf_check -o match:"x/sets/a \(https://elsewhere/a\) = " cat l
	fails 1 "a: nobody knows where it came from: remove it to have it fetched" \
	    -w l x/sets/a a -
}

case_of checked "a file that is as the lock says, and one that is not"
checked_body() {
	files
	# shellcheck disable=SC2086
	does -qw l $words
	# shellcheck disable=SC2086
	set -- $words
	does l "$@"
	atf_check -o inline:"nb-lock: 2 files are as l says\n" cat stderr
	does -q l "$@" -- false
	[ ! -s stderr ] || atf_fail "-q"
	echo d >b/c
	D=$(sha256sum <b/c | cut -c1-64)
	fails 1 "b/c: wrong SHA256: it is $D, l says $C" l "$@"
	fails 1 "b/c: wrong SHA256: it is $D, l says $C; type it" \
	    -H "type it" l "$@"
	# it is the command's, with the words for nb-fetch
	cat >cmd <<-'EOF'
		#!/bin/sh
		printf '<%s>' "$@"
		exit 7
	EOF
	chmod +x cmd
	atf_check -s exit:7 -o inline:"<one><-m><-o><b/c><-S><l><-Z><https://h/c.gz>" \
	    "$NB_BIN/nb-lock" l "$@" -- ./cmd one
	rm a
	atf_check -s exit:7 -o inline:"<-m><-o><a><-S><l><-H><say so><https://h/p/a><+><-m><-o><b/c><-S><l><-Z><-H><say so><https://h/c.gz>" \
	    "$NB_BIN/nb-lock" -M 'say so' l "$@" -- ./cmd
	fails 1 "a: missing" l x/sets/a a -
	fails 1 "a: missing; so" -M so -w l "$@"
	# all, whether right or not
	echo a >a
	atf_check -s exit:7 -o match:"<a><-S>" \
	    "$NB_BIN/nb-lock" -a l "$@" -- ./cmd
	fails 1 "./none: cannot be run: No such file or directory" \
	    l "$@" -- ./none
	# what it does not name is not the command's
	fails 1 "a: l has no x/sets/b; add it" -H "add it" \
	    l x/sets/b a - x/kernel/c b/c - -- ./cmd
	fails 1 "none: no such lock" none "$@"
	rm a
	mkdir a
	fails 1 "a: is no regular file" l "$@"
	rmdir a
	mkfifo a
	fails 1 "a: is no regular file" l "$@"
}

case_of fetched "with nb-fetch: from the URL and with the sum of the lock, or not"
fetched_body() {
	mkdir srv d
	echo one >srv/f
	head -c 100000 /dev/urandom >big
	gzip -c big >srv/k.gz
	cp big d/k
	cp srv/f d/f
	set -- x/sets/f d/f "file://$PWD/srv/f" x/kernel/k d/k \
	    "file://$PWD/srv/k.gz"
	does -qw ./l "$@"
	rm d/f d/k
	does -q ./l "$@" -- "$NB_BIN/nb-fetch" -q
	atf_check cmp srv/f d/f
	atf_check cmp big d/k
	# another compression of the same is the same
	gzip -1 -c big >srv/k.gz
	echo x >>d/k
	does -q ./l "$@" -- "$NB_BIN/nb-fetch" -q
	atf_check cmp big d/k
	# another content is not, and what is there stays
	echo y >>big
	gzip -c big >srv/k.gz
	echo x >>d/k
	cp d/k was
	B=$(sha256sum <big | cut -c1-64)
	L=$(sed -n 's,^x/kernel/k .* = ,,p' l)
	lock -M 'move it' ./l "$@" -- "$NB_BIN/nb-fetch" >out 2>&1 &&
	    atf_fail "another kernel was taken"
	atf_check -o inline:"nb-fetch: file://$PWD/srv/k.gz: wrong SHA256: it is $B, ./l says $L; the previous file was kept; move it\n" cat out
	atf_check cmp was d/k
	atf_check -o inline:"" find . -name '*.part'
}

case_of asked "nb-fetch -a: what is right is asked about, and a change refused"
asked_body() {
	mkdir srv d
	echo one >srv/f
	"$NB_BIN/nb-fetch" -q -o d/f "file://$PWD/srv/f"
	does -qw ./l x/sets/f d/f -
	does -q -a ./l x/sets/f d/f - -- "$NB_BIN/nb-fetch" -q -a
	echo two >srv/f
	does -q ./l x/sets/f d/f - -- "$NB_BIN/nb-fetch" -q -a
	lock -q -a ./l x/sets/f d/f - -- "$NB_BIN/nb-fetch" -q -a 2>out &&
	    atf_fail "no change was seen"
	atf_check -o match:"wrong SHA256: it is [0-9a-f]{64}, ./l says [0-9a-f]{64}; the previous file was kept" cat out
	atf_check -o inline:"one\n" cat d/f
}

case_of memo "what did not change is not summed again, what did is"
memo_body() {
	head -c 3000000 /dev/urandom >f
	does -qw -c m l x/sets/f f https://h/f
	# too young to be believed
	[ ! -s m ] || atf_fail "it was remembered at once"
	touch -d '1 hour ago' f
	sleep 3.1
	does -q -c m l x/sets/f f -
	atf_check -o match:" f$" cat m
	# it is not read: its bytes are not what they were, its state is
	sed 's/^\([0-9]* [0-9.]* [0-9.]* [0-9]* [0-9]* \).*/\1/' m >state
	zeros=$(printf '%064d' 0)
	echo "$(cat state)$zeros f" >m
	F=$(sha256sum <f | cut -c1-64)
	fails 1 "f: wrong SHA256: it is $zeros, l says $F" -c m l x/sets/f f -
	does -a -q -c m l x/sets/f f -
	does -q -c m l x/sets/f f -
	# content of the same size, with its times put back
	was=$(stat -c %y f)
	printf X | dd of=f bs=1 seek=1000 conv=notrunc 2>/dev/null
	touch -d "$was" f
	lock -q -c m l x/sets/f f - 2>stderr && atf_fail "it was believed"
	atf_check -o match:"wrong SHA256" cat stderr
	# rubbish in a memo says nothing, and another's file stays in it
	echo rubbish >m
	echo "1 2 3 4 5 $zeros l" >>m
	echo "1 2 3 4 5 $zeros gone" >>m
	does -qw -c m l x/sets/f f https://h/f
	sleep 3.1
	does -q -c m l x/sets/f f -
	atf_check -o inline:"f\nl\n" sed 's/.* //' m
	# one that cannot be written is no failure
	does -q -c none/m l x/sets/f f -
}

case_of refused "what is no lock, no key, no URL"
refused_body() {
	files
	# shellcheck disable=SC2086
	set -- $words
	does -qw l "$@"
	cp l good
	for line in '<<<<<<< HEAD' 'x/sets/b' "x/sets/b (https://h/b) = 12" \
	    "x/sets/b (h) = $A" "(https://h/b) = $A" "x b (https://h/b) = $A" \
	    "x/sets/b (https://h/ b) = $A" "x/sets/b (https://h/b) = ${A}0"; do
		cp good l
		echo "$line" >>l
		lock l "$@" 2>stderr && atf_fail "taken: $line"
		atf_check -o match:"^nb-lock: l:5: .*; mend it, or remove it and write it anew$" cat stderr
		atf_check -s exit:1 -e ignore "$NB_BIN/nb-lock" -w l "$@"
	done
	cp good l
	tail -n 1 good >>l
	fails 1 "l: x/sets/a: is there twice; remove one" l "$@"
	cp good l
	fails 1 "x/sets/a: is there twice" -w l "$@" x/sets/a b/c https://h/a
	lock -w l 'a b' a https://h/a 2>stderr && atf_fail "a blank"
	atf_check cmp good l
	for bad in "" l "l x" "l x a" "-w l x a u -- c" "-y l x a u" \
	    "l x a u v"; do
		# shellcheck disable=SC2086
		fails 2 "" $bad
	done
	atf_check -o match:"^usage: nb-lock" "$NB_BIN/nb-lock" -h
	fails 1 "none/l: the folder none does not exist" -w none/l "$@"
}

atf_init_test_cases() {
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
