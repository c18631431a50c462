#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# hostile_test: stages with damaged and unkind files end with what can be kept
# and a line about the rest, or with one error; never in a loop, nor outside.

. "$(atf_get_srcdir)/tree.subr"


# survives: nb-trim ends in ten seconds with 0 or 1 and a message of its own
survives()
{
	_status=0
	timeout 10 "$NB_BIN/nb-trim" -c conf -o stage/METALOG.kept \
	    stage/METALOG >/dev/null 2>said || _status=$?
	case $_status in
	0 | 1)	;;
	*)	cat said; atf_fail "$*: exit status $_status" ;;
	esac
	grep -v '^nb-trim: ' said && atf_fail "$*: says other things"
	return 0
}

# metalog: the lines of the files in ./stage, as they are
metalog()
{
	(cd stage && find . ! -name 'METALOG*' -type f -printf \
	    '%p type=file uid=0 gid=0 mode=0755 size=%s\n' | sort) >x.mtree
	{ echo '#mtree: a stage of nb-untar'; cat x.mtree; } >stage/METALOG
}

atf_test_case cut
cut_head()
{
	atf_set descr "an ELF file that ends anywhere, of both classes and orders"
	atf_set require.progs perl
	atf_set timeout 600
}
cut_body()
{
	mkdir -p stage/bin stage/lib
	echo 'shipbins=/bin/*' >conf
	for k in "-c 64" "-c 32 -b big -m 20" "-c 32 -m 3"; do
		rm -f stage/bin/* stage/lib/*
		# shellcheck disable=SC2086 # words
		"$(atf_get_srcdir)/mkelf" $k -i /lib/ld.so -n liba.so \
		    -n libb.so -r '$ORIGIN/../lib' whole
		# shellcheck disable=SC2086 # words
		"$(atf_get_srcdir)/mkelf" $k stage/lib/liba.so
		cp stage/lib/liba.so stage/lib/libb.so
		cp stage/lib/liba.so stage/lib/ld.so
		size=$(wc -c <whole)
		i=0
		while [ $i -lt "$size" ]; do
			head -c $i whole >"stage/bin/$(printf %03d $i)"
			i=$((i + 1))
		done
		metalog
		survives "$k"
		# Every file was kept; cut ones wanted nothing, or were told of.
		atf_check_equal "$(grep -c '^./bin/' stage/METALOG.kept)" \
		    "$size"
		atf_check -o match:'bin/010: a damaged ELF file: ' cat said
		atf_check -o match:"bin/$((size - 1)): a damaged ELF" cat said
		cp whole stage/bin/whole
		metalog
		survives "$k"
		atf_check -o match:lib/libb.so cat stage/METALOG.kept
	done
}

atf_test_case fields
fields_head()
{
	atf_set descr "offsets and sizes that lead out of the file"
	atf_set require.progs perl
	atf_set timeout 600
}
fields_body()
{
	mkdir -p stage/bin stage/lib
	echo 'shipbins=/bin/*' >conf
	n=0
	for k in "-c 64" "-c 32 -b big -m 20"; do
		for f in phoff phnum phentsize interp_off interp_size dyn_off \
		    dyn_size strtab strsz name load_off load_size; do
			for v in 0 1 0x7fff 0xffff 0x10000 0x7fffffff \
			    0xffffffff 0x7fffffffffffffff \
			    0xffffffffffffffff 0xfffffffffffffff8; do
				case $k$v in
				*32*0x?????????*) continue ;;
				esac
				n=$((n + 1))
				# shellcheck disable=SC2086 # words
				"$(atf_get_srcdir)/mkelf" $k -i /lib/ld.so \
				    -n liba.so -R /lib -x $f=$v \
				    stage/bin/$f-$v-$n 2>/dev/null ||
				    atf_fail "mkelf -x $f=$v"
			done
		done
	done
	metalog
	survives
	atf_check_equal "$(grep -c '^./bin/' stage/METALOG.kept)" $n
	atf_check_equal "$(grep -c -i 'sanitizer\|runtime error' said)" 0
}

atf_test_case loops
loops_head()
{
	atf_set descr "libraries that need each other with paths that grow"
	atf_set require.progs perl
}
loops_body()
{
	n=0
	while [ $n -lt 12 ]; do
		set --
		m=0
		while [ $m -lt 12 ]; do
			set -- "$@" -n lib$m.so
			m=$((m + 1))
		done
		elf l$n/lib$n.so "$@" -r "/l$n:/l$(((n + 1) % 12)):/l$(((n * 7) % 12)):\$ORIGIN"
		n=$((n + 1))
	done
	elf bin/a -n lib0.so -r /l0
	elf bin/self -n self -r /bin
	staged
	echo 'shipbins="/bin/a /bin/self"' >conf
	survives
	atf_check -o match:'^./l11/lib11.so' cat stage/METALOG.kept
	# Symbolic links: each leads to the next, and twice.
	mkdir root/x
	ln -s b/b root/x/a
	ln -s c/c root/x/b
	ln -s a/a root/x/c
	ln -s . root/x/d
	ln -s d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d root/x/e
	ln -s e/e/e root/x/f
	script bin/s '#!/x/a'
	chmod 755 root/bin/s
	staged
	echo 'shipbins="/x/a /x/f/f/f /x/*/*/*/*/*/*/*" sync_dirs=/x' >conf
	survives
}

atf_test_case names
names_head()
{
	atf_set descr "names with blanks, newlines, quotes and bytes of no meaning"
	atf_set require.progs perl
}
names_body()
{
	odd=$(printf 'a b\n\t#\\*?[x]\001\377')
	elf "bin/$odd" -i "/lib/$odd" -n "$odd" -n "$(printf 'gone\n\033[1m')"
	elf "lib/$odd"
	staged
	echo 'sync_dirs=/bin' >conf
	survives
	atf_check_equal "$(grep -c '^./lib/a.040b.012' stage/METALOG.kept)" 1
	atf_check -o match:'warning: gone\?\?\[1m: not there' cat said
	"$NB_BIN/nb-trim" -qv -c conf stage/METALOG >why
	atf_check -o inline:'2\n' grep -c '^[a-z]*/a.040b.012.*.377: ' why
	rm -rf back
	"$NB_BIN/nb-mkfs" -q -n -s +1m x.img stage/METALOG.kept
	"$NB_BIN/nb-mkfs" -x -q -C back x.img
	atf_check test -f "back/lib/$odd"
}

