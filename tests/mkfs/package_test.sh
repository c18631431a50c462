#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# package_test: binary packages of pkgsrc as layers of nb-mkfs and nb-untar.
# They are packed here as pkg_create(1) does it: what describes the package
# first, names below @cwd, folders by their files only.

types="ffs ffs2 ext2"
export SOURCE_DATE_EPOCH=1700000000

# mkfs ARGS, untar ARGS: the programs, which must do it
mkfs()
{
	"$NB_BIN/nb-mkfs" "$@" || atf_fail "nb-mkfs $*"
}
untar()
{
	"$NB_BIN/nb-untar" "$@" || atf_fail "nb-untar $*"
}

# pack FILE [OPTIONS]: the names on standard input, by bsdtar, in that order
pack()
{
	_file=$1
	shift
	find . -exec touch -h -d @1600000000 {} +
	bsdtar --format=ustar --uid 0 --gid 0 --uname root --gname wheel \
	    -n "$@" -cf - -T /dev/stdin >../.packed || atf_fail bsdtar
	case $_file in
	*.tgz)	gzip -n <../.packed >"../$_file" ;;
	*)	mv ../.packed "../$_file" ;;
	esac
}

# files: those of the present folder that do not describe the package
files()
{
	find . ! -type d ! -name '+*' | LC_ALL=C sort | sed 's,^\./,,'
}

# describe NAME [CWD [LOCALBASE]]: +CONTENTS and so on, of the present folder;
# prints their names in pkg_create's order
describe()
{
	echo "What $1 is" >+COMMENT
	echo "What $1 is, at length" >+DESC
	echo 'exit 1' >+INSTALL
	echo 'exit 1' >+DEINSTALL
	cat >+BUILD_INFO <<-EOF
		ABI=
		BUILD_DATE=2025-08-01 00:00:00 +0000
		LOCALBASE=${3-/usr/pkg}
		MACHINE_ARCH=x86_64
		OPSYS=NetBSD
		OS_VERSION=11.0
		PKG_SYSCONFDIR=/usr/pkg/etc
	EOF
	echo 1024 >+SIZE_PKG
	cat >+CONTENTS <<-EOF
		@cwd ${2-/usr/pkg}
		@name $1
		@blddep libgreet-0.3nb1
		@pkgdep libgreet>=0.3
		@option preserve
		@comment \$NetBSD\$
	EOF
	files >.names
	while read -r _f; do
		echo "$_f"
		if [ -L "$_f" ]; then
			echo "@comment Symlink:$(readlink "$_f")"
		else
			echo "@comment MD5:$(md5sum <"$_f" | cut -c1-32)"
		fi
	done <.names >>+CONTENTS
	rm .names
	cat >>+CONTENTS <<-'EOF'
		@pkgdir share/greet/plugins
		@exec echo %F >/tmp/never
		@cwd .
		@ignore
		+COMMENT
		@ignore
		+DESC
	EOF
	for _f in +CONTENTS +COMMENT +DESC +INSTALL +DEINSTALL +BUILD_INFO \
	    +SIZE_PKG; do
		echo $_f
	done
}

# greet: the package greet-1.0.tgz of a file, a link to it and one of each kind
greet()
{
	mkdir -p greet/bin greet/share/greet greet/lib
	(
		umask 022
		cd greet
		printf '#!/bin/sh\necho hello\n' >bin/greet
		chmod 755 bin/greet
		ln bin/greet bin/hello
		head -c 300000 /dev/zero | tr '\0' x >lib/libgreet.so.1.0
		ln -s libgreet.so.1.0 lib/libgreet.so
		: >share/greet/empty
		{
			describe greet-1.0
			files
		} >../names
		pack greet-1.0.tgz <../names
	) || atf_fail "greet"
}

# fails TEXT WORDS ...: both programs say just this line, and leave nothing
fails()
{
	_text=$1
	shift
	echo "nb-mkfs: $_text" >want
	atf_check -s exit:1 -e file:want "$NB_BIN/nb-mkfs" x.img "$@"
	echo "nb-untar: $_text" >want
	atf_check -s exit:1 -e file:want "$NB_BIN/nb-untar" -C stage "$@"
	for _f in x.img* stage*; do
		[ ! -e "$_f" ] || atf_fail "$_f is left"
	done
}

