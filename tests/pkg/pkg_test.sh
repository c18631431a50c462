#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# pkg_test: nb-pkg on its own: what it chooses, what it refuses and how it says
# so, what it registers.

# pkg ARGS: nb-pkg
pkg()
{
	"$NB_BIN/nb-pkg" "$@"
}

# summary NAME [WORD ...] ...: append a package to the file s; its words are
# DEPENDS, behind a ! CONFLICTS; VARIABLE=VALUE is itself
summary()
{
	echo "PKGNAME=$1"
	shift
	for _w; do
		case $_w in
		[A-Z]*=*)	echo "$_w" ;;
		!*)	echo "CONFLICTS=${_w#!}" ;;
		*)	echo "DEPENDS=$_w" ;;
		esac
	done
	echo
}

# lists WANT NAME ...: these packages, in this order, from the file s
lists()
{
	_want=$1
	shift
	_got=$(pkg -q -f names s "$@" | tr '\n' ' ') || atf_fail "nb-pkg $*"
	[ "$_got" = "$_want " ] || atf_fail "$*: $_got, not $_want"
}

# fails TEXT NAME ...: exit 1 with just this line, and an empty list
fails()
{
	echo "nb-pkg: $1" >want
	shift
	atf_check -s exit:1 -e file:want "$NB_BIN/nb-pkg" s "$@"
}

atf_test_case names
names_head() { atf_set descr "names, versions, ranges, globs and alternates"; }
names_body()
{
	for v in 1.0 1.2 1.10 1.10nb2 1.11rc1 2.0beta1 2.0; do
		summary foo-$v
	done >s
	for v in foo-bar-9.0 foo2-1.0 foobar-3.1 p5-Foo-0.1 gtk2+-2.24.33; do
		summary $v
	done >>s
	lists foo-2.0 foo
	lists foo-2.0 'foo-[0-9]*'
	lists foo-1.2 foo-1.2
	lists foo-1.10 foo-1.10
	lists foo-1.10nb2 'foo-1.10*'
	lists foo-1.10nb2 'foo-1.1[0-9]nb?'
	lists foo-1.10nb2 'foo<1.11rc1'
	lists foo-1.11rc1 'foo<2.0beta1'
	lists foo-1.11rc1 'foo<=1.11'
	lists foo-2.0beta1 'foo>1.11<2'
	lists foo-2.0 'foo>=1<=2.0'
	lists foo-1.10nb2 'foo>=1.10<1.11alpha'
	lists foo-1.0 'foo<1.1'
	lists foo-1.2 'foo>1.0<1.10'
	lists foo-2.0 'foo>=2.0'
	fails 'foo>2.0: only foo-1.0, foo-1.10, foo-1.10nb2, foo-1.11rc1, foo-1.2 and more are there' 'foo>2.0'
	lists foo-bar-9.0 foo-bar
	lists foo2-1.0 foo2
	lists p5-Foo-0.1 p5-Foo
	lists gtk2+-2.24.33 'gtk2+>=2'
	lists foobar-3.1 '{foobar,foo2}-[0-9]*'
	lists foobar-3.1 'foo{bar,2}>=1'
	lists foobar-3.1 'foo{bar,{2,3}}>=1'
	lists foo2-1.0 '{nope,foo2}'
	# equally new: the first by name
	lists foo-1.0 'foo{2,}-1.0'
	lists 'foo-2.0 p5-Foo-0.1' foo p5-Foo 'foo>=1'
	lists 'p5-Foo-0.1 foo-2.0' p5-Foo foo
	# two versions of one package: where both words allow it, one
	lists foo-1.2 foo 'foo-1.2'
	fails 'foo-1.2: foo-1.2 is there, but foo-1.0 was asked for' \
	    foo-1.2 foo-1.0
	fails 'foo{: a brace is not closed' 'foo{'
	fails 'Foo: no such package in s; p5-Foo-0.1 is there' Foo
	fails 'nope: no such package in s' nope
	fails 'fo: no such package in s' fo
	fails 'oba: no such package in s; foobar-3.1 is there' oba
	many='{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}'
	fails "$many: over 100 alternates" "$many"
	# stars that would take for ever if each were tried at each place
	summary "$(printf '%0100d' 0)-1" >>s
	timeout 5 "$NB_BIN/nb-pkg" s \
	    '*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*x' 2>err
	atf_check_equal 1 $?
}

