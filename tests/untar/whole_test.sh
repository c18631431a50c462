#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# whole_test: nb-untar -C stage layer ...: a stage appears whole or not at all,
# in the place of nothing but a stage.

# shellcheck source=tests/untar/stage.subr disable=SC2015 # atf_fail ends the case
. "$(atf_get_srcdir)/stage.subr"

# old_stage: ./stage with the file `old` in it
old_stage() {
	head_of old.mtree
	echo text >old
	echo './old type=file time=5' >>old.mtree
	atf_check "$untar" -C stage old.mtree
}

# old_is_whole: ./stage is as old_stage made it
old_is_whole() {
	[ "$(cat stage/old)" = text ] && grep -q '^./old ' stage/METALOG &&
	    [ "$(find stage | wc -l)" -eq 3 ] || atf_fail "old stage changed"
}

# wait_for COMMAND...: at most ten seconds
wait_for() {
	i=0
	until "$@"; do
		i=$((i + 1))
		[ $i -lt 200 ] || atf_fail "never: $*"
		sleep 0.05
	done
}

# half PIPE FILE: feed the first half of a file into a pipe and hold it open
half() {
	size=$(wc -c <"$2")
	{ head -c $((size / 2)) "$2"; exec sleep 60; } >"$1" &
	feeder=$!
}

# noise MB: bytes that do not compress
noise() {
	head -c "$(($1 * 1048576))" /dev/urandom
}

atf_test_case new_and_empty
new_and_empty_head() {
	atf_set descr "a stage is made new, in an empty folder, behind a link"
}
new_and_empty_body() {
	old_stage
	old_is_whole
	nothing_left stage
	mkdir empty real
	ln -s real link
	atf_check "$untar" -C empty/ stage/METALOG
	atf_check cmp stage/METALOG empty/METALOG
	nothing_left empty
	atf_check "$untar" -C link stage/METALOG
	[ -L link ] || atf_fail "the link was replaced"
	atf_check cmp stage/METALOG real/METALOG
	nothing_left link
	nothing_left real
	mkdir -p "sub/a b"
	atf_check "$untar" -C "$PWD/sub/a b/c" stage/METALOG
	atf_check cmp stage/METALOG "sub/a b/c/METALOG"
	fails "no/stage: the folder no does not exist" -C no/stage old.mtree
}

atf_test_case replaced
replaced_head() {
	atf_set descr "an old stage is replaced, whatever scripts did to it"
}
replaced_body() {
	old_stage
	mkdir -p stage/sub/dir
	echo x >stage/sub/dir/f
	mkfifo stage/sub/fifo
	ln -s / stage/sub/root
	chmod 0 stage/sub/dir
	chmod 0500 stage/sub
	echo new >new
	head_of new.mtree
	echo './new type=file' >>new.mtree
	atf_check "$untar" -C stage new.mtree
	atf_check -o inline:'stage
stage/METALOG
stage/new
' sh -c 'find stage | sort'
	nothing_left stage
	# over itself
	cp stage/METALOG before
	atf_check "$untar" -C stage stage/METALOG
	atf_check cmp before stage/METALOG
	atf_check -o inline:'new\n' cat stage/new
	nothing_left stage
}

atf_test_case strangers
strangers_head() {
	atf_set descr "what is no stage of ours is refused, and kept"
}
strangers_body() {
	old_stage
	rm old
	echo text >old
	mkdir other destdir
	echo mine >other/file
	# that of NetBSD's own unprivileged build
	printf '#mtree 2.0\n. type=dir\n' >destdir/METALOG
	echo file >plain
	ln -s nowhere dangling
	fails "other: is there, and no stage of nb-untar" -C other old.mtree
	fails "destdir: is there, and no stage" -C destdir old.mtree
	fails "plain: is there, and no stage" -C plain old.mtree
	fails "dangling: No such file" -C dangling old.mtree
	for f in other destdir plain dangling; do nothing_left $f; done
	atf_check -o inline:'mine\n' cat other/file
	atf_check -o inline:'file\n' cat plain
	[ -e destdir/METALOG ] || atf_fail "lost"

	mkdir stage.part
	echo mine >stage.part/file
	fails "stage.part: is there, and no stage" -C stage old.mtree
	atf_check -o inline:'mine\n' cat stage.part/file
	rm -r stage.part
	echo mine >stage.part
	fails "stage.part: is there, and no stage" -C stage old.mtree
	rm stage.part
	mkdir stage.old
	echo mine >stage.old/file
	fails "stage.old: is there, and no stage" -C stage old.mtree
	atf_check -o inline:'mine\n' cat stage.old/file
	[ ! -e stage.part ] || atf_fail "stage.part is left"
	rm -r stage.old
	old_is_whole

	mkdir here
	cd here || exit 1
	for f in . .. ./ /; do
		atf_check -s exit:2 -e match:'a stage is replaced as a whole' \
		    "$untar" -C $f ../old.mtree
	done
}

atf_test_case failures_leave_nothing
failures_leave_nothing_head() {
	atf_set descr "a failed run leaves the old stage, and nothing else"
}
failures_leave_nothing_body() {
	mkdir d
	noise 1 >d/f
	echo x >d/g
	tar czf good.tgz d
	head -c 500000 good.tgz >short.tgz
	echo '<html>404</html>' >html.tgz
	for old in no yes; do
		fails "short.tgz: cannot be read as an archive: gzip:" \
		    -C stage short.tgz
		fails "html.tgz: cannot be read as an archive" \
		    -C stage html.tgz good.tgz
		fails "missing.tgz: No such file" -C stage missing.tgz good.tgz
		fails "good.tgz: nothing in it is called /etc" \
		    -C stage good.tgz:/etc d
		nothing_left stage
		if [ $old = yes ]; then
			old_is_whole
		else
			[ ! -e stage ] || atf_fail "stage is left"
			old_stage
		fi
	done
}

