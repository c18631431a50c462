#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# cache_test: archives that are unpacked once for all images (NB_CACHE).

export SOURCE_DATE_EPOCH=1700000000

. "$(atf_get_srcdir)/case.subr"

# noise FILE: what compresses little
noise()
{
	head -c 400000 /dev/urandom >"$1"
}

# mkfs OUT LAYER ...: images differ by their names, so it has one for all
mkfs()
{
	_out=$1
	shift
	"$NB_BIN/nb-mkfs" -n -s 8m -t ext2 x.img "$@" || atf_fail "nb-mkfs $*"
	mv x.img "$_out"
}

# same A B
same()
{
	cmp "$1" "$2" || atf_fail "$1 and $2 differ"
}

t every_compression "the image is the same, at once and later" \
	"tar gzip bzip2 xz zstd"
every_compression_body()
{
	mkdir s small
	noise s/a
	echo small >small/b
	tar -C s -cf x.tar .
	tar -C small -czf small.tgz .
	gzip -nk x.tar
	bzip2 -k x.tar
	xz -k x.tar
	zstd -q x.tar
	mkfs plain x.tar small.tgz
	for e in gz bz2 xz zst; do
		NB_CACHE=cache mkfs first x.tar.$e small.tgz
		same plain first
		NB_CACHE=cache mkfs again x.tar.$e small.tgz
		same plain again
		cmp x.tar cache/x.tar.$e.*.tar || atf_fail "$e: not unpacked"
	done
	# What is small, and what is not compressed, is left alone.
	NB_CACHE=cache mkfs first x.tar small.tgz
	[ "$(ls cache | wc -l)" -eq 4 ] || atf_fail "$(ls cache)"
	# With no size, an archive is looked at twice.
	rm -r cache
	NB_CACHE=cache "$NB_BIN/nb-mkfs" -n -t ext2 x.img x.tar.xz x.tar.gz
	mv x.img first
	"$NB_BIN/nb-mkfs" -n -t ext2 x.img x.tar
	same first x.img
}

t used "what was unpacked is what is read" "tar xz"
used_body()
{
	mkdir s other
	noise s/a
	tar -C s -cJf x.txz .
	NB_CACHE=cache mkfs first x.txz
	# Something else in its place, to see that it is what is read.
	noise other/a
	tar -C other -cf other.tar .
	cp other.tar cache/x.txz.*.tar
	mkfs plain other.tar
	NB_CACHE=cache mkfs again x.txz
	same plain again
	NB_CACHE=cache "$NB_BIN/nb-untar" -C stage x.txz ||
		atf_fail "nb-untar"
	cmp other/a stage/a || atf_fail "nb-untar did not use it"
}

t touched "other content with the times of before is unpacked again" "tar xz"
touched_body()
{
	mkdir s
	noise s/a
	tar -C s -cJf x.txz .
	NB_CACHE=cache mkfs first x.txz
	touch -r x.txz time
	dd if=/dev/zero of=x.txz bs=1 seek=1000 count=9 conv=notrunc status=none
	touch -r time x.txz
	NB_CACHE=cache "$NB_BIN/nb-mkfs" -n -s 8m x.img x.txz 2>/dev/null &&
		atf_fail "what is damaged now was taken from the cache"
	:
}

t changed "another archive by that name takes its place" "tar xz"
changed_body()
{
	mkdir s
	noise s/a
	tar -C s -cJf x.txz .
	NB_CACHE=cache mkfs first x.txz
	noise s/b
	tar -C s -cJf y.txz .
	mv y.txz x.txz
	NB_CACHE=cache mkfs again x.txz
	mkfs plain x.txz
	same plain again
	[ "$(ls cache | wc -l)" -eq 1 ] || atf_fail "$(ls cache)"
}

t useless "a folder that cannot be used is not missed" "tar xz"
useless_body()
{
	mkdir s
	noise s/a
	tar -C s -cJf x.txz .
	mkfs plain x.txz
	for d in no/such/folder x.txz /dev/null /proc; do
		NB_CACHE=$d atf_check "$NB_BIN/nb-mkfs" -n -s 8m -t ext2 \
		    x.img x.txz
		same plain x.img
	done
}

t damaged "a damaged archive is refused as without, and not kept" "tar xz gzip"
damaged_body()
{
	mkdir s
	noise s/a
	tar -C s -cJf x.txz .
	tar -C s -czf x.tgz .
	for f in x.txz x.tgz; do
		head -c 300000 $f >cut.$f
		"$NB_BIN/nb-mkfs" -n -s 8m x.img cut.$f 2>want &&
			atf_fail "taken"
		NB_CACHE=cache atf_check -s exit:1 -e file:want \
		    "$NB_BIN/nb-mkfs" -n -s 8m x.img cut.$f
		[ -z "$(ls cache)" ] || atf_fail "$(ls cache)"
	done
}

t bomb "what grows beyond measure is not kept" "tar xz truncate"
bomb_body()
{
	mkdir s
	noise s/a
	truncate -s 60m s/b
	tar -C s -cJf x.txz .
	NB_CACHE=cache "$NB_BIN/nb-mkfs" -n -s 100m x.img x.txz ||
		atf_fail "nb-mkfs"
	[ -z "$(ls cache)" ] || atf_fail "$(ls cache)"
}

t room "a gigabyte is left to others, also where an archive grows" \
	"tar gzip unshare"
room_body()
{
	mkdir s mnt
	unshare -rm sh -c 'mount -t tmpfs none mnt' 2>/dev/null ||
	    atf_skip "no mount in a user namespace here"
	# 64 times its size is 64 MB and more, eight times is there.
	head -c 1000000 /dev/urandom >s/a
	truncate -s 50m s/b
	tar -C s -czf x.tgz .
	unshare -rm sh -c "
		mount -t tmpfs -o size=1060m none mnt || exit 9
		NB_CACHE=mnt '$NB_BIN/nb-mkfs' -n -s 100m x.img x.tgz ||
		    exit 8
		ls mnt >left" || atf_fail "status $?"
	atf_check cat left
}

t many "more archives than threads, in the right order" "tar gzip"
many_body()
{
	words=
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		mkdir s$i
		noise s$i/f$i
		noise s$i/all
		tar -C s$i -czf $i.tgz .
		words="$words $i.tgz"
	done
	# shellcheck disable=SC2086 # a list of words
	mkfs plain $words
	# shellcheck disable=SC2086
	NB_CACHE=cache mkfs first $words
	same plain first
	[ "$(ls cache | wc -l)" -eq 12 ] || atf_fail "$(ls cache)"
}

t killed "a signal leaves nothing half unpacked" "tar xz"
killed_body()
{
	mkdir s
	head -c 4000000 /dev/urandom >s/a
	for i in 1 2 3; do
		tar -C s -cf - . | xz -0 >$i.txz
	done
	# INT is ignored by what a script starts beside it.
	for s in TERM HUP; do
		for d in 0.02 0.05 0.1; do
			NB_CACHE=cache "$NB_BIN/nb-mkfs" -n -s 100m x.img \
			    1.txz 2.txz 3.txz &
			sleep $d
			kill -$s $! 2>/dev/null
			wait $! 2>/dev/null
			for f in cache/*.part x.img.part; do
				[ ! -e "$f" ] || atf_fail "$s: $f is left"
			done
			rm -rf cache x.img
		done
	done
}
