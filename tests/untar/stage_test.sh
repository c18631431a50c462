#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# stage_test: nb-untar -C stage layer ...: what is in a stage, and that it
# appears whole or not at all.

# shellcheck disable=SC2015 # atf_fail ends the case: "a && b || fail" is meant
untar="$NB_BIN/nb-untar"

# head FILE: an mtree file, to which lines are added by >>
head_of() {
	echo '#mtree' >"$1"
}

# said TEXT: the only line in ./err, with the program's name in front
said() {
	[ "$(wc -l <err)" -eq 1 ] && grep -qF -- "nb-untar: $1" err || {
		cat err
		atf_fail "did not say: $1"
	}
}

# fails TEXT WORDS...: exit 1 and one line with the text
fails() {
	text=$1
	shift
	atf_check -s exit:1 -o empty -e save:err "$untar" "$@"
	said "$text"
}

# nothing_left NAME: no trace of a try to make it, beside it
nothing_left() {
	for f in "$1.part" "$1.old"; do
		[ ! -e "$f" ] && [ ! -L "$f" ] || atf_fail "$f is left"
	done
}

# mode FILE, ino FILE, mtime FILE
mode() { stat -c %a "$1"; }
ino() { stat -c %i "$1"; }
mtime() { stat -c %Y "$1"; }

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

atf_test_case modes
modes_head() {
	atf_set descr "the owner can do all, others no more than the entry says"
}
modes_body() {
	umask 022
	echo x >f
	head_of l.mtree
	cat >>l.mtree <<-'EOF'
	.		type=dir mode=0750 uid=3
	./su		type=file mode=06755 uid=0 gid=5 contents=f
	./secret	type=file mode=0400 contents=f
	./none		type=file mode=0 contents=f
	./exec		type=file mode=0111 contents=f
	./open		type=file mode=0666 contents=f
	./ro		type=dir mode=0555
	./tmp		type=dir mode=01777
	./closed	type=dir mode=0
	./closed/f	type=file mode=0604 contents=f
	EOF
	atf_check "$untar" -C stage l.mtree
	(cd stage && stat -c '%a %n' . closed closed/f exec none open ro \
	    secret su tmp) >got
	cat >want <<-'EOF'
	750 .
	700 closed
	604 closed/f
	711 exec
	600 none
	644 open
	755 ro
	600 secret
	755 su
	755 tmp
	EOF
	atf_check -o file:want cat got
	# shellcheck disable=SC2016 # awk's own $
	atf_check -o inline:'. mode=0750
./closed mode=0000
./closed/f mode=0604
./exec mode=0111
./none mode=0000
./open mode=0666
./ro mode=0555
./secret mode=0400
./su mode=6755
./tmp mode=1777
' awk '!/^#/ { print $1, $5 }' stage/METALOG
	# a umask that would lock the owner out
	atf_check sh -c "umask 0777 && exec $untar -C stage2 l.mtree"
	[ "$(mode stage2/closed)" = 700 ] && [ "$(mode stage2/none)" = 600 ] ||
	    atf_fail "the owner is locked out"
	[ "$(mode stage2/open)" = 600 ] || atf_fail "the umask is not kept"
}

atf_test_case times
times_head() {
	atf_set descr "files, links and folders have the times of their entries"
}
times_body() {
	echo x >f
	head_of l.mtree
	cat >>l.mtree <<-'EOF'
	.	type=dir time=1000
	./d	type=dir time=2000
	./d/f	type=file contents=f time=3000.000000007
	./d/l	type=link link=nowhere time=4000
	./d/e	type=file time=5000 contents=empty
	./u	type=file contents=f
	./old	type=file contents=f time=-86400
	EOF
	: >empty
	atf_check "$untar" -C stage l.mtree
	for row in .:1000 d:2000 d/f:3000 d/l:4000 d/e:5000 u:5000 \
	    old:-86400; do
		[ "$(mtime "stage/${row%:*}")" = "${row#*:}" ] ||
		    atf_fail "$row: is $(mtime "stage/${row%:*}")"
	done
	grep -q '^./d/f .* time=3000.000000007$' stage/METALOG ||
	    atf_fail "no nanoseconds"
	atf_check env SOURCE_DATE_EPOCH=77 "$untar" -C stage l.mtree
	[ "$(mtime stage/u)" = 77 ] || atf_fail "SOURCE_DATE_EPOCH not used"
	[ "$(mtime stage/d)" = 2000 ] || atf_fail "a given time was changed"
}

