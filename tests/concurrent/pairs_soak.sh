#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# pairs_soak.sh: two makes at once, PAIRS times (20; PAIRS_BUILD, 4, with a
# builder VM), the second up to a third of a second behind the first: both end
# well and leave what one alone would.

. "$(atf_get_srcdir)/../helpers.sh"

# pair PREPARE ONE TWO CHECK: shell commands; what they say is in a and b.
pair() {
	for round in $(seq "${PAIRS:-20}"); do
		eval "$1"
		delay=$(printf '0.%03d' $(($(random) % 330)))
		(eval "$2") >a 2>&1 &
		one=$!
		(sleep "$delay"; eval "$3") >b 2>&1 &
		two=$!
		for pid in $one $two; do
			wait $pid || {
				cat a b
				atf_fail "round $round, $delay s behind"
			}
		done
		eval "$4"
		atf_check find p \( -name '*.part' -o -name '*.new' -o \
		    -name 'vm.*' -o -name stage \)
	done
}

no_image='rm -rf p/images/* p/images/.work'
no_download='rm -rf p/images/* p/images/.work p/sets/* p/kernels/* p/pkgs/* p/pkgs/.plan'

# alone SERVICE [VARIABLE ...]: what a build by itself makes, as a sum
alone() {
	eval "$no_image"
	_s=$1
	shift
	./rules p ARCH=amd64 "SERVICE=$_s" "$@" base >alone 2>&1 ||
	    cat alone >&2
	cksum <"p/images/$_s-amd64.img"
}

# is SERVICE SUM [SUM]: the image is one of these
is() {
	sum=$(cksum <"p/images/$1-amd64.img")
	[ "$sum" = "$2" ] || [ "$sum" = "${3-$2}" ] || atf_fail "$1: another image"
}

one_image() {
	sum=$(alone "$@")
	[ -n "$sum" ] || atf_fail "no image"
	words="ARCH=amd64 SERVICE=$*"
	pair "$no_image" "./rules p $words base" "./rules p $words base" \
	    "is ${1} '$sum'"
}

mirror_case same "one image, the same variables"
same_body() {
	project_up amd64
	one_image hello
}

mirror_case scripts "one image with scripts, that run on a stage"
scripts_body() {
	project_up amd64
	mkdir p/service/hello/postinst
	echo 'echo made >etc/made; chown 7:8 etc/made' \
	    >p/service/hello/postinst/1.sh
	one_image hello
}

mirror_case variables "one image, other variables: that of the last, and known as such"
variables_body() {
	project_up amd64
	small=$(alone hello IMGSIZE=20)
	large=$(alone hello IMGSIZE=30)
	pair "$no_image" "./rules p ARCH=amd64 SERVICE=hello IMGSIZE=20 base" \
	    "./rules p ARCH=amd64 SERVICE=hello IMGSIZE=30 base" \
	    'is hello "$small" "$large"
	    [ "$(ls p/images/.work/hello-amd64 | wc -l)" -eq 1 ] ||
		atf_fail "two stamps"
	    ./rules p ARCH=amd64 SERVICE=hello IMGSIZE=20 base >c 2>&1
	    is hello "$small"'
}

mirror_case shared "two services from empty, with packages"
shared_body() {
	project_up amd64
	a=$(alone hello ADDPKGS=greet)
	b=$(alone base ADDPKGS=greet)
	pair "$no_download" \
	    "./rules p ARCH=amd64 SERVICE=hello ADDPKGS=greet base kernfetch" \
	    "./rules p ARCH=amd64 SERVICE=base ADDPKGS=greet base kernfetch" \
	    'is hello "$a"; is base "$b"'
}

mirror_case lock "one lock, written twice"
lock_body() {
	project_up amd64
	atf_check -o ignore -e ignore ./rules p ARCH=amd64 SERVICE=hello lock
	cp p/service/hello/lock lock.alone
	pair "$no_image; rm -f p/service/hello/lock" \
	    "./rules p ARCH=amd64 SERVICE=hello lock" \
	    "./rules p ARCH=amd64 SERVICE=hello lock" \
	    'cmp lock.alone p/service/hello/lock || atf_fail "another lock"'
}

mirror_case goals "bmake -j4 with several goals, twice"
goals_body() {
	project_up amd64
	sum=$(alone hello)
	pair "$no_download" \
	    "./rules p -j4 ARCH=amd64 SERVICE=hello base kernfetch setfetch" \
	    "./rules p -j4 ARCH=amd64 SERVICE=hello fetchall base" \
	    'is hello "$sum"'
}

