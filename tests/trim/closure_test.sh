#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# closure_test: what nb-trim keeps of trees made here, and why.

. "$(atf_get_srcdir)/tree.subr"

t()
{
	atf_test_case "$1"
	eval "$1_head() {
		atf_set descr \"$2\"
		atf_set require.progs perl
	}"
	cases="$cases $1"
}
cases=

ld=/libexec/ld.elf_so

t libraries "NEEDED, INTERP, and the order in which folders are looked in"
libraries_body()
{
	elf libexec/ld.elf_so
	elf bin/a -i $ld -n libc.so.12 -n libm.so.0
	elf usr/lib/libc.so.12.1
	ln -s libc.so.12.1 root/usr/lib/libc.so.12
	elf lib/libc.so.12
	elf lib/libm.so.0 -n libn.so.1
	elf usr/lib/libn.so.1 -n libc.so.12
	elf usr/lib/libo.so.1
	staged
	trim 'shipbins=/bin/a' -v
	keeps bin/a libexec/ld.elf_so lib/libm.so.0 usr/lib/libn.so.1 \
	    usr/lib/libc.so.12 usr/lib/libc.so.12.1
	cat >want <<-'EOF'
		bin: always kept
		bin/a: conf:1: shipbins
		lib: always kept
		lib/libm.so.0: a library of bin/a
		libexec: always kept
		libexec/ld.elf_so: always kept
		usr: always kept
		usr/lib/libc.so.12: a library of bin/a
		usr/lib/libc.so.12.1: a library of bin/a
		usr/lib/libn.so.1: a library of lib/libm.so.0
	EOF
	atf_check diff want why
	atf_check -o inline:'nb-trim: kept 11 of 13 files, 1.2 kB of 1.5 kB\n' \
	    sed 's/, .* kB of .*/, 1.2 kB of 1.5 kB/' said

	# RPATH comes first, then the system; a static program wants nothing.
	elf bin/b -i $ld -n libc.so.12 -r /none:/lib
	elf bin/static -t 2
	staged
	trim 'shipbins="/bin/b /bin/static"'
	keeps bin/b bin/static libexec/ld.elf_so lib/libc.so.12
	# A name with a slash is one from the root.
	elf bin/c -i $ld -n /opt/x.so -n usr/lib/libo.so.1
	elf opt/x.so
	staged
	trim 'shipbins=/bin/c'
	keeps bin/c libexec/ld.elf_so opt/x.so usr/lib/libo.so.1
}

t rpath "RPATH is inherited, RUNPATH is not and replaces it; ORIGIN"
rpath_body()
{
	elf libexec/ld.elf_so
	elf opt/p/bin/a -i $ld -n liba.so -r '$ORIGIN/../lib'
	elf opt/p/lib/liba.so -n libb.so
	elf opt/p/lib/libb.so -n libc.so
	elf usr/lib/libb.so
	elf opt/p/lib/libc.so
	staged
	trim 'shipbins=/opt/p/bin/a'
	keeps libexec/ld.elf_so opt/p/bin/a opt/p/lib/liba.so \
	    opt/p/lib/libb.so opt/p/lib/libc.so

	elf opt/p/bin/a -i $ld -n liba.so -R '${ORIGIN}/../lib'
	staged
	trim 'shipbins=/opt/p/bin/a'
	keeps libexec/ld.elf_so opt/p/bin/a opt/p/lib/liba.so usr/lib/libb.so

	# One with a RUNPATH does not look where its loader would.
	elf opt/p/bin/a -i $ld -n liba.so -r '/opt/p/lib'
	elf opt/p/lib/liba.so -n libb.so -R /nowhere
	staged
	trim 'shipbins=/opt/p/bin/a'
	keeps libexec/ld.elf_so opt/p/bin/a opt/p/lib/liba.so usr/lib/libb.so

	# Both: RUNPATH counts. Other variables, and relative ones, do not.
	elf opt/p/bin/a -i $ld -n libb.so -r /opt/p/lib \
	    -R '$PLATFORM/x:lib:/${HWCAP}:/usr/lib'
	staged
	trim 'shipbins=/opt/p/bin/a'
	keeps libexec/ld.elf_so opt/p/bin/a usr/lib/libb.so

	# A library that two load in two ways has what either finds.
	elf bin/x -i $ld -n libs.so -r /one
	elf bin/y -i $ld -n libs.so -r /two
	elf usr/lib/libs.so -n libt.so
	elf one/libt.so
	elf two/libt.so
	staged
	trim 'shipbins="/bin/x /bin/y"'
	keeps bin/x bin/y libexec/ld.elf_so one/libt.so two/libt.so \
	    usr/lib/libs.so

	# Through a link: the folder of the link, and that of the file.
	elf real/bin/z -i $ld -n libz.so -r '$ORIGIN/../lib'
	elf real/lib/libz.so
	ln -s ../real/bin/z root/bin/z
	staged
	trim 'shipbins=/bin/z'
	keeps bin/z libexec/ld.elf_so real/bin/z real/lib/libz.so
}

