#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# stage_test: nb-untar -C stage layer ...: what is in a stage.

# shellcheck source=tests/untar/stage.subr disable=SC2015 # atf_fail ends the case
. "$(atf_get_srcdir)/stage.subr"

# mode FILE, ino FILE, mtime FILE
mode() { stat -c %a "$1"; }
ino() { stat -c %i "$1"; }
mtime() { stat -c %Y "$1"; }

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
' "$untar" -C stage set.tar over
	[ -L stage/lib ] || atf_fail "no link"
	atf_check "$untar" -q -C stage set.tar over
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
	# (where there is no Landlock it says that, too)
	atf_check -e save:said "$untar" -vC stage d
	atf_check -o inline:'nb-untar: stage: 1 files, 0 MB\n' \
	    grep -v ': files are not confined: ' said
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
	atf_add_test_case reserved_name
	atf_add_test_case deep
	atf_add_test_case hidden
	atf_add_test_case words
	atf_add_test_case equal_for_everybody
	atf_add_test_case zip_times
	atf_add_test_case colliding_names
}
