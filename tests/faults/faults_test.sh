#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# faults_test: what nb-mkfs, nb-untar and nb-fetch leave when a call fails, when
# they are killed, and when a file changes while it is read (see inject).
# NB_SOAK=y: every call of every class, in each way.

. "$(atf_get_srcdir)/faults.subr"

# mkfs TYPE SOURCE: nb-mkfs is made to fail
mkfs()
{
	prepare
	echo 'the old image' >before/x.img
	fails -- "$NB_BIN/nb-mkfs" -n -s 2m -t "$1" x.img "../$2"
}

for t in ffs ffs2 ext2; do
	for s in archive folder; do
		eval "
		atf_test_case ${t}_from_$s
		${t}_from_${s}_head() {
			atf_set descr '$t: a call fails: the old image is left'
			atf_set require.progs perl
			atf_set timeout 3600
		}"
	done
	eval "
	${t}_from_archive_body() { mkfs $t in.tgz; }
	${t}_from_folder_body() { mkfs $t in; }"
done

atf_test_case cache
cache_head() {
	atf_set descr "archives that are unpacked for later, too: the image is as without"
	atf_set require.progs perl
}
cache_body() {
	prepare
	head -c 400000 /dev/urandom >in/noise
	tar -czf noise.tgz -C in .
	echo 'the old image' >before/x.img
	# The folder is there or not, and so is what was unpacked into it; what
	# was half unpacked is not.
	export NB_CACHE=cache
	more='open:EMFILE rename:ENOSPC make:EIO close:EIO' \
	    fails -i '(cache|noise\.tgz\.[^/]*-[0-9a-f]*\.tar)' -- \
	    "$NB_BIN/nb-mkfs" -n -s 4m -t ext2 x.img ../noise.tgz
}

atf_test_case sync
sync_head() {
	atf_set descr "NB_SYNC=y: what cannot be synced is told"
	atf_set require.progs perl
}
sync_body() {
	prepare
	echo 'the old image' >before/x.img
	NB_SYNC=y inject -a fsync:EIO close:EIO rename:EIO -- \
	    "$NB_BIN/nb-mkfs" -n -s 2m x.img ../in
}

atf_test_case stage
stage_head() {
	atf_set descr "nb-untar -C: a call fails: the old stage is left"
	atf_set require.progs perl
	atf_set timeout 3600
}
stage_body() {
	prepare
	mkdir old
	echo old >old/file
	"$NB_BIN/nb-untar" -C before/st old || atf_fail "nb-untar"
	more="read:EIO read:short make:EIO"
	fails -o 'st\.old' -- "$NB_BIN/nb-untar" -C st ../in.tgz ../in
	# what could not be looked into is not somebody else's
	rm -r before/st
	mkdir before/st
	echo '! grep "no stage of nb-untar" ../err' >after
	inject -r ../after open:EMFILE read:EIO $memory -- \
	    "$NB_BIN/nb-untar" -C st ../in
}

atf_test_case tar_x
tar_x_head() {
	atf_set descr "nb-untar x: a call fails: no file is there by half"
	atf_set require.progs perl
	atf_set timeout 3600
}
tar_x_body() {
	prepare
	more="read:EIO read:short make:EIO"
	fails -p -- "$NB_BIN/nb-untar" xf ../in.tgz
}

atf_test_case fetch
fetch_head() {
	atf_set descr "nb-fetch: a call fails: the old file is left"
	atf_set require.progs perl
	atf_set timeout 3600
}
fetch_body() {
	prepare
	echo old >before/f
	# The origin is a hint for the next time. Files are synced, too.
	more="read:EIO read:short fsync:EIO stat:EIO"
	fails -a -i '\.f\.origin' -- "$NB_BIN/nb-fetch" -q -o f \
	    "file://$PWD/in.tgz"
	# Without a thread it is done by the one that there is.
	inject -i '\.f\.origin' thread:EAGAIN thread:EAGAIN:on -- \
	    "$NB_BIN/nb-fetch" -q -s "$(sha256sum in.tgz | cut -d' ' -f1)" \
	    -o f "file://$PWD/in.tgz"
}

atf_test_case killed
killed_head() {
	atf_set descr "after SIGKILL: the old file, a .part, and the next run is whole"
	atf_set require.progs perl
	atf_set timeout 3600
}
killed_body() {
	prepare
	echo 'the old image' >before/x.img
	kills="write:kill rename:kill ftruncate:kill"
	[ "${NB_SOAK-}" != y ] || kills="$kills open:kill close:kill read:kill"
	for t in ffs ext2; do
		inject -l 'x\.img\.part' $kills -- \
		    "$NB_BIN/nb-mkfs" -n -s 2m -t $t x.img ../in
	done
	rm before/x.img
	inject -i '\.f\.origin' -l '(f|\.f\.origin)\.part' $kills -- \
	    "$NB_BIN/nb-fetch" -q -o f "file://$PWD/in.tgz"
	mkdir old
	echo old >old/file
	"$NB_BIN/nb-untar" -C before/st old || atf_fail "nb-untar"
	# A stage steps aside before the new one takes its place.
	inject -l 'st(\.part|\.old)?' $kills make:kill -- \
	    "$NB_BIN/nb-untar" -C st ../in
}

