#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# tar_create_test: nb-untar c: archives, with bsdtar as the judge.

# shellcheck source=tests/untar/tar.subr disable=SC2015 # atf_fail ends the case
. "$(atf_get_srcdir)/tar.subr"

atf_test_case create
create_head() {
	atf_set descr "what c packs, x and bsdtar unpack to the same"
	atf_set require.progs "bsdtar"
}
create_body() {
	package
	echo x >"d/$(printf 'caf\303\251')"
	echo x >"d/$(printf 'bad\377')"
	long=$(printf '%0200d' 0)
	mkdir -p "d/$long/$long"
	echo x >"d/$long/$long/f"
	[ "$(id -u)" -ne 0 ] || chown 1:2 d/bin/prog
	for w in "cf p.tar -C d ." "czf p.tar -C d ." "-cJf p.tar -C d ." \
	    "cjf p.tar -C d ." "-c --zstd -f p.tar -C d ."; do
		# shellcheck disable=SC2086
		atf_check "$untar" $w
		for by in "$untar" bsdtar; do
			mkdir out
			atf_check "$by" -xpf p.tar -C out
			same d out
			one_file out/bin/prog out/bin/hard ||
			    atf_fail "no hard link"
			[ "$(id -u)" -ne 0 ] || atf_check \
			    -o inline:'1:2\n' stat -c %u:%g out/bin/prog
			chmod -R u+w out
			rm -r out
		done
	done
	mkdir out
	atf_check sh -c "(cd d && '$untar' cf - .) | (cd out && '$untar' xpf -)"
	same d out
	chmod -R u+w out
	rm -r out
	mkdir out
	atf_check sh -c "'$untar' c -C d bin share | '$untar' x -C out"
	atf_check -o inline:'out\nout/bin\nout/share\n' \
	    sh -c 'find out -maxdepth 1 | sort'
	truncate -s 3M hole
	printf x >>hole
	truncate -s 5M hole
	atf_check "$untar" cf p.tar hole
	[ "$(wc -c <p.tar)" -lt 1000000 ] || atf_fail "holes are packed"
	atf_check -o file:hole "$untar" xOf p.tar
	mkdir out.hole
	atf_check bsdtar -xf p.tar -C out.hole
	atf_check cmp hole out.hole/hole
	atf_check -s exit:1 -e match:'nb-untar: standard output: No space' \
	    sh -c "'$untar' cf - d >/dev/full"
	# the names in front of which -C stands
	atf_check "$untar" cf p.tar -C d/bin prog -C ../ro f
	atf_check -o inline:'prog\nf\n' "$untar" tf p.tar
	atf_check "$untar" cf p.tar --exclude '+*' --exclude share d
	atf_check -s exit:1 -o empty sh -c \
	    "'$untar' tf p.tar | grep -e + -e share"
	atf_check -e inline:'a d/bin/prog\n' "$untar" cvf p.tar d/bin/prog
	# by its name
	atf_check "$untar" caf p.tar.gz d/bin
	atf_check gzip -t p.tar.gz
	atf_check "$untar" caf again.tar.gz d/bin
	atf_check cmp p.tar.gz again.tar.gz
}

atf_test_case create_whole
create_whole_head() {
	atf_set descr "an archive is not in itself, and whole or not at all"
}
create_whole_body() {
	mkdir d
	echo x >d/f
	(cd d && atf_check "$untar" cf new.tar .)
	atf_check -o inline:'./\n./f\n' sh -c "'$untar' tf d/new.tar | sort"
	echo old >p.tar
	atf_check -s exit:1 -e match:'nb-untar: nowhere: ' \
	    "$untar" cf p.tar d nowhere
	atf_check -o inline:'old\n' cat p.tar
	atf_check -s exit:1 -e match:'-C nowhere: No such' \
	    "$untar" cf p.tar d -C nowhere f
	atf_check -s exit:2 -e match:'-c: no file is named' "$untar" cf p.tar
	atf_check -o inline:'old\n' cat p.tar
	[ ! -e p.tar.part ] || atf_fail "p.tar.part is left"
	# names from the root lose it, as in other tars
	atf_check "$untar" cf p.tar "$PWD/d/f"
	atf_check -o inline:"${PWD#/}/d/f\n" "$untar" tf p.tar
}

atf_init_test_cases() {
	atf_add_test_case create
	atf_add_test_case create_whole
}