t machines "libraries are of the same class, byte order and machine"
machines_body()
{
	elf libexec/ld.elf_so
	n=0
	for m in "32 little 3" "64 little 62" "64 little 183" "32 big 20" \
	    "64 big 43" "32 little 40" "64 big 183"; do
		# shellcheck disable=SC2086 # words
		set -- $m
		n=$((n + 1))
		elf bin/p$n -c "$1" -b "$2" -m "$3" -i $ld -n libx.so \
		    -r /l1:/l2:/l3:/l4:/l5:/l6:/l7
		elf l$n/libx.so -c "$1" -b "$2" -m "$3"
	done
	staged
	for i in 1 2 3 4 5 6 7; do
		trim "shipbins=/bin/p$i"
		keeps bin/p$i l$i/libx.so libexec/ld.elf_so
	done
	rm root/l4/libx.so
	staged
	trim "shipbins=/bin/p4"
	atf_check -o match:'warning: libx.so: not there: a library of bin/p4' \
	    cat said
}

t linux "ld.so.conf, the folders of another system, and of its linker"
linux_body()
{
	elf lib/x86_64-linux-gnu/ld-2.so
	mkdir -p root/lib64 root/etc/ld.so.conf.d
	ln -s ../lib/x86_64-linux-gnu/ld-2.so root/lib64/ld-linux.so.2
	elf bin/a -i /lib64/ld-linux.so.2 -n liba.so -n libb.so -n libc.so \
	    -n libd.so
	elf lib/x86_64-linux-gnu/liba.so
	elf opt/one/libb.so
	elf opt/two/libc.so
	elf usr/lib64/libd.so
	printf '# x\ninclude ld.so.conf.d/*.conf\n' >root/etc/ld.so.conf
	echo /opt/one >root/etc/ld.so.conf.d/1.conf
	printf '/opt/two # y\ninclude /etc/ld.so.conf\n' \
	    >root/etc/ld.so.conf.d/2.conf
	echo /opt/three >root/etc/ld.so.conf.d/none
	staged
	trim 'shipbins=/bin/a'
	keeps bin/a lib/x86_64-linux-gnu/ld-2.so lib64/ld-linux.so.2 \
	    lib/x86_64-linux-gnu/liba.so opt/one/libb.so opt/two/libc.so \
	    usr/lib64/libd.so
}