atf_test_case depends
depends_head() { atf_set descr "what is needed comes first, once, and the newest"; }
depends_body()
{
	{
		summary a-1 'b>=1' 'c-[0-9]*'
		summary b-1 'd>=1<2'
		summary b-2 'd>=1<3'
		summary c-1 'd>=1' 'b>=1'
		summary d-1.9
		summary d-2.9
		summary d-3.0
		summary self-1 'self>=1'
		summary twice-1 'd>=1' 'd<4' 'd-[0-9]*'
	} >s
	# the newest d that does for b and for c, though c came first
	lists 'd-2.9 b-2 c-1 a-1' a
	lists 'd-2.9 b-2 c-1 a-1' a b
	lists 'd-2.9 b-2 c-1' c
	lists 'd-2.9 b-2 c-1' c b
	lists 'd-1.9 b-1' b-1
	lists 'd-3.0' d
	lists self-1 self
	lists 'd-3.0 twice-1' twice
	lists 'a-1' -x a
	atf_check -o inline:'a-1.tgz\n' -e ignore "$NB_BIN/nb-pkg" -x s a
}

atf_test_case giveup
giveup_head() { atf_set descr "a version is given up for somebody further on"; }
giveup_body()
{
	{
		for v in 1.0 1.5 2.0 2.0nb1; do
			summary lib-$v
		done
		summary old-1 'lib>=1<2'
		summary any-1 'lib>=1'
		summary new-1 'lib>=2'
		summary both-1 'any>=1' 'old>=1'
		summary none-1 'any>=1' 'old>=1' 'new>=1'
	} >s
	lists 'lib-2.0nb1 any-1' any
	lists 'lib-1.5 any-1 old-1 both-1' both
	lists 'lib-1.5 any-1 old-1' any old
	lists 'lib-1.5 old-1 any-1' old any
	fails 'none-1 needs new>=1; new-1 needs lib>=2: lib-2.0nb1 is there, but old-1 needs lib>=1<2' none
	fails 'new-1 needs lib>=2: lib-2.0nb1 is there, but old-1 needs lib>=1<2' new old
	fails 'old-1 needs lib>=1<2: lib-1.5 is there, but new-1 needs lib>=2' old new
}

atf_test_case alternates
alternates_head() { atf_set descr "alternates: what is there anyway, else the newest"; }
alternates_body()
{
	{
		summary mysql-8 '!maria-[0-9]*'
		summary maria-10 '!mysql-[0-9]*'
		summary db-1 '{mysql,maria}-[0-9]*'
		summary shop-1 'db>=1' 'mysql>=5'
		summary shed-1 '{mysql,maria}-[0-9]*' 'sub>=1'
		summary sub-1 'mysql>=1'
	} >s
	lists 'maria-10 db-1' db
	lists 'mysql-8 db-1' db mysql
	lists 'mysql-8 db-1' mysql db
	lists 'mysql-8 db-1 shop-1' shop
	lists 'mysql-8 sub-1 shed-1' shed
	fails 'maria-10 conflicts with mysql-8 (mysql-[0-9]*); maria-10 was asked for; shop-1 needs mysql>=5' \
	    shop maria
	fails 'maria-10 conflicts with mysql-8 (mysql-[0-9]*); maria-10 was asked for; mysql-8 was asked for' \
	    maria mysql
	# which is told by the one that says so
	summary quiet-1 >>s
	summary loud-1 '!quiet<2' '!loud-[0-9]*' >>s
	lists loud-1 loud
	fails 'loud-1 conflicts with quiet-1 (quiet<2); loud-1 was asked for; quiet-1 was asked for' \
	    quiet loud
}

atf_test_case cycles
cycles_head() { atf_set descr "packages that need each other are listed, with a warning"; }
cycles_body()
{
	{
		summary a-1 'b>=1'
		summary b-1 'c>=1'
		summary c-1 'a>=1' 'd>=1'
		summary d-1
		summary e-1 'f>=1'
		summary f-1 'e>=1'
		summary use-1 'b>=1'
	} >s
	lists 'd-1 c-1 b-1 a-1' a
	lists 'a-1 d-1 c-1 b-1 use-1' use
	lists 'f-1 e-1' e
	atf_check -o ignore -e match:'warning: e-1 and f-1 need each other$' \
	    "$NB_BIN/nb-pkg" s e
	atf_check -o ignore -e match:'warning: a-1 and c-1 need each other, by way of others$' \
	    "$NB_BIN/nb-pkg" s a
}