# An error of the host once was a hole in a directory, and what is in there had
# no name.
atf_test_case check
check_head() {
	atf_set descr "nb-mkfs -c: what cannot be read is no damage"
	atf_set require.progs perl
}
check_body() {
	prepare
	echo 'test ! -s ../out' >after	# no fault of the image
	for t in ffs2 ext2; do
		"$NB_BIN/nb-mkfs" -q -n -s 2m -t $t before/x.img in
		inject -O -r ../after open:EIO read:EIO read:short \
		    read:EINTR $memory -- \
		    "$NB_BIN/nb-mkfs" -c x.img
	done
}

# changes TYPE FILE LAYER: the file, of which ./whole is a copy, changes in all
# ways while nb-mkfs reads the layer
changes()
{
	sample=-s
	[ "${NB_SOAK-}" != y ] || sample=
	for how in shrink grow vanish; do
		inject $sample -f "$2" -k "$NB_BIN/nb-mkfs -c -q x.img" \
		    read:$how open:$how -- \
		    "$NB_BIN/nb-mkfs" -n -s 2m -t "$1" x.img "../$3"
	done
}

# changing FILE: it is what changes
changing()
{
	echo 'the old image' >before/x.img
	mv "$1" whole
}

for s in folder archive stage metalog; do
	eval "
	atf_test_case changes_$s
	changes_${s}_head() {
		atf_set descr '$s: a file changes while it is read: as it is, or refused'
		atf_set require.progs perl
		atf_set timeout 3600
	}"
done
changes_folder_body() {
	prepare
	changing in/d/big
	for t in ffs ext2; do
		changes $t in/d/big in
	done
}
changes_archive_body() {
	prepare
	tar -cf in.tar -C in .
	cp in.tgz copy.tgz
	changing in.tar
	changes ffs in.tar in.tar
	mv copy.tgz in.tgz
	changing in.tgz
	changes ext2 in.tgz in.tgz
}
changes_stage_body() {
	prepare
	"$NB_BIN/nb-untar" -C st in.tgz || atf_fail "nb-untar"
	changing st/d/big
	changes ffs2 st/d/big st/METALOG
}
changes_metalog_body() {
	prepare
	"$NB_BIN/nb-untar" -C st in.tgz || atf_fail "nb-untar"
	changing st/METALOG
	changes ffs st/METALOG st/METALOG
}

# full TYPE: no room for that image beside the old one, which is in ./t
full()
{
	cat >script <<-'END'
	mount -t tmpfs -o size=128k tmpfs t || exit 77
	echo 'the old image' >t/x.img
	"$NB_BIN/nb-mkfs" "$@" t/x.img in.tgz >stdout 2>stderr
	echo $? >status
	cat t/x.img >kept
	ls -A t >left
	END
	unshare -rm sh script -s 2m -t "$1" ||
	    atf_skip "no mount in a namespace of one's own"
	refused "No space left on device"
}

# refused WHY: in one line, with exit 1, and the old image is there alone
refused()
{
	atf_check -o inline:"1\n" cat status
	atf_check -o inline:"the old image\n" cat kept
	atf_check -o inline:"x.img\n" cat left
	atf_check -o inline:"nb-mkfs: t/x.img.part: $1\n" cat stderr
}

atf_test_case full_disk
full_disk_head() {
	atf_set descr "a full disk: one line, the old image, nothing else"
	atf_set require.progs unshare
}
full_disk_body() {
	prepare
	mkdir t
	for t in ffs ffs2 ext2; do
		full $t
	done
}

atf_test_case too_large
too_large_head() {
	atf_set descr "a limit on the size of files is an error, not a death"
}
too_large_body() {
	prepare
	mkdir t
	for t in ffs ffs2 ext2; do
		echo 'the old image' >t/x.img
		(
			ulimit -f 100
			"$NB_BIN/nb-mkfs" -s 2m -t $t t/x.img in.tgz 2>stderr
			echo $? >status
		)
		cat t/x.img >kept
		ls -A t >left
		refused "File too large"
	done
}

atf_init_test_cases() {
	for t in ffs ffs2 ext2; do
		atf_add_test_case ${t}_from_archive
		atf_add_test_case ${t}_from_folder
	done
	atf_add_test_case cache
	atf_add_test_case sync
	atf_add_test_case check
	atf_add_test_case stage
	atf_add_test_case tar_x
	atf_add_test_case fetch
	atf_add_test_case killed
	for s in folder archive stage metalog; do
		atf_add_test_case changes_$s
	done
	atf_add_test_case full_disk
	atf_add_test_case too_large
}