t scripts "#! lines, env, and scripts that run scripts"
scripts_body()
{
	elf bin/sh
	elf usr/bin/awk
	elf usr/bin/env
	elf usr/pkg/bin/perl
	elf bin/other
	script bin/a '#! /usr/bin/awk -f'
	script bin/b '#!/usr/bin/env perl'
	script bin/c '#!/bin/a -x'
	script bin/d '#!/usr/bin/env -S -i X=1 perl -w'
	script bin/e '#!/usr/bin/env -u HOME awk'
	script bin/f '#!bin/other'
	script bin/g '#!'
	script bin/h '#'
	script bin/i '#!/usr/bin/env'
	script bin/j '#!/usr/bin/env /bin/other'
	script bin/k '#!/usr/bin/env -Sperl -w'
	script opt/lib.sh '#!/usr/bin/awk'
	chmod 644 root/opt/lib.sh
	script opt/doc.sh '#!/usr/bin/none'
	chmod 644 root/opt/doc.sh
	staged
	trim 'shipbins=/bin/c'
	keeps bin/a bin/c bin/sh usr/bin/awk
	for s in b d k; do
		trim "shipbins=/bin/$s"
		keeps bin/$s bin/sh usr/bin/env usr/pkg/bin/perl
	done
	trim 'shipbins=/bin/e'
	keeps bin/e bin/sh usr/bin/env usr/bin/awk
	trim 'shipbins="/bin/f /bin/g /bin/h /bin/i"'
	keeps bin/f bin/g bin/h bin/i bin/sh usr/bin/env
	trim 'shipbins=/bin/j'
	keeps bin/j bin/other bin/sh usr/bin/env
	# What nobody runs: its interpreter is kept, but not missed.
	trim 'shipbins="/opt/lib.sh /opt/doc.sh"'
	keeps bin/sh opt/doc.sh opt/lib.sh usr/bin/awk
	# -l: where packages are
	mv root/usr/pkg/bin root/opt
	staged
	trim 'shipbins=/bin/b' -l /opt
	keeps bin/b bin/sh opt/bin/perl usr/bin/env
	trim 'shipbins="/bin/b /bin/d"'
	atf_check -o match:'perl: not there: the interpreter of bin/b and 1 o' \
	    cat said
	# one that is its own interpreter
	script bin/l '#!/bin/m'
	script bin/m '#!/bin/l'
	staged
	trim 'shipbins=/bin/l'
	keeps bin/l bin/m bin/sh
}

t links "symbolic links inside of the tree, and no further; hard links"
links_body()
{
	mkdir -p root/bin root/usr/libexec root/a/b root/c
	echo 1 >root/bin/one
	ln root/bin/one root/bin/two
	echo 3 >root/bin/three
	ln -s /bin/three root/a/abs
	ln -s ../../../../../bin/three root/a/b/up
	ln -s b/up root/a/chain
	ln -s loop2 root/a/loop1
	ln -s loop1 root/a/loop2
	ln -s . root/a/self
	ln -s nothing root/a/dangling
	ln -s ../a root/c/folder
	mkdir root/a/deep
	echo x >root/a/deep/x
	ln -s ../a/deep root/c/deep
	staged
	trim 'shipbins=/a/abs'
	keeps a/abs bin/three
	trim 'shipbins=/a/b/up'
	keeps a/b/up bin/three
	trim 'shipbins=/c/folder/chain' -v
	keeps a/b/up a/chain bin/three c/folder
	atf_check -o inline:'a/chain: conf:1: shipbins\n' grep ^a/chain why
	trim 'shipbins=/c/folder/self/self/self/chain'
	keeps a/b/up a/chain a/self bin/three c/folder
	# A folder by a link: the link and all in it. In a folder that was asked
	# for a link to a folder brings the folder alone.
	trim 'sync_dirs=/c/deep'
	keeps a/deep/x c/deep
	trim 'sync_dirs=/c'
	keeps c/deep c/folder
	trim 'sync_dirs=/a'
	keeps a/abs a/b/up a/chain a/dangling a/deep/x a/loop1 a/loop2 a/self \
	    bin/three
	for n in /a/loop1 /a/dangling /bin/one/x; do
		trim "shipbins=$n"
		atf_check -o match:"shipbins: $n: not there" cat said
		atf_check test ! -s kept
	done
	# Each name of a file is a file of its own to keep; content counts once.
	trim 'shipbins=/bin/one'
	keeps bin/one
	trim 'shipbins="/bin/one /bin/two"'
	keeps bin/one bin/two
	"$NB_BIN/nb-mkfs" -q -n -s +1m x.img stage/METALOG.kept
	"$NB_BIN/nb-mkfs" -l x.img >list
	atf_check_equal "$(awk '$2 == 2 && /bin\/(one|two)$/' list | wc -l)" 2
}