mirror_case clean "clean beside a build: refused, or the build is of afterwards"
clean_body() {
	project_up amd64
	sum=$(alone hello)
	pair "$no_image" "./rules p ARCH=amd64 SERVICE=hello base" \
	    './rules p ARCH=amd64 clean || grep -q "nb-hold: images/.lock: process" b' \
	    '[ ! -e p/images/hello-amd64.img ] || is hello "$sum"
	    ./rules p ARCH=amd64 SERVICE=hello base >c 2>&1 || atf_fail "after"
	    is hello "$sum"'
}

mirror_case killed "the first is killed by SIGKILL: the second waits no longer"
killed_body() {
	project_up amd64
	sum=$(alone hello)
	pair "$no_image" \
	    './rules p ARCH=amd64 SERVICE=hello base & sleep 0.$(($(random) % 4)); kill -9 $!; wait $! || :' \
	    "./rules p ARCH=amd64 SERVICE=hello base || ./rules p ARCH=amd64 SERVICE=hello base" \
	    'is hello "$sum"'
}

# builder: hello and base get a script, which a small builder runs; words is
# bmake's
builder() {
	project_up amd64
	printf 'FSTYPE=ext2\nIMGSIZE=60\nADDPKGS=\n' >p/service/build/own.mk
	for _s in hello base; do
		mkdir -p p/service/$_s/postinst
		echo "echo $_s >made; touch -t 202301010000 made ." \
		    >p/service/$_s/postinst/1.sh
	done
	words='ARCH=amd64 FSTYPE=ext2 IMGSIZE=16 MINIMIZE=+2'
	words="$words BUILDMEM=128 BUILDCPUS=1 BUILDTIMEOUT=300"
	for _s in hello base; do
		# shellcheck disable=SC2086 # words
		./rules p $words SERVICE=$_s build >alone 2>&1 ||
		    atf_fail "$(cat alone)"
		eval "sum_$_s=\$(cksum <p/images/$_s-amd64.img)"
	done
	PAIRS=${PAIRS_BUILD:-4}
}

mirror_case builder "one image by a builder VM, which both want made"
builder_body() {
	builder
	pair "$no_image" "./rules p $words SERVICE=hello build" \
	    "./rules p $words SERVICE=hello build" 'is hello "$sum_hello"'
}

mirror_case builders "two images by a builder VM, which both want made"
builders_body() {
	builder
	pair "$no_image" "./rules p $words SERVICE=hello build" \
	    "./rules p $words SERVICE=base build" \
	    'is hello "$sum_hello"; is base "$sum_base"'
}

for c in $cases; do
	eval "${c}_head() {
		atf_set descr 'two makes at once: $c'
		atf_set require.progs 'lighttpd bsdtar'
		atf_set timeout 3600
	}"
done

atf_test_case tools cleanup
tools_head() {
	atf_set descr "the programs are compiled by two at once, from nothing"
	atf_set timeout 1800
}
tools_body() {
	mkdir p
	(cd "$NB_TOP" && tar -cf - --exclude tools/obj --exclude tools/bin \
	    Makefile mk service etc tools) | (cd p && tar -xf -)
	mkdir p/images
	for round in 1 2; do
		rm -rf p/tools/obj p/tools/bin
		(cd p && exec "${MAKE:-bmake}" tools) >a 2>&1 &
		one=$!
		sleep "0.$(($(random) % 10))"
		(cd p && exec "${MAKE:-bmake}" tools) >b 2>&1 ||
		    { cat b; atf_fail "the second"; }
		wait $one || { cat a; atf_fail "the first"; }
		# each of them once
		atf_check -o inline:"1\n" sh -c \
		    'cat a b | grep -c "compiling tools/nb-mkfs"'
		atf_check -o not-match:compiling sh -c \
		    "cd p && ${MAKE:-bmake} tools"
		atf_check -o ignore -e ignore -s exit:2 p/tools/bin/nb-mkfs
		atf_check find p/tools/obj p/tools/bin -name '.nb-*' -o \
		    -name 'nb-hold.*'
	done
}
tools_cleanup() { :; }

atf_init_test_cases() {
	for c in $cases; do atf_add_test_case "$c"; done
	atf_add_test_case tools
}
