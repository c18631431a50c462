#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# faults_test: what nb-mkfs, nb-untar and nb-fetch leave when a call fails, when
# they are killed, and when a file changes while it is read (see inject).
# NB_SOAK=y: every call of every class, in each way.

# What ./before and ./in have: the old result, and what a new one is made of.
prepare()
{
	fault=$(atf_get_srcdir)/fault.so
	[ -f "$fault" ] || atf_skip "there is no library to preload here"
	export FAULT_LIB="$fault" SOURCE_DATE_EPOCH=1700000000
	# shellcheck disable=SC2086 # CC may be several words
	case ${SANITIZE-},$(${CC:-cc} --version 2>/dev/null) in
	*address*clang*) ;;
	*address*)	# its runtime insists on being first
		FAULT_LIB="$(${CC:-cc} -print-file-name=libasan.so):$fault" ;;
	esac
	umask 022
	mkdir -p before in/d/e
	echo hello >in/d/f
	ln in/d/f in/d/g
	ln -s f in/d/l
	i=0
	while [ $i -lt 5000 ]; do
		echo "line $i of what is in the large file"
		i=$((i + 1))
	done >in/d/big
	for i in 1 2 3; do echo $i >in/d/e/$i; done
	tar -czf in.tgz -C in .
}

# Some or all, as "often" or "rare" says.
often='write:ENOSPC open:EIO rename:EIO ftruncate:ENOSPC'
rare='write:ENOSPC:on write:EIO write:EINTR write:short open:EMFILE
    open:ENOMEM rename:ENOSPC ftruncate:EIO make:ENOSPC make:EIO read:EIO
    read:EINTR read:short close:EIO close:EINTR'
# A sanitizer has a malloc of its own.
case ${SANITIZE-} in *address*)	memory= ;; *) memory=malloc:ENOMEM ;; esac

# inject OPTIONS FAULTS -- COMMAND: it finds nothing
inject()
{
	_out=$("$NB_TOP/tests/faults/inject" "$@" 2>&1) || {
		echo "$_out"
		atf_fail "$*"
	}
	echo "$_out"
}

# fails OPTIONS -- COMMAND: all that may fail does
fails()
{
	_options=
	while [ "$1" != -- ]; do
		_options="$_options $1"
		shift
	done
	# shellcheck disable=SC2086 # lists of words
	if [ "${NB_SOAK-}" = y ]; then
		inject $_options $often $rare $memory ${memory:+$memory:on} "$@"
	else
		inject $_options $often "$@"
		inject -s $_options ${more:-read:EIO read:short} $memory "$@"
	fi
}

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
	more="read:EIO read:short fsync:EIO"
	fails -a -i '\.f\.origin' -- "$NB_BIN/nb-fetch" -q -o f \
	    "file://$PWD/in.tgz"
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

atf_test_case changes
changes_head() {
	atf_set descr "a file that changes while it is read: as it is, or refused"
	atf_set require.progs perl
	atf_set timeout 3600
}
changes_body() {
	prepare
	echo 'the old image' >before/x.img
	mv in/d/big whole
	sample=-s
	[ "${NB_SOAK-}" != y ] || sample=
	for how in shrink grow vanish; do
		for t in ffs ext2; do
			inject $sample -f in/d/big \
			    -k "$NB_BIN/nb-mkfs -c -q x.img" read:$how open:$how -- \
			    "$NB_BIN/nb-mkfs" -n -s 2m -t $t x.img ../in
		done
	done
}

atf_init_test_cases() {
	for t in ffs ffs2 ext2; do
		atf_add_test_case ${t}_from_archive
		atf_add_test_case ${t}_from_folder
	done
	atf_add_test_case sync
	atf_add_test_case stage
	atf_add_test_case tar_x
	atf_add_test_case fetch
	atf_add_test_case killed
	atf_add_test_case changes
}