t names "patterns, folders, and what is always kept"
names_body()
{
	mkdir -p root/sbin root/bin root/dev root/etc root/usr/lib/security \
	    root/usr/share/x root/var/db/pkg/foo root/var/log root/var/run \
	    root/var/spool/a/b root/mnt root/usr/empty
	for f in sbin/init bin/sh etc/passwd etc/spwd.db etc/rc usr/share/x/1 \
	    usr/share/x/.h usr/lib/security/pam_a.so usr/lib/security/.h \
	    usr/lib/security/pam_b.so.4 usr/lib/libx var/log/messages \
	    var/db/pkg/foo/+DESC dev/MAKEDEV etc/ttys; do
		echo $f >root/$f
	done
	staged
	set -- sbin/init bin/sh etc/passwd etc/spwd.db dev/MAKEDEV
	trim ''
	keeps "$@"
	sed -n 's/^\.\/\(.*\) type=dir .*/\1/p' stage/METALOG.kept >folders
	cat >want <<-'EOF'
		bin
		dev
		etc
		mnt
		sbin
		usr
		var
		var/db
		var/log
		var/run
		var/spool
		var/spool/a
		var/spool/a/b
	EOF
	atf_check diff want folders
	trim 'shipbins=/usr/lib/security/*'
	keeps "$@" usr/lib/security/pam_a.so usr/lib/security/pam_b.so.4
	trim 'shipbins=/usr/*/sec*/*.[s]o'
	keeps "$@" usr/lib/security/pam_a.so
	trim 'shipbins="/etc/r? /usr/lib/sec*/.h"'
	keeps "$@" etc/rc usr/lib/security/.h
	trim 'sync_dirs=/usr/lib'
	keeps "$@" usr/lib/libx usr/lib/security/.h \
	    usr/lib/security/pam_a.so usr/lib/security/pam_b.so.4
	trim 'sync_dirs="/usr/share/x/ //etc/./ttys"'
	keeps "$@" etc/ttys usr/share/x/1 usr/share/x/.h
	trim 'sync_dirs=/'
	sed -n 's/^\.\/\(.*\) type=[^d].*/\1/p' stage/METALOG | sort >all
	atf_check diff all kept
	trim 'sync_dirs=/usr/empty'
	keeps "$@"
	atf_check -o ignore grep '^./usr/empty type=dir' stage/METALOG.kept
	# All device nodes, wherever they are.
	echo './usr/empty/tty type=char uid=0 gid=0 mode=0600 device=netbsd,1,0' \
	    >d.mtree
	"$NB_BIN/nb-untar" -C stage root.tar d.mtree
	trim ''
	keeps "$@" usr/empty/tty
}