atf_test_case links
links_head() {
	atf_set descr "hard links are links, symbolic links keep their text"
}
links_body() {
	mkdir f f/d
	echo text >f/m
	: >f/zero
	ln f/m f/a
	ln f/m f/d/z
	ln f/zero f/d/zero
	ln -s '../a b/*' f/l
	atf_check "$untar" -C stage f
	[ "$(ino stage/a)" = "$(ino stage/m)" ] &&
	    [ "$(ino stage/a)" = "$(ino stage/d/z)" ] &&
	    [ "$(ino stage/zero)" = "$(ino stage/d/zero)" ] ||
	    atf_fail "no links"
	[ "$(ino stage/a)" != "$(ino f/a)" ] || atf_fail "the stage is linked"
	[ "$(readlink stage/l)" = '../a b/*' ] || atf_fail "another link"
	grep -c 'type=file.* size=5 ' stage/METALOG >n
	atf_check -o inline:'3\n' cat n
}

# The name that comes first is not always the one with the content.
atf_test_case link_to_what_comes_later
link_to_what_comes_later_body() {
	mkdir one two
	echo one >one/b
	ln one/b one/a
	ln one/b one/c
	echo two >two/a
	tar cf one.tar -C one a b c
	atf_check "$untar" -C stage one.tar two
	[ "$(cat stage/a stage/b stage/c | tr -d '\n')" = twooneone ] ||
	    atf_fail "wrong contents"
	[ "$(ino stage/b)" = "$(ino stage/c)" ] || atf_fail "no link"
	: >one/b
	tar cf one.tar -C one a b c
	atf_check "$untar" -C stage one.tar two
	[ "$(ino stage/b)" = "$(ino stage/c)" ] || atf_fail "no empty link"
}

atf_test_case devices
devices_head() {
	atf_set descr "device nodes and fifos are in METALOG only"
}
devices_body() {
	head_of l.mtree
	cat >>l.mtree <<-'EOF'
	./dev/console	type=char device=netbsd,0,0 mode=0600
	./dev/ld0	type=block device=netbsd,19,3 gid=5
	./fifo		type=fifo mode=0622
	EOF
	atf_check "$untar" -C stage l.mtree
	atf_check -o inline:'stage
stage/METALOG
stage/dev
' sh -c 'find stage | sort'
	cat >want <<-'EOF'
	./dev/console type=char uid=0 gid=0 mode=0600 device=netbsd,0,0 time=0.000000000
	./dev/ld0 type=block uid=0 gid=5 mode=0600 device=netbsd,19,3 time=0.000000000
	./fifo type=fifo uid=0 gid=0 mode=0622 time=0.000000000
	EOF
	atf_check -o file:want sed -n '/type=[cbf][^i]/p;/type=fifo/p' stage/METALOG
}

atf_test_case holes
holes_body() {
	mkdir d
	truncate -s 8M d/hole
	truncate -s 8M d/end
	printf x | dd of=d/end bs=1 conv=notrunc 2>/dev/null
	atf_check "$untar" -C stage d
	atf_check cmp d/hole stage/hole
	atf_check cmp d/end stage/end
	[ "$(du -k stage/hole | cut -f1)" -lt 1024 ] || atf_fail "no hole"
}

