#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# metalog_test: a stage's METALOG, as programs read it that we did not write,
# and as a layer again.

# shellcheck disable=SC2015 # atf_fail ends the case: "a && b || fail" is meant
untar="$NB_BIN/nb-untar"

# odd_stage: ./stage with every kind of file, and names that are hard to write
odd_stage() {
	mkdir d d/dir
	for n in plain 'two words' 'hash#' '#hash' 'equal=' 'glob*?[]' \
	    'back\slash' "end\\" '-dash' '/set' "$(printf 'tab\tnl\nbell\a')" \
	    "$(printf 'caf\303\251')" "$(printf 'bad\377\376')" \
	    "quote\"'" '{brace}' '~tilde' 'ü' '\\#' 'x\040y' '!bang' '..two'; do
		n=$(echo "$n" | tr -d /)
		printf '%s' "$n" >"d/$n"
		ln -s -- "$n" "d/dir/$n"
	done
	ln d/plain d/dir/hard
	mkdir 'd/a dir' 'd/a dir/sub#dir'
	echo x >'d/a dir/sub#dir/f'
	cat >extra.mtree <<-'EOF'
	#mtree
	./dev/console type=char device=netbsd,0,0 mode=0600 uid=0 gid=0
	./dev/big type=char device=netbsd,4095,1048575 mode=0600
	./dev/ld0 type=block device=netbsd,19,3 mode=0640 gid=5
	./fifo type=fifo mode=0622 uid=70000 gid=80000
	./su type=file mode=6755 uid=4000000000 gid=4000000001 time=1.000000002 contents=suid
	EOF
	echo suid >suid
	atf_check env SOURCE_DATE_EPOCH=1600000000 "$untar" -C stage d \
	    extra.mtree
}

atf_test_case round_trip
round_trip_head() {
	atf_set descr "stage/METALOG as a layer gives the same stage"
}
round_trip_body() {
	odd_stage
	atf_check "$untar" -C again stage/METALOG
	atf_check cmp stage/METALOG again/METALOG
	# (diff would follow links to nowhere)
	for s in stage again; do
		(cd $s && find . -type f -exec cksum {} + | sort) >$s.sums
		(cd $s && find . -printf '%p %y %l %n %T@\n' | sort) >$s.list
	done
	atf_check cmp stage.sums again.sums
	grep -v '^\./METALOG ' stage.list >left
	grep -v '^\./METALOG ' again.list >right
	atf_check cmp left right
	grep -q ' f .* 2 ' left || atf_fail "no hard links"
}

atf_test_case form
form_head() {
	atf_set descr "METALOG is sorted, complete, and printable ASCII"
}
form_body() {
	odd_stage
	atf_check -s exit:1 env LC_ALL=C grep -n '[^ -~]' stage/METALOG
	atf_check -o inline:'#mtree: a stage of nb-untar\n' \
	    head -n 1 stage/METALOG
	# every file of the stage, and five that cannot be in it
	found=$(find stage ! -name METALOG -printf x | wc -c)
	told=$(grep -vc '^#' stage/METALOG)
	[ "$told" -eq $((found + 4)) ] || atf_fail "$told and $found"
	# parents first
	# shellcheck disable=SC2016 # awk's own $
	atf_check -o empty awk '!/^#/ {
		p = $1
		if (p != "." && !(sub("/[^/]*$", "", p) && p in seen))
			print
		seen[$1]
	}' stage/METALOG
}

atf_test_case mtree
mtree_head() {
	atf_set descr "NetBSD's mtree reads METALOG, and finds the stage so"
	atf_set require.progs "mtree"
}
mtree_body() {
	odd_stage
	mtree -C -f stage/METALOG >out 2>err ||
	    atf_fail "mtree: $(cat err)"
	[ ! -s err ] || atf_fail "mtree: $(cat err)"
	atf_check -o inline:"$(grep -vc '^#' stage/METALOG)\n" \
	    sh -c 'grep -c type= out'
	# what an ordinary user's stage cannot have is left out
	sed -e '/type=char/d; /type=block/d; /type=fifo/d' \
	    -e 's/ uid=[0-9]* gid=[0-9]* mode=[0-7]*//' stage/METALOG >spec
	atf_check mtree -e -f spec -p stage
	# it is really compared
	echo more >>stage/plain
	atf_check -s exit:2 -o match:size mtree -e -f spec -p stage
}

atf_test_case mtree_writes
mtree_writes_head() {
	atf_set descr "what mtree -c writes of a folder is a layer"
	atf_set require.progs "mtree"
}
mtree_writes_body() {
	odd_stage
	rm stage/METALOG
	chmod 751 stage/plain
	# nested folders with /set and ".."; whole names
	(cd stage && mtree -c -k type,mode,size,time,link) >nested
	mtree -C -f nested >whole
	grep -q '^/set' nested && grep -q '^\./dir/hash' whole ||
	    atf_fail "not the forms that were meant"
	(cd stage && find . -type f -exec cksum {} + | sort) >left
	for spec in nested whole; do
		cp $spec stage/x.mtree
		atf_check "$untar" -C again stage/x.mtree
		rm stage/x.mtree
		(cd again && find . -type f ! -name METALOG \
		    -exec cksum {} + | sort) >right
		atf_check cmp left right
		grep -q '^./plain type=file uid=0 gid=0 mode=0751 ' \
		    again/METALOG || atf_fail "no mode"
	done
}

atf_test_case makefs
makefs_head() {
	atf_set descr "makefs -F makes an image of METALOG and stage"
	atf_set require.progs "makefs fls istat icat"
}
makefs_body() {
	odd_stage
	atf_check -o ignore -e ignore makefs -t ffs -o version=1 -s 8m \
	    -F stage/METALOG x.img stage
	fls -f ufs -r -p x.img >list
	grep -q 'two words$' list && grep -q 'dir/hard$' list &&
	    grep -q '^c/c .*dev/big$' list && grep -q '^b/b .*dev/ld0$' list ||
	    atf_fail "names: $(cat list)"
	inode=$(sed -n 's,^r/r \([0-9]*\):.*[[:space:]]su$,\1,p' list)
	istat -f ufs x.img "$inode" >stat
	grep -q 'uid / gid: 4000000000 / 4000000001' stat &&
	    grep -q 'mode: .*rwsr-sr-x' stat || atf_fail "$(cat stat)"
	atf_check -o inline:'suid\n' icat -f ufs x.img "$inode"
}

atf_test_case bsdtar
bsdtar_head() {
	atf_set descr "libarchive packs a stage by its METALOG"
	atf_set require.progs "bsdtar"
}
bsdtar_body() {
	odd_stage
	(cd stage && bsdtar -cf ../x.tar @METALOG) || atf_fail "bsdtar"
	atf_check "$untar" -C again x.tar
	atf_check cmp stage/METALOG again/METALOG
	atf_check -o inline:"$(grep -vc '^#' stage/METALOG)\n" \
	    sh -c 'bsdtar -tf x.tar | wc -l'
}

atf_init_test_cases() {
	atf_add_test_case round_trip
	atf_add_test_case form
	atf_add_test_case mtree
	atf_add_test_case mtree_writes
	atf_add_test_case makefs
	atf_add_test_case bsdtar
}