t packages "files of packages, of what they depend on, and the database's"
packages_body()
{
	p=root/usr/pkg
	db=$p/pkgdb
	elf libexec/ld.elf_so
	elf usr/lib/libz.so.1
	elf usr/pkg/bin/foo -i $ld -n libbar.so.1 -n libz.so.1 -r /usr/pkg/lib
	elf usr/pkg/lib/libbar.so.1
	elf usr/pkg/bin/baz
	mkdir -p $p/share/foo $p/etc $db/foo-1.2nb1 $db/bar-0.3 $db/baz-2 \
	    $p/empty root/srv
	for f in $p/share/foo/a $p/share/foo/b $p/etc/foo.conf \
	    $db/pkgdb.byfile.db root/srv/x; do
		echo x >$f
	done
	cat >$db/foo-1.2nb1/+CONTENTS <<-'EOF'
		@comment PKG_FORMAT_REVISION:1.1
		@name foo-1.2nb1
		@pkgdep bar>=0.2
		@cwd /usr/pkg
		bin/foo
		@comment MD5:d41d8cd98f00b204e9800998ecf8427e
		share/foo/a
		@ignore
		+DESC
		@pkgdir empty
		@cwd /srv
		x
	EOF
	printf '@name bar-0.3\n@pkgdep foo-[0-9]*\n@cwd /usr/pkg\nlib/libbar.so.1\n' \
	    >$db/bar-0.3/+CONTENTS
	printf '@name baz-2\n@cwd /usr/pkg\nbin/baz\nbin/gone\n../../x\n' \
	    >$db/baz-2/+CONTENTS
	echo foo >$db/foo-1.2nb1/+DESC
	staged
	set -- libexec/ld.elf_so usr/lib/libz.so.1 usr/pkg/bin/foo \
	    usr/pkg/lib/libbar.so.1 usr/pkg/share/foo/a srv/x \
	    usr/pkg/pkgdb/foo-1.2nb1/+CONTENTS \
	    usr/pkg/pkgdb/foo-1.2nb1/+DESC usr/pkg/pkgdb/bar-0.3/+CONTENTS
	for w in foo foo-1.2nb1 'foo>=1<2' 'foo-[0-9]*' '{fo,fa}o-1*' foo-1 \
	    /x/foo-1.2nb1.tgz; do
		trim "packages='$w'" -v
		keeps "$@"
	done
	atf_check -o inline:'usr/pkg/empty: of package foo-1.2nb1\n' \
	    grep empty why
	trim 'packages="fo foo<1 foo-2"'
	atf_check_equal "$(grep -c 'conf:1: packages: .*ADDPKGS' said)" 3
	trim 'packages=baz'
	atf_check -o match:'baz-2: 2 of its files are not there, the first is bi' \
	    cat said
	# an older place; needs that are not met
	mkdir -p root/var/db
	mv $db root/var/db/pkg
	rm -r root/var/db/pkg/bar-0.3
	staged
	trim 'packages=foo'
	atf_check -o match:'foo-1.2nb1: needs bar>=0.2: not in the package' \
	    cat said
	atf_check -o match:var/db/pkg/foo-1.2nb1/.CONTENTS cat kept
}

t own "-k: what layers have; -n: what was made since"
own_body()
{
	mkdir -p root/etc root/usr/share root/opt own/etc/sub
	for f in etc/rc etc/other usr/share/a usr/share/b opt/x opt/y; do
		echo $f >root/$f
	done
	ln -s a root/usr/share/l
	ln -s a root/usr/share/m
	echo new >own/etc/rc
	echo new >own/etc/sub/file
	echo new >own/notthere
	cp -R own/etc root
	staged
	echo './opt/x type=file' >own.mtree
	mkdir -p opt
	echo x >opt/x
	trim '' -v -k own -k own.mtree
	keeps etc/rc etc/sub/file opt/x
	atf_check -o inline:'etc/rc: in own\n' grep etc/rc: why
	atf_check -o inline:'opt/x: in own.mtree\n' grep opt/x why
	trim '' -k own/etc:/usr
	keeps
	trim '' -v -n stage/METALOG
	keeps

	cp stage/METALOG before.mtree
	cp -p root/usr/share/b b
	mkdir -p root/opt/new/empty
	echo other >root/usr/share/a
	echo x >root/opt/new/x
	rm root/opt/y root/usr/share/l
	ln -s gone root/usr/share/l
	mkfifo root/opt/y
	chmod 700 root/usr/share/b root/usr/share
	touch -r b root/usr/share/b	# another mode, and that is all
	staged
	trim '' -v -n before.mtree
	keeps opt/new/x opt/y usr/share/a usr/share/l
	atf_check -o inline:'opt/new/empty: made by a script\n' \
	    grep opt/new/empty why
}