# greet_list: the METALOG that greet-1.0.tgz is to give
greet_list()
{
	_root='uid=0 gid=0'
	_old='time=1600000000.000000000'
	_now='time=1700000000.000000000'
	_db=./usr/pkg/pkgdb/greet-1.0
	size() { wc -c <"greet/$1" | tr -d ' '; }
	printf '#mtree: a stage of nb-untar\n'
	for _d in . ./usr ./usr/pkg ./usr/pkg/bin; do
		echo "$_d type=dir $_root mode=0755 $_now"
	done
	for _f in greet hello; do
		echo "./usr/pkg/bin/$_f type=file $_root mode=0755 size=21 $_old"
	done
	echo "./usr/pkg/lib type=dir $_root mode=0755 $_now"
	echo "./usr/pkg/lib/libgreet.so type=link $_root mode=0777 $_old link=libgreet.so.1.0"
	echo "./usr/pkg/lib/libgreet.so.1.0 type=file $_root mode=0644 size=300000 $_old"
	echo "./usr/pkg/pkgdb type=dir $_root mode=0755 $_now"
	echo "$_db type=dir $_root mode=0755 $_now"
	for _f in BUILD_INFO:0444 COMMENT:0444 CONTENTS:0644 DEINSTALL:0555 \
	    DESC:0444 INSTALL:0555 SIZE_PKG:0444; do
		echo "$_db/+${_f%:*} type=file $_root mode=${_f#*:}" \
		    "size=$(size "+${_f%:*}") $_old"
	done
	for _d in share share/greet; do
		echo "./usr/pkg/$_d type=dir $_root mode=0755 $_now"
	done
	echo "./usr/pkg/share/greet/empty type=file $_root mode=0644 size=0 $_old"
	echo "./usr/pkg/share/greet/plugins type=dir $_root mode=0755 $_now"
}

atf_test_case placed
placed_head()
{
	atf_set descr "files go below @cwd, what describes them into pkgdb"
	atf_set require.progs "bsdtar debugfs icat fls"
}
placed_body()
{
	greet
	greet_list >want
	untar -C stage greet-1.0.tgz
	atf_check diff want stage/METALOG
	for _f in +CONTENTS +DESC +BUILD_INFO; do
		atf_check cmp greet/$_f stage/usr/pkg/pkgdb/greet-1.0/$_f
	done
	atf_check cmp greet/lib/libgreet.so.1.0 \
	    stage/usr/pkg/lib/libgreet.so.1.0
	atf_check_equal "$(stat -c %i stage/usr/pkg/bin/greet)" \
	    "$(stat -c %i stage/usr/pkg/bin/hello)"
	for type in $types; do
		# One pass, and one before it to find the size.
		mkfs -n -t $type -s 4m x.img greet-1.0.tgz
		mkfs -L same -n -t $type -f 0 y.img greet-1.0.tgz
		for _f in x.img y.img; do
			atf_check -o file:want "$NB_BIN/nb-mkfs" -l -o mtree $_f
			atf_check "$NB_BIN/nb-mkfs" -c $_f
		done
		mkfs -L same -n -t $type -s "$(wc -c <y.img)" z.img greet-1.0.tgz
		atf_check cmp y.img z.img
		others_read $type usr/pkg/lib/libgreet.so.1.0 \
		    lib/libgreet.so.1.0
		others_read $type usr/pkg/pkgdb/greet-1.0/+CONTENTS +CONTENTS
		others_read $type usr/pkg/pkgdb/greet-1.0/+DESC +DESC
	done
}

# others_read TYPE NAME FILE: it is in x.img, as the readers of others have it
others_read()
{
	if [ "$1" = ext2 ]; then
		debugfs -R "cat /$2" x.img >got 2>/dev/null
	else
		_ino=$(fls -rpF -f ufs x.img | awk -v n="$2" '$3 == n {
			sub(":", "", $2); print $2 }')
		icat -f ufs x.img "$_ino" >got
	fi
	cmp "greet/$3" got || atf_fail "$1: $2 differs for other readers"
}