atf_test_case chain
chain_head() { atf_set descr "what cannot be met is told with the chain that leads to it"; }
chain_body()
{
	{
		summary nginx-1.28.0 'pcre2>=10.30'
		summary pcre2-10.21
		summary top-1 'mid>=1'
		summary mid-1 'low-[0-9]*'
		summary low-1 'gone>=3'
		summary next-1 'SUPERSEDES=past-[0-9]*'
		summary wants-1 'past>=1'
		summary bad-1 'x{y'
		summary worse-1 '!x{y'
		for i in 1 2 3 4 5 6 7 8; do
			summary l$i-1 "l$((i + 1))>=1"
		done
		summary l9-1 'no>=1'
	} >s
	fails 'nginx-1.28.0 needs pcre2>=10.30: only pcre2-10.21 is there' nginx
	fails 'top-1 needs mid>=1; mid-1 needs low-[0-9]*; low-1 needs gone>=3: no such package in s' top
	fails 'past: no such package in s, which has in its place next-1' past
	fails 'wants-1 needs past>=1: no such package in s, which has in its place next-1' wants
	fails 'bad-1: DEPENDS=x{y: a brace is not closed' bad
	fails 'worse-1: CONFLICTS=x{y: a brace is not closed' worse
	fails 'l1-1 needs ...; l4-1 needs l5>=1; l5-1 needs l6>=1; l6-1 needs l7>=1; l7-1 needs l8>=1; l8-1 needs l9>=1; l9-1 needs no>=1: no such package in s' l1
}

atf_test_case forms
forms_head() { atf_set descr "what is listed, for programs and for people"; }
forms_body()
{
	sum=$(echo x | sha512sum | cut -d' ' -f1)
	sum2=$(echo y | sha256sum | cut -d' ' -f1)
	{
		summary a-1 'b>=1' FILE_SIZE=1500 SIZE_PKG=3000000 \
		    "FILE_CKSUM=SHA512 $(echo "$sum" | tr a-f A-F)"
		summary b-1 FILE_NAME=b.tgz FILE_SIZE=500 "SIZE_PKG=7" \
		    "FILE_CKSUM=sha256 $sum2" 'c>=1'
		summary c-1 'FILE_CKSUM=sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709'
		summary d-1 "FILE_CKSUM=sha256 $sum" SIZE_PKG=some FILE_SIZE=-1
		summary d-1 'nothing>=1'
	} >s
	atf_check -o inline:'c-1.tgz\nb.tgz\na-1.tgz\n' "$NB_BIN/nb-pkg" -q s a
	atf_check -o inline:'x/y/c-1.tgz\nx/y/b.tgz\nx/y/a-1.tgz\n' \
	    "$NB_BIN/nb-pkg" -q -C x/y -f files s a
	atf_check -o inline:'c-1\nb-1\na-1\n' "$NB_BIN/nb-pkg" -q -f names s a
	atf_check -o inline:"SHA256 (b.tgz) = $sum2\nSHA512 (a-1.tgz) = $sum\n" \
	    "$NB_BIN/nb-pkg" -q -f sums s a d
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' \
	    c-1 f/c-1.tgz - - - needed b-1 \
	    b-1 f/b.tgz 500 7 SHA256:"$sum2" needed a-1 \
	    a-1 f/a-1.tgz 1500 3000000 SHA512:"$sum" asked - \
	    d-1 f/d-1.tgz - - - asked - >want
	atf_check -o file:want "$NB_BIN/nb-pkg" -q -f table -C f s a d
	# to a file, whole or not at all
	atf_check "$NB_BIN/nb-pkg" -q -f table -C f -o out s a d
	atf_check cmp want out
	atf_check -s exit:1 -e ignore "$NB_BIN/nb-pkg" -f table -o out s a nope
	atf_check cmp want out
	atf_check test ! -e out.part
	cat >want <<-'EOF'
		nb-pkg: c-1: size unknown, installed size unknown, for b-1 (c>=1)
		nb-pkg: b-1: 500 B, installed 7 B, for a-1 (b>=1)
		nb-pkg: a-1: 1.5 kB, installed 3.0 MB
		nb-pkg: 3 packages: over 2.0 kB to download, over 3.0 MB installed
	EOF
	atf_check -e file:want "$NB_BIN/nb-pkg" -n s a
	mkdir f
	head -c 1500 /dev/zero >f/a-1.tgz
	head -c 501 /dev/zero >f/b.tgz
	: >f/c-1.tgz
	atf_check -e match:'a-1: is there, installed 3.0 MB$' \
	    -e match:'c-1: is there, ' \
	    -e match:'3 packages: 500 B to download, over 3.0 MB installed' \
	    "$NB_BIN/nb-pkg" -n -C f s a
}