t output "the stage is not changed, lines are METALOG's, whole or not at all"
output_body()
{
	elf bin/a -n liba.so
	elf "usr/lib/liba.so"
	mkdir -p root/dev
	printf 'x\n' >'root/bin/a b'
	printf 'x\n' >"root/bin/$(printf 'new\nline')"
	ln root/bin/a root/bin/b
	printf '%s\n' './dev/c type=char uid=3 gid=4 mode=0620 device=netbsd,1,2' \
	    './bin/a type=file uid=7 gid=8 mode=04555 contents=root/bin/a' >x.mtree
	tar -cf root.tar -C root .
	"$NB_BIN/nb-untar" -C stage root.tar x.mtree
	(cd stage && find . -type f ! -name 'METALOG.*' -exec sha256sum {} + &&
	    find . ! -name . ! -name 'METALOG.*' \
	    -printf '%p %m %T@ %i %n %y\n') | sort >before
	trim 'sync_dirs="/bin /usr"'
	(cd stage && find . -type f ! -name 'METALOG.*' -exec sha256sum {} + &&
	    find . ! -name . ! -name 'METALOG.*' \
	    -printf '%p %m %T@ %i %n %y\n') | sort >after
	atf_check diff before after
	atf_check cmp stage/METALOG stage/METALOG.kept
	trim 'shipbins="/bin/a*"'
	grep -vxFf stage/METALOG stage/METALOG.kept && atf_fail "other lines"
	atf_check -o match:'^./bin/a type=file uid=7 gid=8 mode=4555' \
	    -o match:'^./dev/c type=char uid=3 gid=4 mode=0620 device=' \
	    cat stage/METALOG.kept
	# the same again, from elsewhere
	cp stage/METALOG.kept one
	(cd / && "$NB_BIN/nb-trim" -q -c "$OLDPWD/conf" \
	    -o "$OLDPWD/stage/METALOG.kept" "$OLDPWD/stage/METALOG")
	atf_check cmp one stage/METALOG.kept
	atf_check -o save:list "$NB_BIN/nb-trim" -qv -c conf stage/METALOG
	atf_check_equal "$(grep -c '^bin/a\\040b: conf:1: shipbins$' list)" 1

	# What fails leaves it as it was.
	for a in "-c none" "-c conf -k none" "-c conf -n none"; do
		# shellcheck disable=SC2086 # words
		atf_check -s exit:1 -e not-empty "$NB_BIN/nb-trim" $a \
		    -o stage/METALOG.kept stage/METALOG
		atf_check cmp one stage/METALOG.kept
	done
	for o in stage/METALOG ./stage/bin stage/bin/../usr; do
		atf_check -s exit:1 -e match:"$o: is the stage.s own: give -o" \
		    "$NB_BIN/nb-trim" -c conf -o $o stage/METALOG
	done
	atf_check -s exit:1 -e match:'none/: No such' \
	    "$NB_BIN/nb-trim" -c conf -o none/x stage/METALOG
	atf_check -s exit:1 -e match:'stage/none' \
	    "$NB_BIN/nb-trim" -c conf stage/none
	atf_check -s exit:1 -e match:'standard output: No space' \
	    sh -c '"$1" -v -c conf stage/METALOG >/dev/full' sh \
	    "$NB_BIN/nb-trim"
	rm stage/bin/a
	atf_check -s exit:1 -e match:'stage/METALOG: bin/a: No such file' \
	    "$NB_BIN/nb-trim" -c conf -o stage/METALOG.kept stage/METALOG
	atf_check cmp one stage/METALOG.kept
	atf_check test ! -e stage/METALOG.kept.part
}

atf_init_test_cases()
{
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