atf_test_case any_archive
any_archive_head()
{
	atf_set descr "its first name makes a package, whatever file it is in"
	atf_set require.progs "bsdtar xz zstd"
}
any_archive_body()
{
	greet
	greet_list >want
	gzip -dc greet-1.0.tgz >plain.bin
	xz -c plain.bin >packed.xz
	zstd -q plain.bin -o packed.dat
	(cd greet && sed 's,^,./,' ../names | pack dots.tar &&
	    bsdtar --format=cpio --uid 0 --gid 0 -cnf ../new.cpio \
	    -T ../names) || atf_fail "not packed"
	for _f in plain.bin packed.xz packed.dat dots.tar new.cpio; do
		untar -C stage $_f
		atf_check diff want stage/METALOG
	done
	# Not the first: a folder's copy, which goes where its names say.
	(cd greet && { echo bin/greet; echo +CONTENTS; } | pack copy.tgz)
	untar -C stage copy.tgz
	atf_check cmp greet/+CONTENTS stage/+CONTENTS
	atf_check cmp greet/bin/greet stage/bin/greet
	# A folder of that name is none either.
	mkdir -p other/+CONTENTS
	(cd other && echo +CONTENTS | pack other.tgz)
	untar -C stage other.tgz
	[ -d stage/+CONTENTS ] || atf_fail "+CONTENTS/ is gone"
	# And nothing at all.
	bsdtar -cf empty.tar -T /dev/null
	untar -C stage empty.tar
}

atf_test_case places
places_head()
{
	atf_set descr "@cwd and LOCALBASE are each their own"
	atf_set require.progs "bsdtar"
}
places_body()
{
	mkdir p
	echo x >p/x
	# where CWD LOCALBASE: the places of x and of +CONTENTS
	where()
	{
		(cd p && rm -f +* &&
		    { describe a-1 "$@"; echo x; } | pack a.tgz)
		untar -C stage a.tgz
		where=$(cd stage && find . -name x -o -name +CONTENTS |
		    LC_ALL=C sort | tr '\n' ' ')
	}
	where /usr/X11R7 /usr/pkg
	atf_check_equal "$where" \
	    "./usr/X11R7/x ./usr/pkg/pkgdb/a-1/+CONTENTS "
	where /opt//pkg/ /opt/pkg/.
	atf_check_equal "$where" "./opt/pkg/pkgdb/a-1/+CONTENTS ./opt/pkg/x "
	where / /usr/pkg
	atf_check_equal "$where" "./usr/pkg/pkgdb/a-1/+CONTENTS ./x "
	# Without LOCALBASE, and without the whole file.
	cd p || atf_fail "no p"
	sed -i /LOCALBASE/d +BUILD_INFO
	printf '%s\n' +CONTENTS +BUILD_INFO x | pack b.tgz
	printf '%s\n' +CONTENTS x | pack c.tgz
	# What describes it and nothing else; something of it comes late.
	printf '%s\n' +CONTENTS | pack d.tgz
	printf '%s\n' +CONTENTS x +DESC | pack e.tgz
	cd ..
	for _f in b c d e; do
		untar -C stage $_f.tgz
		[ -f stage/usr/pkg/pkgdb/a-1/+CONTENTS ] ||
		    atf_fail "$_f.tgz: +CONTENTS is not in its place"
	done
	[ -f stage/usr/pkg/pkgdb/a-1/+DESC ] || atf_fail "+DESC got lost"
}

atf_test_case owners
owners_head()
{
	atf_set descr "root and wheel go by name, others by number"
	atf_set require.progs "bsdtar"
}
owners_body()
{
	mkdir p
	cd p || atf_fail "no p"
	echo x >x
	{ describe a-1; echo x; } >../names
	pack a.tgz --uid 501 --gid 80 <../names
	pack b.tgz --uid 501 --gid 80 --uname www --gname www <../names
	cd ..
	untar -C stage a.tgz
	atf_check -o match:'uid=0 gid=0' grep 'pkg/x ' stage/METALOG
	untar -C stage b.tgz
	atf_check -o match:'uid=501 gid=80' grep 'pkg/x ' stage/METALOG
	# What describes it is root's, as pkg_add leaves it.
	atf_check -o match:'uid=0 gid=0' grep '+DESC ' stage/METALOG
}

# unpack IMAGE: into ./out
unpack()
{
	rm -rf out
	mkdir out
	"$NB_BIN/nb-mkfs" -x -o tar "$1" >.out.tar &&
	    bsdtar -xof .out.tar -C out || atf_fail "$1 was not read"
}