atf_test_case full_disk
full_disk_head() {
	atf_set descr "where nothing more can be written nothing is left"
}
full_disk_body() {
	mkdir d
	noise 2 >d/f
	old_stage
	# a limit for files stands for a disk that is full
	(
		ulimit -f 512
		"$untar" -C stage d 2>err
		echo $? >status
	)
	atf_check -o inline:'1\n' cat status
	said "stage/f: File too large"
	nothing_left stage
	old_is_whole
	# ... for METALOG too
	head_of many.mtree
	for i in $(seq 9000); do
		echo "./dev/$i type=char device=netbsd,1,$i"
	done >>many.mtree
	(
		ulimit -f 512
		"$untar" -C stage many.mtree 2>err
		echo $? >status
	)
	atf_check -o inline:'1\n' cat status
	said "stage/METALOG: File too large"
	nothing_left stage
	old_is_whole
}

atf_test_case really_full_disk
really_full_disk_head() {
	atf_set descr "a small file system of its own runs full"
	atf_set require.progs "unshare"
}
really_full_disk_body() {
	mkdir d mnt
	noise 3 >d/f
	unshare -rm sh -c 'mount -t tmpfs -o size=1m none mnt' 2>/dev/null ||
	    atf_skip "no mount in a user namespace here"
	unshare -rm sh -c "
		mount -t tmpfs -o size=1m none mnt || exit 9
		NB_MAX_SIZE=1g '$untar' -C mnt/stage d 2>err
		echo \$? >status
		ls -A mnt >left"
	atf_check -o inline:'1\n' cat status
	said "mnt/stage/f: No space left on device"
	atf_check cat left
}

atf_test_case interrupted
interrupted_head() {
	atf_set descr "INT, TERM, HUP and QUIT remove what was made"
}
interrupted_body() {
	mkdir d d/sub
	noise 2 >d/a
	ln d/a d/sub/b
	noise 1 >d/sub/c
	tar cf x.tar d/a d/sub
	old_stage
	mkfifo pipe
	for sig in INT TERM HUP QUIT; do
		half pipe x.tar
		# atf-sh's background jobs ignore INT and QUIT
		env --default-signal=INT,QUIT "$untar" -C stage pipe 2>err &
		pid=$!
		wait_for test -s stage.part/d/a
		kill -$sig $pid
		wait $pid
		status=$?
		[ $status -gt 128 ] || atf_fail "$sig: status $status"
		kill $feeder
		wait $feeder 2>/dev/null
		atf_check cat err
		nothing_left stage
		old_is_whole
	done
}

atf_test_case ends_by_the_signal
ends_by_the_signal_head() {
	atf_set descr "the exit status tells of the signal"
}
ends_by_the_signal_body() {
	mkdir d
	noise 2 >d/a
	tar cf x.tar d
	mkfifo pipe
	half pipe x.tar
	"$untar" -C stage pipe 2>err &
	pid=$!
	wait_for test -s stage.part/d/a
	kill -TERM $pid
	wait $pid
	status=$?
	[ $status -eq $((128 + 15)) ] || atf_fail "status $status"
	kill $feeder
}

atf_test_case killed
killed_head() {
	atf_set descr "after SIGKILL the next run takes over"
}
killed_body() {
	mkdir d
	noise 2 >d/a
	tar cf x.tar d
	old_stage
	mkfifo pipe
	half pipe x.tar
	"$untar" -C stage pipe &
	pid=$!
	wait_for test -s stage.part/d/a
	kill -KILL $pid
	wait $pid 2>/dev/null
	kill $feeder
	wait $feeder 2>/dev/null
	old_is_whole
	[ -d stage.part ] || atf_fail "no .part: a test of nothing"
	atf_check "$untar" -C stage x.tar
	atf_check cmp d/a stage/d/a
	nothing_left stage
}

atf_test_case killed_between_renames
killed_between_renames_head() {
	atf_set descr "an old stage that had stepped aside comes back"
}
killed_between_renames_body() {
	old_stage
	mv stage stage.old
	fails "missing.tgz: No such file" -C stage missing.tgz
	old_is_whole
	nothing_left stage
	# the new one was in place already
	cp -R stage stage.old
	atf_check "$untar" -C stage old.mtree
	old_is_whole
	nothing_left stage
}

atf_test_case two_writers
two_writers_head() {
	atf_set descr "a second writer is refused, not raced"
}
two_writers_body() {
	mkdir d
	noise 2 >d/a
	tar cf x.tar d
	mkfifo pipe
	half pipe x.tar
	"$untar" -C stage pipe &
	pid=$!
	wait_for test -s stage.part/d/a
	fails "stage: another process is writing it" -C stage x.tar
	[ -s stage.part/d/a ] || atf_fail "the first one's work is gone"
	kill -TERM $pid
	wait $pid
	kill $feeder
	wait $feeder 2>/dev/null
	atf_check "$untar" -C stage x.tar
	nothing_left stage
}

atf_init_test_cases() {
	atf_add_test_case new_and_empty
	atf_add_test_case replaced
	atf_add_test_case strangers
	atf_add_test_case failures_leave_nothing
	atf_add_test_case full_disk
	atf_add_test_case really_full_disk
	atf_add_test_case interrupted
	atf_add_test_case ends_by_the_signal
	atf_add_test_case killed
	atf_add_test_case killed_between_renames
	atf_add_test_case two_writers
}