atf_test_case local
local_head()
{
	atf_set descr "a name with a slash is a file, and its needs are met"
	atf_set require.progs "bsdtar"
}
local_body()
{
	{
		summary a-1 'lib>=1'
		summary lib-2 FILE_SIZE=10
		summary lib-1
	} >s
	pack foo-1.0 '@pkgdep lib>=1<3' '@pkgcfl a-[0-9]*' '@ignore' \
	    '@pkgdep no>=1'
	pack lib-1
	pack lib-0.9
	atf_check -o inline:'p/lib-2.tgz\n./foo-1.0.tgz\n' \
	    "$NB_BIN/nb-pkg" -q -C p s ./foo-1.0.tgz
	# the file, not the server's
	atf_check -o inline:'./lib-1.tgz\n./foo-1.0.tgz\n' \
	    "$NB_BIN/nb-pkg" -q s ./foo-1.0.tgz ./lib-1.tgz
	atf_check -o inline:'./lib-1.tgz\na-1.tgz\n' \
	    "$NB_BIN/nb-pkg" -q s a ./lib-1.tgz
	atf_check -o match:"^foo-1.0	$PWD/foo-1.0.tgz	[0-9]+	77	local	asked	-$" \
	    "$NB_BIN/nb-pkg" -q -x -f table s "$PWD/foo-1.0.tgz"
	fails 'a-1 needs lib>=1: ./lib-0.9.tgz, which was asked for, is lib-0.9' \
	    a ./lib-0.9.tgz
	fails 'foo-1.0 conflicts with a-1 (a-[0-9]*); foo-1.0 was asked for; a-1 was asked for' \
	    a ./foo-1.0.tgz
	fails './lib-0.9.tgz: ./lib-1.tgz, which was asked for, is lib-1' \
	    ./lib-1.tgz ./lib-0.9.tgz
	fails './lib-1.tgz and .//lib-1.tgz: both are lib-1' \
	    ./lib-1.tgz .//lib-1.tgz
	fails './none.tgz: No such file or directory' ./none.tgz
	echo x >x
	bsdtar -czf x.tgz x
	fails './x.tgz: not a binary package: +CONTENTS is not the first file in it' \
	    ./x.tgz
}