atf_test_case several
several_head()
{
	atf_set descr "packages over sets and one another: the later one wins"
	atf_set require.progs "bsdtar"
}
several_body()
{
	greet
	mkdir -p two/bin two/share/greet/plugins set/usr/pkg/lib
	(
		cd two
		echo two >bin/hello
		ln -s greet bin/bonjour
		{ describe two-2.0nb1; files; } | pack two.tgz
		cd ../set
		echo set >usr/pkg/lib/libgreet.so.1.0
		chmod 700 usr/pkg
		printf '%s\n' usr usr/pkg usr/pkg/lib/libgreet.so.1.0 |
		    pack set.tgz
	) || atf_fail "not packed"
	for type in $types; do
		mkfs -n -t $type x.img set.tgz greet-1.0.tgz two.tgz
		unpack x.img
		atf_check cmp two/bin/hello out/usr/pkg/bin/hello
		atf_check cmp greet/bin/greet out/usr/pkg/bin/greet
		atf_check cmp greet/lib/libgreet.so.1.0 \
		    out/usr/pkg/lib/libgreet.so.1.0
		atf_check -o inline:'greet-1.0\ntwo-2.0nb1\n' \
		    ls out/usr/pkg/pkgdb
		# The set's own attributes count more than a package's folders.
		atf_check -o match:'mode=0700' -x \
		    "$NB_BIN/nb-mkfs -l -o mtree x.img | grep 'usr/pkg '"
	done
	# The file that a further name of greet's stands for is replaced.
	echo other >other
	echo './usr/pkg/bin/greet type=file contents=other' >o.mtree
	mkfs -n -t ext2 x.img greet-1.0.tgz o.mtree
	unpack x.img
	atf_check cmp other out/usr/pkg/bin/greet
	atf_check cmp greet/bin/greet out/usr/pkg/bin/hello
}

atf_test_case pattern
pattern_head()
{
	atf_set descr "a pattern goes by the names in the image"
	atf_set require.progs "bsdtar"
}
pattern_body()
{
	greet
	# holds PATTERN NAMES: these files and links
	holds()
	{
		untar -C stage "greet-1.0.tgz:$1"
		shift
		(cd stage && find . ! -type d ! -name METALOG) |
		    LC_ALL=C sort >got
		printf './usr/pkg/%s\n' "$@" >want
		atf_check diff want got
	}
	holds /usr/pkg/bin bin/greet bin/hello
	holds 'usr/pkg/lib/*.so' lib/libgreet.so
	holds 'usr/pkg/pkgdb/*/+DE*' pkgdb/greet-1.0/+DEINSTALL \
	    pkgdb/greet-1.0/+DESC
	# The archive has its content under another name: it is read twice.
	holds usr/pkg/bin/hello bin/hello
	atf_check cmp greet/bin/greet stage/usr/pkg/bin/hello
	holds usr/pkg/share share/greet/empty
	[ -d stage/usr/pkg/share/greet/plugins ] || atf_fail "no plugins"
	rm -r stage
	for _p in bin/greet +DESC; do
		fails "greet-1.0.tgz: nothing in it is called $_p" \
		    "greet-1.0.tgz:$_p"
	done
}

# bad TEXT CONTENTS-LINE ...: such a +CONTENTS is refused, with the text
bad()
{
	_bad=$1
	shift
	(cd p && printf '%s\n' "$@" >+CONTENTS &&
	    printf '%s\n' +CONTENTS +BUILD_INFO x | pack a.tgz)
	fails "a.tgz: $_bad" a.tgz
}

atf_test_case malformed
malformed_head()
{
	atf_set descr "what pkg_create does not make is refused by name"
	atf_set require.progs "bsdtar"
	atf_set timeout 600
}
malformed_body()
{
	mkdir p
	(cd p && echo x >x && describe a-1 >/dev/null)
	no='in its +CONTENTS: not made by pkg_create'
	bad "no \"@name \" $no" '@cwd /usr/pkg' x
	bad "no \"@name \" $no" ''
	bad "no \"@cwd \" $no" '@name a-1' x
	bad "no \"@name \" $no" '@cwd /usr/pkg' @name @names '@nameless a-1'
	for _n in . .. a/b ../a /a; do
		bad "@name $_n: is no package's name" "@name  $_n" '@cwd /usr'
	done
	_n=$(printf '%0256d' 0)
	bad "@name $_n: is no package's name" "@name $_n " '@cwd /usr'
	_n=$(printf '%0300d' 0)
	for _i in 1 2 3 4; do
		_n=$_n/$_n
	done
	bad "@name $(printf '%060d' 0)...: over 4095 bytes" "@name $_n" \
	    '@cwd /usr/pkg'
	for _n in . .. usr/pkg ../etc; do
		bad "@cwd $_n: has to be an absolute name" '@name a-1' \
		    "@cwd $_n" '@cwd /usr/pkg'
	done
	bad 'usr/../..: ".." refused' '@name a-1' '@cwd /usr/../..'
	bad '../../etc: ".." refused' '@name a-1' '@cwd /usr/pkg' \
	    '@pkgdir ../../etc'
}

