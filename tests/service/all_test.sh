#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# all_test: every service there is builds for every architecture, and its image
# has what expected/ says, and no more. After a change that is meant to be, make
# these files anew: tests/service/expect [NAME ...]

. "$(atf_get_srcdir)/../helpers.sh"
. "$(atf_get_srcdir)/listing.subr"

# world ARCH: servers, the project, and a kernel
world() {
	project_up "$1"
	atf_check -o ignore -e ignore ./rules p ARCH="$1" kernfetch
}

# as_expected ARCH SERVICE
as_expected() {
	want=$(atf_get_srcdir)/expected/$2.mtree
	[ -f "$want" ] ||
	    atf_fail "there is no $want: tests/service/expect $2 makes it"
	grep -v '^#' "$want" >want
	added "$1" "$2" >got || atf_fail "$2: its image cannot be read"
	diff -u want got >differs || {
		cat differs
		atf_fail "$2: its image is not what expected/$2.mtree says"
	}
}

# own_files ARCH SERVICE: what its folder brings is in the image as it is
own_files() {
	rm -rf etc
	"$NB_BIN/nb-mkfs" -x -q -C etc "p/images/$2-$1.img:/etc/" || atf_fail "$2"
	(cd "p/service/$2/etc" && find . -type f) >files
	while read -r file; do
		atf_check cmp "p/service/$2/etc/$file" "etc/etc/$file"
	done <files
	atf_check -o match:"^NAME=$2root / (ext2fs|ffs) r[ow][a-z,]* 1 1\$" \
	    cat etc/etc/fstab
}

# starts ARCH SERVICE: its conf, if it has one, is one that nb-start takes
starts() {
	[ -f "p/etc/$2.conf" ] || return 0
	case $2 in live)	return 0 ;; esac
	(cd p && ARCH=$1 QEMU=/bin/true "$NB_BIN/nb-start" -v -f "etc/$2.conf") \
	    >started 2>&1 || {
		cat started
		atf_fail "etc/$2.conf"
	}
	grep -q "images/$2-$1.img" started || atf_fail "etc/$2.conf: which image?"
}

# minimised ARCH SERVICE: one that is so by its options.mk has less of its sets,
# and all that is its own
minimised() {
	[ "$(./rules p ARCH="$1" SERVICE="$2" -V MINIMIZE)" != n ] || return 0
	made "$1" "$2" || {
		cat made.log
		atf_fail "$2: not built for $1 as it is"
	}
	content "p/images/$2-$1.img" | sed 's/ .*//' | LC_ALL=C sort >names
	sed 's/ .*//' want | LC_ALL=C sort | LC_ALL=C comm -23 - names >lost
	[ ! -s lost ] || {
		cat lost
		atf_fail "$2: MINIMIZE took what is its own"
	}
	sed 's/ .*//' "$bare" | LC_ALL=C sort | LC_ALL=C comm -23 - names >less
	[ -s less ] || atf_fail "$2: MINIMIZE took nothing"
}

all() {
	world "$1"
	for service in $(services); do
		made "$1" "$service" MINIMIZE=n || {
			cat made.log
			atf_fail "$service: not built for $1"
		}
		# a second time there is nothing to do, and one line to say so
		made "$1" "$service" MINIMIZE=n || atf_fail "$service: again"
		atf_check -o match:' is up to date' cat made.log
		atf_check -o inline:'1\n' sh -c 'wc -l <made.log | tr -d " "'
		as_expected "$1" "$service"
		own_files "$1" "$service"
		starts "$1" "$service"
		minimised "$1" "$service"
		rm "p/images/$service-$1.img"
	done
}

mirror_case amd64 "every service for amd64"
amd64_body() { all amd64; }

mirror_case i386 "every service for i386"
i386_body() { all i386; }

mirror_case aarch64 "every service for evbarm-aarch64"
aarch64_body() { all evbarm-aarch64; }

atf_test_case first_line
first_line_head() {
	atf_set descr "options.mk says first what a service is; rc is executable"
}
first_line_body() {
	for s in $(services); do
		f=$NB_TOP/service/$s
		head -n 1 "$f/options.mk" | grep -q "^# $s: .*\.\$" ||
		    atf_fail "$s: options.mk does not begin with \"# $s: ….\""
		[ ! -f "$f/etc/rc" ] || [ -x "$f/etc/rc" ] ||
		    atf_fail "$s: etc/rc is not executable"
	done
}

atf_test_case expected
expected_head() {
	atf_set descr "expected/ has no file of a service that is no more"
}
expected_body() {
	for f in "$(atf_get_srcdir)"/expected/*.mtree; do
		s=${f##*/}
		[ -d "$NB_TOP/service/${s%.mtree}" ] || atf_fail "$s: left over"
	done
}

atf_init_test_cases() {
	atf_add_test_case first_line
	atf_add_test_case expected
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