atf_test_case stdin_is_not_read
stdin_is_not_read_body() {
	echo x >-
	head_of l.mtree
	echo './- type=file' >>l.mtree
	atf_check "$untar" -C stage l.mtree
	atf_check -o inline:'x\n' cat stage/-
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

atf_test_case reserved_name
reserved_name_body() {
	echo x >METALOG
	tar cf x.tar METALOG
	fails "METALOG: a stage needs the name METALOG for itself" \
	    -C stage x.tar
	[ ! -e stage ] || atf_fail "stage is left"
	head_of l.mtree
	echo './METALOG type=fifo' >>l.mtree
	fails "METALOG: a stage needs the name" -C stage l.mtree
	nothing_left stage
	mkdir d
	tar cf x.tar --transform 's,^,d/,' METALOG
	atf_check "$untar" -C stage x.tar
	atf_check -o inline:'x\n' cat stage/d/METALOG
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
		'$untar' -C mnt/stage d 2>err
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

atf_test_case deep
deep_head() {
	atf_set descr "names of 4095 bytes are made, and removed again"
}
deep_body() {
	name=$(printf 'a/%.0s' $(seq 2046))fgh
	: >empty
	head_of l.mtree
	echo "./$name type=file contents=empty" >>l.mtree
	# shellcheck disable=SC3045 # not in POSIX, but in every sh
	ulimit -n 32
	atf_check "$untar" -C stage l.mtree
	atf_check -o inline:'2047\n' sh -c \
	    "find stage -mindepth 1 -type d | wc -l | tr -d ' ' |
	    awk '{ print \$1 + 1 }'"
	atf_check "$untar" -C stage2 stage/METALOG
	atf_check cmp stage/METALOG stage2/METALOG
	# replaced, and a failure below it undone
	echo './b type=file' >>l.mtree
	fails "l.mtree: b: No such file" -C stage l.mtree
	nothing_left stage
	mkdir empty.d
	atf_check "$untar" -C stage empty.d
	nothing_left stage
	atf_check "$untar" -C stage2 empty.d
	nothing_left stage2
}

atf_test_case hidden
hidden_head() {
	atf_set descr "entries that have no place are told of"
}
hidden_body() {
	mkdir -p set/lib over
	echo x >set/lib/a
	echo x >set/lib/b
	tar cf set.tar -C set .
	ln -s usr/lib over/lib
	atf_check -e inline:'nb-untar: warning: stage: 2 entries have no '\
'place: /lib is a symbolic link in a later layer
' "$untar" -q -C stage set.tar over
	[ -L stage/lib ] || atf_fail "no link"
}

atf_test_case words
words_head() {
	atf_set descr "wrong command lines are usage errors"
}
words_body() {
	mkdir d
	for w in "" "-C stage" "-q" "-q d" "-C" "-Z -C stage d" \
	    "--nonsense" "-C stage -n d"; do
		# shellcheck disable=SC2086
		atf_check -s exit:2 -e match:'usage: nb-untar' "$untar" $w
	done
	atf_check -s exit:2 -e match:'usage: nb-untar' "$untar" -C '' d
	atf_check "$untar" -qCstage d
	atf_check -e inline:'nb-untar: stage: 1 files, 0 MB\n' \
	    "$untar" -vC stage d
	atf_check "$untar" -vq -C stage d
	atf_check -s exit:2 -e match:'SOURCE_DATE_EPOCH=x' \
	    env SOURCE_DATE_EPOCH=x "$untar" -C stage d
	nothing_left stage
}

atf_test_case equal_for_everybody
equal_for_everybody_head() {
	atf_set descr "users, umasks, time zones and locales make no difference"
}
equal_for_everybody_body() {
	mkdir -m 755 a b d d/sub
	cp "$untar" nb-untar
	echo x >d/f
	printf 'caf\351' >"d/$(printf 'caf\303\251')"
	echo y >d/sub/run
	chmod 755 d/sub/run
	touch -d 2020-02-02T02:02:02Z d/f
	tar cf x.tar --owner=7 --group=8 d
	atf_check sh -c 'umask 077 && TZ=Asia/Tokyo LC_ALL=C exec ./nb-untar \
	    -C a/stage x.tar d:/etc'
	as=
	if [ "$(id -u)" -eq 0 ]; then
		as='setpriv --reuid=65534 --regid=65534 --clear-groups'
		chown 65534:65534 b
		chmod 755 .
	fi
	atf_check sh -c "umask 0 && TZ=America/New_York LC_ALL=C.UTF-8 \
	    exec $as ./nb-untar -C b/stage x.tar d:/etc"
	atf_check cmp a/stage/METALOG b/stage/METALOG
	atf_check diff -r a/stage b/stage
}

# ZIP stores local time.
atf_test_case zip_times
zip_times_head() {
	atf_set descr "the time zone does not move times in a zip"
	atf_set require.progs "bsdtar"
}
zip_times_body() {
	echo x >f
	TZ=UTC0 touch -d 2020-02-02T02:02:02Z f
	TZ=UTC0 bsdtar -cf x.zip --format zip f
	atf_check env TZ=Asia/Tokyo "$untar" -C a x.zip
	atf_check env TZ=America/New_York "$untar" -C b x.zip
	atf_check cmp a/METALOG b/METALOG
}

atf_test_case colliding_names
colliding_names_head() {
	atf_set descr "names that are one to the host's file system are refused"
	atf_set require.progs "cc"
}
# A library stands for a file system that does not tell upper from lower case.
colliding_names_body() {
	case ${SANITIZE-} in *address*)
		atf_skip "AddressSanitizer wants to be the first library" ;;
	esac
	cat >fold.c <<-'EOF'
	#define _GNU_SOURCE
	#include <ctype.h>
	#include <dlfcn.h>
	#include <stdarg.h>
	#include <string.h>
	#include <sys/stat.h>
	static const char *
	fold(const char *s, char *buf)
	{
		char *p = buf;

		if (strcmp(s, "METALOG") == 0)
			return s;
		for (; *s != '\0'; s++)
			*p++ = (char)tolower((unsigned char)*s);
		*p = '\0';
		return buf;
	}
	#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
	int
	mkdirat(int d, const char *s, mode_t m)
	{
		char b[4096];

		return NEXT(mkdirat)(d, fold(s, b), m);
	}
	int
	symlinkat(const char *t, int d, const char *s)
	{
		char b[4096];

		return NEXT(symlinkat)(t, d, fold(s, b));
	}
	int
	linkat(int d1, const char *s1, int d2, const char *s2, int f)
	{
		char b1[4096], b2[4096];

		return NEXT(linkat)(d1, fold(s1, b1), d2, fold(s2, b2), f);
	}
	int
	unlinkat(int d, const char *s, int f)
	{
		char b[4096];

		return NEXT(unlinkat)(d, fold(s, b), f);
	}
	extern int openat64(int, const char *, int, ...);
	int
	openat64(int d, const char *s, int f, ...)
	{
		char b[4096];
		va_list ap;
		int m;

		va_start(ap, f);
		m = va_arg(ap, int);
		va_end(ap);
		return NEXT(openat64)(d, fold(s, b), f, m);
	}
	EOF
	atf_check -e ignore cc -shared -fPIC -o fold.so fold.c -ldl
	fold="env LD_PRELOAD=$PWD/fold.so $untar"
	echo x >f
	: >empty
	n=0
	for pair in \
	    "Name type=file contents=f:name type=file contents=f" \
	    "Name type=file contents=empty:name type=file contents=empty" \
	    "Name type=dir:name type=dir" \
	    "Name type=link link=x:name type=link link=y" \
	    "Name type=file contents=f:name type=dir" \
	    "Name/a type=file contents=f:name/b type=file contents=f" \
	    "Name/a type=file contents=f:name type=link link=x"; do
		n=$((n + 1))
		head_of l.mtree
		printf './%s\n./%s\n' "${pair%%:*}" "${pair#*:}" >>l.mtree
		atf_check "$untar" -C stage$n l.mtree
		# shellcheck disable=SC2086
		atf_check -s exit:1 -e save:err $fold -C folded l.mtree
		said "folded/"
		grep -q "use one that tells upper from lower case" err ||
		    atf_fail "$pair: $(cat err)"
		[ ! -e folded ] || atf_fail "folded is left"
		nothing_left folded
	done
	mkdir h
	echo x >h/x
	ln h/x h/Link
	ln h/x h/link
	# shellcheck disable=SC2086
	atf_check -s exit:1 -e match:'upper from lower case' $fold -C folded h
	nothing_left folded
}

atf_init_test_cases() {
	atf_add_test_case modes
	atf_add_test_case times
	atf_add_test_case links
	atf_add_test_case link_to_what_comes_later
	atf_add_test_case devices
	atf_add_test_case holes
	atf_add_test_case stdin_is_not_read
	atf_add_test_case new_and_empty
	atf_add_test_case replaced
	atf_add_test_case strangers
	atf_add_test_case reserved_name
	atf_add_test_case failures_leave_nothing
	atf_add_test_case full_disk
	atf_add_test_case really_full_disk
	atf_add_test_case interrupted
	atf_add_test_case ends_by_the_signal
	atf_add_test_case killed
	atf_add_test_case killed_between_renames
	atf_add_test_case two_writers
	atf_add_test_case deep
	atf_add_test_case hidden
	atf_add_test_case words
	atf_add_test_case equal_for_everybody
	atf_add_test_case zip_times
	atf_add_test_case colliding_names
}
