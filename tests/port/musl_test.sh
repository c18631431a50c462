#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# musl_test: the library, nb-mkfs and nb-untar with musl: they compile without
# a warning, and what they do without libarchive they do as the host's own.
#
# Debian has no libarchive for musl, so noarchive.c stands in its place: what
# musl's libc has part in is shown for folders, METALOGs, plain tar files,
# images as layers, what is read of images, and stages; nothing is shown for
# other archives, which are refused, nor for nb-untar as tar(1). SHA-2 and
# CRC-32 are of Debian's libmd.a and libz.a, whose members for these ask libc
# for little more than memcpy(3).
# shellcheck source=tests/port/port.subr
. "$(atf_get_srcdir)/port.subr"
# shellcheck source=tests/mkfs/case.subr
. "$(atf_get_srcdir)/../mkfs/case.subr"

# headers: what is not musl's own, in include
headers()
{
	mkdir include
	for h in archive.h archive_entry.h zlib.h zconf.h sha2.h \
	    linux asm asm-generic; do
		f=$(find /usr/include -maxdepth 2 -name $h | head -1)
		ln -s "${f:?$h}" include/
	done
}

# objects FOLDER FILE ...: compiled there
objects()
{
	mkdir "$1"
	cd "$1" || exit
	shift
	# shellcheck disable=SC2086 # several words each
	musl-gcc -std=c11 -pedantic -Werror -O0 $WARNS $DEFINES \
	    -I"$NB_TOP/tools/lib" -I"$NB_TOP/tools/nb-mkfs" \
	    -I"$NB_TOP/tools/nb-untar" -idirafter ../include -c "$@" ||
	    atf_fail "it does not compile"
	cd ..
}

# static NAME OBJECT ...: a program; what noarchive.c has not ends it
static()
{
	_name=$1
	shift
	nm "$@" | awk '
	$1 == "U"	{ want[$2] = 1 }
	NF == 3		{ have[$3] = 1 }
	END {
		for (s in want)
			if (!(s in have) && s ~ /^(archive_|gz)/)
				print "-Wl,--defsym=" s "=noarchive"
	}' >absent
	# shellcheck disable=SC2046 # names without blanks
	musl-gcc -static $(cat absent) -o "bin/$_name" "$@" \
	    "$(${CC:-cc} -print-file-name=libmd.a)" \
	    "$(${CC:-cc} -print-file-name=libz.a)" -lpthread ||
	    atf_fail "$_name does not link"
}

# What there is of a stage, out.
said='cat out/METALOG; find out | sort; 
find out -type f -exec sha256sum {} + | sort'

# plain_tar: t.tar, of what ustar and pax have, by lib/tarfile.c alone
plain_tar()
{
	mkdir -p d/sub
	for n in 0 1 511 512 513 65536 300001; do
		yes "$n" | head -c "$n" >d/f"$n"
	done
	ln d/f513 d/sub/link
	ln -s f0 d/sub/symlink
	mkfifo d/p
	for format in ustar pax gnutar; do
		find d -exec touch -h -d '2001-02-03T04:05:06Z' {} +
		bsdtar --format $format --uid 7 --gid 8 -cf $format.tar d
		same "nb-mkfs -q -t ffs2 x.img $format.tar && sha256sum x.img"
		same "rm -rf out; nb-untar -q -C out $format.tar; $said"
		# What has no room in ustar's own header.
		ln -sf "$(printf '%0150d' 7)" d/sub/long
		: >"d/$(printf '%0200d' 1)"
	done
}

# refused: what is no plain tar file, by name and with nothing left behind
refused()
{
	bsdtar -czf t.tgz d
	bsdtar -cf t.zip --format zip d
	for f in t.tgz t.zip; do
		atf_check -s exit:1 -e inline:"nb-mkfs: $f: cannot be read as \
an archive: no archives in this build
" bin/nb-mkfs -q -s 9m -t ffs no.img $f
		[ ! -e no.img ] || atf_fail "$f: an image"
	done
	atf_check -s exit:1 -o empty -e inline:"nb-mkfs: standard output: no \
archives in this build
" bin/nb-mkfs -x -o tar ffs.img
}

t works "what needs no libarchive, as everywhere"
works_body()
{
	need_progs musl-gcc
	headers
	objects lib "$NB_TOP"/tools/lib/*.c "$NB_TOP/tests/port/noarchive.c"
	objects mkfs "$NB_TOP"/tools/nb-mkfs/*.c "$NB_TOP"/tools/nb-mkfs/*/*.c
	objects untar "$NB_TOP"/tools/nb-untar/*.c
	mkdir bin
	static nb-mkfs mkfs/*.o lib/*.o
	static nb-untar untar/*.o lib/*.o
	! grep -q ld-linux bin/nb-mkfs || atf_fail "it is not musl's"
	golden_sums empty kinds many folder inodes
	plain_tar
	random_tree 7
	read_images t.tar
	same "rm -rf out; nb-mkfs -q -x -C out ext2.img; $said"
	refused
}
