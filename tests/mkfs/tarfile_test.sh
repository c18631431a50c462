#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# tarfile_test: tar files that are not compressed, which nb-mkfs and nb-untar
# read by themselves as far as they are plain, and what is damaged in a tar.

export SOURCE_DATE_EPOCH=1700000000

. "$(atf_get_srcdir)/case.subr"

# mkfs OUT LAYER: images differ by their names, so it has one for all
mkfs()
{
	"$NB_BIN/nb-mkfs" -n -s 4m -t ffs2 x.img "$2" || atf_fail "nb-mkfs $2"
	mv x.img "$1"
}

# source_tree: a folder s of many kinds of files
source_tree()
{
	long=$(printf 'l%.0s' $(seq 120))
	mkdir -p s/d/"$long"
	printf hello >s/d/a
	touch -d '2001-02-03 04:05:06.789' s/d/a
	chmod 4711 s/d/a
	ln s/d/a s/d/hard
	ln -s a s/d/sym
	ln -s "$long$long" s/d/longlink
	mkfifo s/d/fifo
	: >s/d/empty
	head -c 700000 /dev/urandom >s/d/large
	truncate -s 300k s/d/sparse
	echo x >>s/d/sparse
	printf 'y' >"s/d/$long/$(printf 'm%.0s' $(seq 110))"
	mkdir "s/d/$(printf 'k%.0s' $(seq 60))"
	: >"s/d/$(printf 'k%.0s' $(seq 60))/$(printf 'j%.0s' $(seq 60))"
	printf u >"$(printf 's/\303\274')"
}

# same FILE: it gives the same image as packed by gzip, which libarchive reads
same()
{
	gzip -nc "$1" >"$1.gz" || atf_fail gzip
	mkfs file.img "$1"
	mkfs stream.img "$1.gz"
	cmp file.img stream.img || atf_fail "$1: differs from $1.gz"
}

t formats "all that tar and bsdtar write is read as libarchive reads it" \
	"tar bsdtar gzip"
formats_body()
{
	source_tree
	for f in gnu oldgnu posix ustar v7; do
		for o in '' -S; do
			case $o$f in
			-Sustar | -Sv7)	continue ;;
			esac
			# Some cannot hold all names, and leave them out.
			tar --format=$f $o -C s -cf $f$o.tar . 2>/dev/null
			same $f$o.tar
		done
	done
	for f in pax paxr gnutar ustar; do
		bsdtar --format=$f -C s -cf b$f.tar . 2>/dev/null
		same b$f.tar
	done
	# Other names, owners beyond seven digits, times before 1970.
	tar --owner=big:3000000 --group=wheel:0 -C s -cf owner.tar .
	same owner.tar
	touch -d 1960-01-01 s/d/empty
	tar --format=posix -C s -cf old.tar .
	same old.tar
	tar --format=posix --pax-option=globexthdr.name=g,mtime:=1 -C s \
	    -cf global.tar .
	same global.tar
	# Devices.
	printf '#mtree\n./c type=char device=netbsd,3,4 mode=0600\n' >c.mtree
	printf './b type=block device=netbsd,300,70000 mode=0600\n' >>c.mtree
	bsdtar --format=ustar -cf device.tar @c.mtree
	same device.tar
	atf_check -o match:'^crw------- .* 3,  *4 .* /c$' \
	    "$NB_BIN/nb-mkfs" -l file.img
}

t concatenated "archives may stand one behind the other" "tar gzip"
concatenated_body()
{
	mkdir s
	echo 1 >s/a
	echo 2 >s/b
	tar -C s -cf a.tar a
	tar -C s -cf b.tar b
	cat a.tar b.tar >c.tar
	same c.tar
	atf_check -o inline:'2\n' "$NB_BIN/nb-mkfs" -x file.img:b
}

t damaged "a damaged header is refused, not passed over with its file" \
	"tar gzip"
damaged_body()
{
	mkdir s
	for i in 1 2 3; do
		seq 300 >s/f$i
	done
	tar -C s -cf whole.tar f1 f2 f3
	cp whole.tar bad.tar
	# That of f2: behind a header and three blocks.
	printf X | dd of=bad.tar bs=1 seek=$((4 * 512 + 100)) conv=notrunc \
	    status=none
	gzip -nk bad.tar
	echo old >x.img
	atf_check -s exit:1 -e match:'^nb-mkfs: bad.tar: cannot be read as an archive: damaged behind byte 2048' \
	    "$NB_BIN/nb-mkfs" -n -s 4m x.img bad.tar
	atf_check -s exit:1 -e match:'^nb-mkfs: bad.tar.gz: cannot be read as an archive: Damaged tar archive' \
	    "$NB_BIN/nb-mkfs" -n -s 4m x.img bad.tar.gz
	for f in bad.tar bad.tar.gz; do
		atf_check -s exit:1 -e match:'cannot be read as an archive' \
		    "$NB_BIN/nb-untar" -C stage $f
	done
	[ "$(cat x.img)" = old ] || atf_fail "the old image is changed"
	[ ! -e stage ] || atf_fail "a stage is left behind"
	# What stands behind the end is no archive.
	cp whole.tar tail.tar
	head -c 1024 /dev/urandom >>tail.tar
	atf_check -s exit:1 -e match:'damaged behind byte' \
	    "$NB_BIN/nb-mkfs" -n -s 4m x.img tail.tar
}

t cut "cut short anywhere: refused, or nothing of it is missing" "tar"
cut_body()
{
	mkdir s
	long=$(printf 'l%.0s' $(seq 120))
	seq 300 >"s/$long"
	seq 400 >s/b
	touch -d '2001-02-03 04:05:06.789' s/*
	for f in gnu posix; do
		tar -b 1 --format=$f -C s -cf whole.tar "$long" b
		mkfs whole.img whole.tar
		size=$(wc -c <whole.tar)
		taken=0
		for n in $(seq 1 171 "$size") $(seq 512 512 "$size"); do
			head -c "$n" whole.tar >cut.tar
			rm -f cut.img
			if "$NB_BIN/nb-mkfs" -n -s 4m -t ffs2 cut.img cut.tar \
			    2>err; then
				# Between entries it may end, as if on purpose.
				[ $((n % 512)) -eq 0 ] || atf_fail "$f $n"
				taken=$((taken + 1))
				continue
			fi
			atf_check -o match:'^nb-mkfs: cut.tar: ' cat err
			[ ! -e cut.img ] || atf_fail "$f $n: an image is left"
		done
		# Behind the first entry and around the two blocks of zeros.
		[ $taken -ge 3 ] && [ $taken -le 4 ] || atf_fail "$f: $taken"
	done
	# What a pattern leaves out has to be there, too.
	head -c $((size - 1024 - 512)) whole.tar >cut.tar
	atf_check -s exit:1 -e match:'^nb-mkfs: cut.tar:.*ends in the middle' \
	    "$NB_BIN/nb-mkfs" -n -s 4m x.img "cut.tar:$long"
}