atf_test_case outside
outside_head()
{
	atf_set descr "links in the stage itself are not followed"
	atf_set require.progs perl
}
outside_body()
{
	mkdir -p out stage/bin
	"$(atf_get_srcdir)/mkelf" -n libsecret.so out/a
	cp out/a stage/bin/a
	metalog
	echo 'shipbins=/bin/a' >conf
	survives
	atf_check -o match:libsecret cat said
	# METALOG says a folder and a file, the stage has links to elsewhere.
	mv stage/bin stage/old
	ln -s ../out stage/bin
	survives
	atf_check -o not-match:libsecret -o match:'bin/a: ' cat said
	rm stage/bin
	mkdir stage/bin
	ln -s ../../out/a stage/bin/a
	survives
	atf_check -o not-match:libsecret -o match:'bin/a: is no file' cat said
	rm stage/bin/a
	mkfifo stage/bin/a
	survives
	atf_check -o match:'bin/a: is no file' cat said
}

atf_test_case metalog
metalog_head()
{
	atf_set descr "a METALOG that is none, and one that is cut"
	atf_set require.progs perl
	atf_set timeout 600
}
metalog_body()
{
	elf bin/a -n liba.so
	elf lib/liba.so
	ln -s a root/bin/l
	staged
	cp stage/METALOG whole
	echo 'sync_dirs=/' >conf
	size=$(wc -c <whole)
	i=0
	while [ $i -lt "$size" ]; do
		head -c $i whole >stage/METALOG
		survives "$i bytes"
		i=$((i + 7))
	done
	head -c 20000 /dev/urandom >stage/METALOG
	survives random
}

atf_test_case packages
packages_head()
{
	atf_set descr "packages that need each other in a long row, and bad ones"
}
packages_body()
{
	db=root/usr/pkg/pkgdb
	n=0
	while [ $n -lt 1000 ]; do
		mkdir -p $db/p$n-1
		printf '@name p%d-1\n@pkgdep p%d>=1\n@pkgdep p0-[0-9]*\n' $n \
		    $(((n + 1) % 1000)) >$db/p$n-1/+CONTENTS
		n=$((n + 1))
	done
	staged
	echo 'packages=p0' >conf
	survives
	atf_check_equal "$(grep -c '/+CONTENTS ' stage/METALOG.kept)" 1000
	atf_check_equal "$(grep -c warning: said)" 0
	for c in '@pkgdep {a' '@cwd ../../..\nx' '@cwd\n@pkgdep\n@pkgdir\n@' \
	    '@pkgdep {{{{{{{{{{{{{{{{{{{{{a,b},c},d},e},f},g},h},i}}}}}}}}}}}}}' \
	    'x\0y' ; do
		printf "$c" >$db/p0-1/+CONTENTS
		staged
		survives "$c"
	done
	rm $db/p0-1/+CONTENTS
	staged
	survives
	atf_check -o match:'p0-1/.CONTENTS: is not there: not a package' \
	    cat said
}

atf_init_test_cases()
{
	for c in cut fields loops names outside metalog packages; do
		atf_add_test_case $c
	done
}
