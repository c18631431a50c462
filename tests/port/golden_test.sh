#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# golden_test: programs for machines with another order of bytes (s390x) or
# with words of 32 bits (i386) write the images that all others write, and
# read them. golden_soak.sh has all inputs, and an optimizer.
# shellcheck source=tests/port/port.subr
. "$(atf_get_srcdir)/port.subr"
# shellcheck source=tests/mkfs/case.subr
. "$(atf_get_srcdir)/../mkfs/case.subr"

# readers: what is read here is what the host reads: images, archives of each
# kind, what was unpacked from them
readers()
{
	random_tree 7
	for how in gz xz bz2; do
		bsdtar -caf "t.tar.$how" @t.tar || atf_fail "t.tar.$how"
	done
	bsdtar -cf t.gnu --format gnutar @t.tar || atf_fail "t.gnu"
	read_images t.tar
	same nb-mkfs -l ffs.img
	for type in ffs ffs2 ext2; do
		same "nb-mkfs -x -o tar $type.img | sha256sum"
	done
	for file in t.tar.gz t.tar.xz t.tar.bz2 t.gnu; do
		same "nb-mkfs -q -t ffs x.img $file && sha256sum x.img"
	done
	same "rm -rf stage; nb-untar -q -C stage t.tar.xz && cat stage/METALOG"
}

t s390x "big-endian: images and what is read of them"
s390x_body()
{
	cross_begin s390x -O0
	cross_prog nb-mkfs
	cross_prog nb-untar
	golden_sums kinds folder layers
	readers
}

t i386 "32 bits: images, what is read of them, and times"
i386_body()
{
	cross_begin i386 -O0
	cross_prog nb-mkfs
	cross_prog nb-untar
	golden_sums kinds folder layers
	readers
	# A time that the system has no number for is not another time.
	mkdir d
	: >d/f
	touch -d '2100-01-01T00:00:00Z' d/f
	bsdtar -cf late.tar -C d f
	atf_check -s exit:1 -o empty -e inline:"nb-mkfs: late.tar: f: of a \
time that this system has no number for
" bin/nb-mkfs -q -s 2m -t ffs x.img late.tar
	# An mtree file is not libarchive's.
	printf '#mtree 2.0\n. type=dir mode=0755 uid=0 gid=0 time=4102444800.0\n' \
	    >late.mtree
	same "nb-mkfs -q -s 2m -t ffs2 x.img late.mtree && sha256sum x.img"
	same nb-mkfs -l x.img

	# A libarchive with another time_t is told of.
	(cd obj && $cc -D_TIME_BITS=64 -c "$NB_TOP/tools/lib/reader.c") ||
	    atf_fail "reader.c"
	cross_link nb-mkfs obj.nb-mkfs/*.o
	atf_check -s exit:1 -o empty -e inline:"nb-mkfs: libarchive was built \
with another time_t: compile this program with the same _TIME_BITS
" bin/nb-mkfs -q -s 2m -t ffs x.img t.tar
}