# packed TEXT NAMES ...: the folder p, so packed, is refused with the text
packed()
{
	_bad=$1
	shift
	(cd p && printf '%s\n' "$@" | pack a.tgz -P)
	fails "a.tgz: $_bad" a.tgz
}

atf_test_case odd
odd_head()
{
	atf_set descr "so is what describes a package and cannot"
	atf_set require.progs "bsdtar ar"
	atf_set timeout 600
}
odd_body()
{
	mkdir p
	(cd p && echo x >x && describe a-1 >/dev/null && ln -s x +LINK &&
	    mkdir +DIR && ln +DESC +HARD && ln +COMMENT hard)
	plain='describes a package, and is no plain file'
	packed "+LINK: $plain" +CONTENTS +LINK x
	packed "+DIR: $plain" +CONTENTS +DIR x
	packed "+HARD: $plain" +CONTENTS +DESC +HARD x
	packed '+INSTALL: there twice' +CONTENTS +INSTALL +COMMENT \
	    ./+INSTALL x
	packed '../p/x: ".." refused' +CONTENTS ../p/x
	packed "$PWD/p/x: absolute name refused" +CONTENTS "$PWD/p/x"
	# A link to what describes the package is none to x.
	printf '%s\n' +CONTENTS +COMMENT hard >names
	(cd p && pack a.tgz <../names)
	untar -C stage a.tgz
	atf_check cmp p/+COMMENT stage/usr/pkg/hard
	rm -r stage

	cp p/+CONTENTS text
	printf 'a\0b' >>p/+CONTENTS
	packed '+CONTENTS: is no text' +CONTENTS x
	cp text p/+CONTENTS
	printf '\0' >p/+BUILD_INFO
	packed '+BUILD_INFO: is no text' +CONTENTS +BUILD_INFO x
	for _l in usr/pkg ''; do
		echo "LOCALBASE=$_l" >p/+BUILD_INFO
		packed "LOCALBASE=$_l: has to be an absolute name" \
		    +CONTENTS +BUILD_INFO x
	done
	rm p/+BUILD_INFO

	# Held in memory, but not all that someone may think of.
	_i=1
	much='over 64 MB or 100 files to describe a package: not made by pkg_create'
	echo +CONTENTS >many
	while [ $_i -le 100 ]; do
		: >p/+$_i
		echo +$_i >>many
		_i=$((_i + 1))
	done
	(cd p && pack a.tgz <../many)
	fails "a.tgz: +100: $much" a.tgz
	head -n 100 many >names
	(cd p && pack a.tgz <../names)
	mkfs -n -t ext2 x.img a.tgz
	rm x.img
	truncate -s 64m p/+BIG
	packed "+BIG: $much" +CONTENTS +BIG x

	# Signed: the package is in an ar archive.
	(cd p && { echo +CONTENTS; echo x; } | pack a.tgz)
	echo hash >+PKG_HASH
	ar rc signed.tgz +PKG_HASH a.tgz
	fails "signed.tgz: an ar archive (a signed package?): unpack it and name the .tgz that is in it" \
	    signed.tgz
}

atf_test_case truncated
truncated_head()
{
	atf_set descr "a package that was cut off anywhere leaves nothing"
	atf_set require.progs "bsdtar"
	atf_set timeout 900
}
truncated_body()
{
	greet
	gzip -dc greet-1.0.tgz >greet.tar
	# Behind its last file a plain tar cannot be told from a whole one.
	for _f in greet-1.0.tgz greet.tar; do
		_size=$(wc -c <$_f)
		[ $_f = greet-1.0.tgz ] || _size=14000
		_at=1
		while [ $_at -lt "$_size" ]; do
			head -c $_at $_f >cut.tgz
			if "$NB_BIN/nb-mkfs" -n x.img cut.tgz 2>said; then
				[ $_f = greet.tar ] && [ $((_at % 512)) -eq 0 ] ||
				    atf_fail "$_f cut off at $_at was taken"
				rm x.img
			fi
			[ "$(wc -l <said)" -le 1 ] || atf_fail "$(cat said)"
			for _l in x.img*; do
				[ ! -e "$_l" ] || atf_fail "$_l is left"
			done
			_at=$((_at + _size / 60 + 1))
		done
	done
}

atf_init_test_cases()
{
	atf_add_test_case placed
	atf_add_test_case any_archive
	atf_add_test_case places
	atf_add_test_case owners
	atf_add_test_case several
	atf_add_test_case pattern
	atf_add_test_case malformed
	atf_add_test_case odd
	atf_add_test_case truncated
}