# pack NAME LINE ...: NAME.tgz, whose +CONTENTS has these lines; $install, if
# it is set, is its +INSTALL, $base its LOCALBASE
pack()
{
	rm -rf .pack
	mkdir .pack
	{
		echo '@cwd /usr/pkg'
		echo "@name $1"
		_name=$1
		shift
		[ $# -eq 0 ] || printf '%s\n' "$@"
		echo "${file-bin/$_name}"
	} >.pack/+CONTENTS
	echo "LOCALBASE=${base-/usr/pkg}" >.pack/+BUILD_INFO
	echo 77 >.pack/+SIZE_PKG
	_install=
	if [ -n "${install-}" ]; then
		echo "$install" >.pack/+INSTALL
		_install=+INSTALL
	fi
	mkdir .pack/bin
	echo "$_name" >".pack/${file-bin/$_name}"
	find .pack -exec touch -d @"${time-1600000000}" {} +
	bsdtar --format=ustar --uid 0 --gid 0 --uname root --gname wheel \
	    -C .pack -czf "$_name.tgz" +CONTENTS +BUILD_INFO +SIZE_PKG \
	    $_install "${file-bin/$_name}" || atf_fail "not packed"
}

atf_test_case register
register_head()
{
	atf_set descr "+REQUIRED_BY and +INSTALLED_INFO as a layer over packages"
	atf_set require.progs "bsdtar"
}
register_body()
{
	pack lib-1.0 '@pkgdir share/x'
	pack lib2-2.0 '@blddep lib-1.0' '@pkgdep lib>=1'
	time=1650000000 pack tool-3.0nb1 '@pkgdep lib-[0-9]*' '@pkgdep lib>=0' \
	    '@pkgdep {lib2,lib3}>=2' '@ignore' '@pkgdep no>=1'
	base=/opt/pkg pack else-1 '@pkgdep tool>=3'
	set -- lib-1.0.tgz ./lib2-2.0.tgz tool-3.0nb1.tgz else-1.tgz
	atf_check "$NB_BIN/nb-pkg" -r db.tar "$@"
	atf_check "$NB_BIN/nb-pkg" -r again.tar "$@"
	atf_check cmp db.tar again.tar
	export SOURCE_DATE_EPOCH=1700000000
	for type in ffs ext2; do
		atf_check -e ignore "$NB_BIN/nb-mkfs" -n -t $type x.img "$@" db.tar
		rm -rf out
		mkdir out
		"$NB_BIN/nb-mkfs" -x -o tar x.img >x.tar && bsdtar -xof x.tar -C out ||
		    atf_fail "not read"
		cd out || atf_fail "no out"
		atf_check -o inline:'lib2-2.0\ntool-3.0nb1\n' \
		    cat usr/pkg/pkgdb/lib-1.0/+REQUIRED_BY
		atf_check -o inline:'tool-3.0nb1\n' \
		    cat usr/pkg/pkgdb/lib2-2.0/+REQUIRED_BY
		atf_check -o inline:'else-1\n' \
		    cat usr/pkg/pkgdb/tool-3.0nb1/+REQUIRED_BY
		atf_check test -f opt/pkg/pkgdb/else-1/+CONTENTS
		atf_check test ! -e opt/pkg/pkgdb/else-1/+REQUIRED_BY
		atf_check test -z "$(find . -name '+INSTALLED_INFO')"
		cd ..
	done
	# as the times of the packages that depend on them say
	atf_check -o match:'/lib-1.0/\+REQUIRED_BY type=file uid=0 gid=0 mode=0644 size=21 time=1650000000' \
	    "$NB_BIN/nb-mkfs" -l -o mtree x.img

	# asked for: by any of the words that the first form takes
	atf_check "$NB_BIN/nb-pkg" -k 'tool>=3' -k ./lib2-2.0.tgz -r db.tar "$@"
	bsdtar -tf db.tar | grep INSTALLED_INFO >got
	printf '%s/+INSTALLED_INFO\n' usr/pkg/pkgdb/lib-1.0 \
	    opt/pkg/pkgdb/else-1 >want
	atf_check diff want got
	atf_check -o inline:'automatic=yes\n' bsdtar -xOf db.tar \
	    usr/pkg/pkgdb/lib-1.0/+INSTALLED_INFO

	atf_check -e inline:'nb-pkg: warning: else-1 needs tool>=3, which is not among the packages\n' \
	    "$NB_BIN/nb-pkg" -r db.tar else-1.tgz
	# files in common: not in other folders, and not what is ignored
	file=bin/x pack one-1
	file=bin/x pack two-1
	file=bin/x pack three-1 '@cwd /usr/pkg/x' '@ignore'
	base=/opt/pkg pack x-1 '@cwd /opt/pkg'
	atf_check "$NB_BIN/nb-pkg" -r new.tar one-1.tgz three-1.tgz x-1.tgz
	rm new.tar
	atf_check -s exit:1 -e inline:'nb-pkg: one-1 and two-1: both have /usr/pkg/bin/x: they conflict\n' \
	    "$NB_BIN/nb-pkg" -r new.tar one-1.tgz lib-1.0.tgz two-1.tgz
	cp lib-1.0.tgz copy.tgz
	atf_check -s exit:1 -e inline:'nb-pkg: lib-1.0.tgz and copy.tgz: both are lib-1.0\n' \
	    "$NB_BIN/nb-pkg" -r new.tar lib-1.0.tgz copy.tgz
	atf_check test ! -e new.tar -a ! -e new.tar.part
}

atf_test_case scripts
scripts_head()
{
	atf_set descr "what is not run is told, and what it would have made"
	atf_set require.progs "bsdtar"
}
scripts_body()
{
	pack none-1
	pack exec-1 '@exec echo %F' '@exec true'
	install='exit 0' pack plain-1
	install='#!/bin/sh
# USER: www:www::Web:/home:/bin/sh
# USER: www:www::Web:/home:/bin/sh
# GROUP: www::
# GROUP: web:
# FILE: etc/a cr share/a 0644
# FILE: etc/b cr share/b 0644
# DIR: /var/a m 0755' pack long-1 '@exec true'
	cat >want <<-'EOF'
		nb-pkg: exec-1: not run: 2 @exec of its +CONTENTS
		nb-pkg: plain-1: not run: its +INSTALL
		nb-pkg: long-1: not run: its +INSTALL (user www, group www, group web, 2 files, 1 folder) and @exec
	EOF
	atf_check -e file:want "$NB_BIN/nb-pkg" -r db.tar none-1.tgz exec-1.tgz \
	    plain-1.tgz long-1.tgz
	atf_check "$NB_BIN/nb-pkg" -q -r db.tar long-1.tgz
	# nothing of it reaches a terminal as it is
	install="$(printf '# USER: \033[2Jx:')" pack evil-1
	atf_check -e inline:'nb-pkg: evil-1: not run: its +INSTALL (user ?[2Jx)\n' \
	    "$NB_BIN/nb-pkg" -r db.tar evil-1.tgz
}

# bad LINE WHY: a pkg_summary of this printf text is refused
bad()
{
	printf "$1" >s
	echo "nb-pkg: s$2" >want
	atf_check -s exit:1 -e file:want "$NB_BIN/nb-pkg" s a
	gzip -nc s >s.gz
	echo "nb-pkg: s.gz$2" >want
	atf_check -s exit:1 -e file:want "$NB_BIN/nb-pkg" s.gz a
}

atf_test_case malformed
malformed_head() { atf_set descr "what is no pkg_summary is refused, with its line"; }
malformed_body()
{
	no='is no VARIABLE=VALUE: not a pkg_summary'
	name='not a name that a package can have'
	bad '' ': no packages in it'
	bad '\n\n\n' ': no packages in it'
	bad '<html>\n' ":1: \"<html>\" $no"
	bad 'PKGNAME=a-1\n\n=x\n' ":3: \"=x\" $no"
	bad 'PKGNAME=a-1\nDEPENDS' ':2: ends within a line: fetch it again'
	bad 'PKGNAME=a-1\nDEPENDS=\000\n' ":2: \"DEPENDS=\" $no"
	bad 'PKGNAME=a-1\nPKGNAME=b-1\n' \
	    ':2: a second PKGNAME: an empty line has to be between packages'
	bad 'PKGNAME=a-1\n\nDEPENDS=x\nCOMMENT=y\n\nPKGNAME=b-1\n' \
	    ':3: a package without PKGNAME'
	bad 'PKGNAME=a\n' ':1: PKGNAME=a: has no version'
	for n in '' ../a-1 a/b-1 .a-1 -a-1 'a b-1' 'a;b-1' 'a$b-1' 'a:b-1' \
	    'a*b-1' "$(printf '%0201d' 0)"; do
		bad "PKGNAME=$n\n" ":1: PKGNAME=$(echo "$n" | cut -c1-100): $name"
	done
	for n in ../a.tgz /a.tgz 'a b.tgz' 'a?b.tgz' '' +a.tgz; do
		bad "PKGNAME=a-1\nFILE_NAME=$n\n" ":2: FILE_NAME=$n: $name"
	done
	bad 'PKGNAME=a-1\r\n' ":1: PKGNAME=a-1?: $name"
	{ echo PKGNAME=a-1; head -c 70000 /dev/zero | tr '\0' x; echo; } >s
	fails 's:2: a line of over 65536 bytes: not a pkg_summary' a
	# what is not needed here, or has no meaning, is passed over
	printf 'PKGNAME=a-1\nFILE_CKSUM=sha512\nFILE_CKSUM=sha512 xyz\nFILE_SIZE=99999999999999999999\nNEW=\n' >s
	lists a-1 a
	# no file, a folder, a server's page in gzip's form, cut short anywhere
	atf_check -s exit:1 -e inline:'nb-pkg: none: No such file or directory\n' \
	    "$NB_BIN/nb-pkg" none a
	mkdir d
	atf_check -s exit:1 -e match:'^nb-pkg: d: ' "$NB_BIN/nb-pkg" d a
	for i in 1 2 3 4 5 6 7 8 9; do
		summary a-$i "b$i>=1"
		summary b$i-1
	done | gzip -n >whole.gz
	size=$(wc -c <whole.gz)
	n=1
	while [ $n -lt "$size" ]; do
		head -c $n whole.gz >s
		"$NB_BIN/nb-pkg" s a >out 2>err &&
		    atf_fail "cut off at $n: was taken"
		[ "$(wc -l <err)" -eq 1 ] && [ ! -s out ] || atf_fail "$(cat err)"
		n=$((n + 1))
	done
	# a bit that is another
	cp whole.gz s
	printf '\377' | dd of=s bs=1 seek=$((size - 7)) conv=notrunc 2>/dev/null
	atf_check -s exit:1 -e match:'^nb-pkg: s: gzip: ' "$NB_BIN/nb-pkg" s a
}

atf_test_case many
many_head()
{
	atf_set descr "fifty of 20,000 packages: all that they need, soon, the same"
	atf_set timeout 300
}
many_body()
{
	gen=$(atf_get_srcdir)/gensummary
	sh "$gen" | gzip -1n >s
	# shellcheck disable=SC2046 # words
	set -- $(awk 'BEGIN { for (i = 0; i < 50; i++) print "p" 19000 + i * 7 }')
	timeout 20 "$NB_BIN/nb-pkg" -q -f table s "$@" >one || atf_fail "not soon"
	atf_check test "$(wc -l <one)" -gt 100
	"$NB_BIN/nb-pkg" -q -f table s "$@" >two
	atf_check cmp one two
	# Another order of the packages in the file, but the same packages.
	gzip -dc s | awk -v RS= '{ r[NR] = $0 } END {
		for (i = NR; i > 0; i--)
			printf "%s\n\n", r[i]
	}' >turned
	"$NB_BIN/nb-pkg" -q -f table turned "$@" >two
	atf_check cmp one two
	# All needs are met by what stands above.
	gzip -dc s | awk -F '\t' -v RS='\n' '
	FNR == NR { at[$1] = FNR; next }
	{
		eq = index($0, "=")
		key = substr($0, 1, eq - 1)
		value = substr($0, eq + 1)
		if (key == "PKGNAME")
			name = value
		if (key == "DEPENDS" && name in at) {
			sub(/[<>{-].*/, "", value)
			if (value == "")
				next
			for (n in at)
				if (index(n, value "-") == 1)
					break
			if (index(n, value "-") != 1 || at[n] >= at[name]) {
				print name, $0, n
				exit 1
			}
		}
	}' one - || atf_fail "a need is not met, or stands below"
	# The planted ones.
	lists 'cycle-c-1 cycle-b-1 cycle-a-1' cycle-a
	lists 'lib-1.5 any-1 old-1' any old
	lists 'maria-10.6 db-1 shop-1' shop
	fails 'far-1 needs lib>=3: only lib-1.0, lib-1.5, lib-2.0 and lib-2.0nb1 are there' far
}

atf_test_case usage
usage_head() { atf_set descr "a wrong command line is refused, exit 2"; }
usage_body()
{
	summary a-1 >s
	for args in '' s '-f' '-f odd s a' '-z s a' '-k a s a' '-r x' \
	    '-r x -n s a' '-r x -v s a' '-r x -x s' '-r x -C f s' '-r x -o f s' \
	    '-r x -f files s' '-n -o f s a'; do
		# shellcheck disable=SC2086 # words
		atf_check -s exit:2 -e not-empty "$NB_BIN/nb-pkg" $args
	done
	atf_check -o match:'^usage: nb-pkg ' "$NB_BIN/nb-pkg" -h
	atf_check -o match:'^usage: nb-pkg ' "$NB_BIN/nb-pkg" --help
	# a reader that went away
	atf_check -s exit:1 -e match:'^nb-pkg: standard output: ' \
	    sh -c '"$NB_BIN/nb-pkg" -q s a >/dev/full'
	# The manual has each option, and no other.
	sed -n 's/^  -\([a-zA-Z]\) .*/\1/p' <<-EOF | sort >options
		$("$NB_BIN/nb-pkg" -h)
	EOF
	sed -n 's/^\.It Fl \([a-zA-Z]\).*/\1/p' "$NB_TOP/tools/nb-pkg/nb-pkg.1" |
	    grep -v h | sort >manual
	atf_check diff options manual
}

atf_init_test_cases()
{
	atf_add_test_case names
	atf_add_test_case depends
	atf_add_test_case giveup
	atf_add_test_case alternates
	atf_add_test_case cycles
	atf_add_test_case chain
	atf_add_test_case forms
	atf_add_test_case local
	atf_add_test_case register
	atf_add_test_case scripts
	atf_add_test_case malformed
	atf_add_test_case many
	atf_add_test_case usage
}
