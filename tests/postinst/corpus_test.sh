#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# corpus_test: postinst scripts, good ones and hostile ones, each a case: as
# root and as an ordinary user, with the same result.
#
#	corpus/good-NAME.sh	what scripts do; root itself does the same
#	corpus/bad-NAME.sh	what none should; it must have no effect
#	corpus/NAME.want	how METALOG changes, when it does
#	corpus/NAME.out		what the script prints, when it does
#
# In a script's comments:
#
#	# options: ...		for nb-postinst
#	# says: REGEXP		it is stopped, or fails, with these words
#	# truth: no		root itself would do something else, as said
#
# NB_CORPUS_UPDATE=y writes .want and .out anew; look at the difference.

unset SOURCE_DATE_EPOCH ARCH PKGVERS NONET
unset http_proxy https_proxy ftp_proxy all_proxy no_proxy
unset HTTPS_PROXY FTP_PROXY ALL_PROXY NO_PROXY

# shellcheck source=tests/postinst/stage.sh
. "$(atf_get_srcdir)/stage.sh"
corpus=$(atf_get_srcdir)/corpus

# ---- the world of a script ----

# What must stay as it is: a home with a key, files, the service.
world() {
	mkdir -p host/home/.ssh
	chmod 700 host/home/.ssh
	echo "very $word" >host/home/.ssh/id
	chmod 600 host/home/.ssh/id
	echo victim >host/victim
	chmod 600 host/victim
	stage
	mkdir -p service/web/files/sub
	echo 1 >service/web/files/one
	echo 2 >service/web/files/sub/two
	chmod +x service/web/files/sub/two
	[ "$name" != good-tar-package ] || package
	case $name in
	*-static)
		cp "$(command -v busybox)" service/web/busybox || : ;;
	*-raw-*)
		${CC:-cc} -O1 -static -pthread -o service/web/raw \
		    "$(atf_get_srcdir)/raw.c" 2>/dev/null || : ;;
	esac
	# Programs where an ordinary user may run them.
	mkdir bin
	for _p in postinst fetch untar; do
		cp "$NB_BIN/nb-$_p" bin/
	done
}

# pkg.tgz: what packages have, with owners that the user here is not.
package() {
	mkdir -p pkg/bin pkg/share/www
	echo comment >pkg/+COMMENT
	echo description >pkg/+DESC
	echo tool >pkg/bin/tool
	echo page >pkg/share/www/index
	cat >pkg/mtree <<-'MTREE'
	#mtree
	./+COMMENT type=file uid=0 gid=0 mode=0644 contents=pkg/+COMMENT
	./+DESC type=file uid=0 gid=0 mode=0644 contents=pkg/+DESC
	./bin/tool type=file uid=0 gid=0 mode=4555 contents=pkg/bin/tool
	./share/www type=dir uid=24 gid=24 mode=0750
	./share/www/index type=file uid=24 gid=5 mode=0640 contents=pkg/share/www/index
	./share/www/link type=link uid=24 gid=24 mode=0755 link=index
	MTREE
	bsdtar -czf service/web/pkg.tgz @pkg/mtree || atf_fail "bsdtar"
	rm -r pkg
}

# All that is not the script's, with times.
picture() {
	find host service bin -printf '%p %y %m %u %g %s %T@ %l\n' | sort
	find host service bin -type f -exec cksum {} + | sort
	for _f in / /usr /etc /bin /dev/null /dev/zero /dev; do
		stat -L -c '%n %a %u %g' "$_f"
	done
}

# ---- a script in it ----

# header NAME: the value of that comment
header() {
	sed -n "s/^# $1: //p" "$script"
}

# What is left of a script's processes is known by a variable.
processes() {
	grep -lsz "^MARK=$mark\$" /proc/[0-9]*/environ | sed 's,/environ,,'
}

no_process() {
	for _i in 1 2 3 4 5 6 7 8 9 10; do
		[ -n "$(processes)" ] || return 0
		sleep 0.1
	done
	atf_fail "$who: left: $(processes | xargs ps -o pid,args -p)"
}

# While a script shows that it waits: no file that would make its user of
# someone else.
look() {
	while [ ! -e stop ]; do
		[ ! -e stage/var/ready ] ||
		    find stage -type f -perm /6000 >>seen
		sleep 0.1
	done
}

# The script as $who: root; "bare", root that may not mount; an ordinary user.
# Sets status; out, err and stage are what it leaves.
try() {
	rm -rf stage
	stage
	cp "$script" service/web/postinst/1.sh
	mark=$who-$$-$(date +%s)
	[ "$who" != user ] || chown -R 65534:65534 . 2>/dev/null || :
	[ "$who" != user ] || chmod -R go= service
	picture >picture.before
	: >seen
	rm -f stop
	case $name in *-set-id-*)	look & ;; esac
	set --
	case $who$(id -u) in
	user0)	set -- setpriv --reuid 65534 --regid 65534 --clear-groups ;;
	bare0)	set -- setpriv --bounding-set -sys_admin --inh-caps -sys_admin ;;
	esac
	"$@" sleep 300 &
	outer=$!
	umask 022
	[ "$who" != user ] || umask 077
	# What is traced cannot look for leaks, which is done by tracing.
	# shellcheck disable=SC2046 # options are words
	HOME=$PWD/host/home SECRET=$word "$@" bin/nb-postinst -q -C stage \
	    -s service/web -e HOST="$PWD/host" -e OUTER=$outer -e NAP=3$$ \
	    -e MARK="$mark" -e WORD="${word#?}" -e ARCH=amd64 \
	    -e ABSTRACT="$abstract" -e ASAN_OPTIONS=detect_leaks=0 $(header options) >out 2>err \
	    </dev/null 7<host 8<host/home/.ssh/id
	status=$?
	umask 022
	: >stop
	kill -0 "$outer" || atf_fail "$who: a process of the host was killed"
	kill "$outer"
	wait
}

# What holds for every script.
unharmed() {
	no_process
	[ ! -s seen ] || atf_fail "$who: set-id: $(cat seen)"
	if grep -qr "$word" out err stage; then
		atf_fail "$who: a secret came out"
	fi
	picture >picture.after
	diff picture.before picture.after || atf_fail "$who: the host changed"
	if grep -qF "$PWD" /proc/self/mountinfo; then
		atf_fail "$who: a mount is left"
	fi
}

# same FILE: as corpus/NAME.EXT has it; an empty one is not there
same() {
	_want=$corpus/$name.$2
	if [ "${NB_CORPUS_UPDATE-}" = y ] && [ "$who" = "$first" ]; then
		cp "$1" "$(readlink -f "$corpus")/$name.$2"
		[ -s "$1" ] || rm "$corpus/$name.$2"
	fi
	[ -e "$_want" ] || _want=/dev/null
	diff -u "$_want" "$1" || atf_fail "$who: $3"
}

judge() {
	says=$(header says)
	if [ -n "$says" ]; then
		[ $status -eq 1 ] || { cat err; atf_fail "$who: status $status"; }
		grep -Eq "$says" err || { cat err; atf_fail "$who: its words"; }
		[ ! -e stage/METALOG ] || atf_fail "$who: there is a METALOG"
		return
	fi
	[ $status -eq 0 ] || { cat out err; atf_fail "$who: status $status"; }
	metalog_changes | sed "s,$PWD,WORK," >changes
	same out out "another output"
	same changes want "METALOG is not as expected"
}

# ---- what root itself makes of it ----

# Give a stage the owners, modes and nodes of METALOG, or tell what it has.
truth_of() {
	perl -e '
	use strict;
	my ($make, $file) = @ARGV;
	sub name { my $s = shift; $s =~ s/\\(\d{3})/chr oct $1/ge; $s }
	sub vis { my $s = shift;
	    $s =~ s/([^!-~]|[#\\])/sprintf("\\%03o", ord $1)/ge; $s }
	if ($make) {
		open(my $f, "<", $file) or die;
		my @l = grep { !/^#/ } <$f>;
		for (reverse @l) {
			my ($n, %k) = split /[ =]/;
			$n = name($n);
			my ($maj, $min) = $k{device} =~ /(\d+),(\d+)$/;
			system("mknod", $n, $k{type} eq "char" ? "c" : "b",
			    $maj, $min) if defined $maj;
			system("chown", "-h", "$k{uid}:$k{gid}", $n);
			chmod oct $k{mode}, $n if $k{type} ne "link";
		}
		exit;
	}
	my @todo = (".");
	my @all;
	while (defined(my $n = shift @todo)) {
		my @s = lstat $n or die "$n";
		my $t = -l _ ? "link" : -d _ ? "dir" : -f _ ? "file" :
		    -p _ ? "fifo" : -c _ ? "char" : -b _ ? "block" : next;
		my $mode = $t eq "link" ? 0755 : $s[2] & 07777;
		my $line = sprintf("%s type=%s uid=%d gid=%d mode=%04o", vis($n),
		    $t, $s[4], $s[5], $mode);
		$line .= " size=$s[7]" if $t eq "file";
		$line .= sprintf(" device=netbsd,%d,%d", $s[6] >> 8 & 0xfff,
		    ($s[6] & 0xff) | ($s[6] >> 12 & 0xfff00)) if $t =~ /char|block/;
		$line .= " link=" . vis(readlink $n) if $t eq "link";
		push @all, $line;
		if ($t eq "dir") {
			opendir(my $d, $n) or die;
			push @todo, map { "$n/$_" } grep { !/^\.\.?$/ } readdir $d;
		}
	}
	print "$_\n" for sort @all;' "$@"
}

# The script as root, with no user namespace and nothing that watches it.
truth() {
	rm -rf stage
	stage
	cp "$script" service/web/postinst/1.sh
	chmod -R go=rX service
	chown -R 0:0 service
	cp stage/METALOG before
	rm stage/METALOG
	(cd stage && truth_of 1 ../before)
	set --
	for _l in bin sbin lib lib64 lib32; do
		[ ! -L /$_l ] || set -- "$@" --symlink usr/$_l /$_l
		[ -L /$_l ] || set -- "$@" --ro-bind-try /$_l /$_l
	done
	bwrap --unshare-pid --unshare-ipc --cap-add ALL --die-with-parent \
	    --ro-bind /usr /usr "$@" \
	    --proc /proc --dev /dev --tmpfs /tmp \
	    --symlink /build/root/etc/passwd /etc/passwd \
	    --symlink /build/root/etc/group /etc/group \
	    --ro-bind-try /etc/alternatives /etc/alternatives \
	    --ro-bind-try /etc/nsswitch.conf /etc/nsswitch.conf \
	    --bind stage /build/root --ro-bind service /build/service \
	    --ro-bind bin /build/tools --chdir /build/root \
	    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp TMPDIR=/tmp \
	    LC_ALL=C TZ=UTC SERVICE=web ARCH=amd64 NOORIGIN=1 \
	    FETCH=/build/tools/nb-fetch TAR=/build/tools/nb-untar \
	    sh ../service/web/postinst/1.sh >out 2>err ||
	    { cat out err; atf_fail "root itself fails"; }
	(cd stage && truth_of 0) >truth
	diff -u metalog truth || atf_fail "root itself does something else"
}

# ---- a case ----

run_case() {
	name=$1
	script=$corpus/$name.sh
	chmod 755 .
	word=secret-word-of-$$
	world
	first=user
	if [ "$(id -u)" -eq 0 ]; then
		first=root
		who=root
		with_socket try
		unharmed
		judge
		case $name in
		bad-chmod-host|bad-fork-bomb|bad-proc|bad-set-id-host|bad-mount|\
		    good-device-nodes|bad-raw-namespaces)
			who=bare
			with_socket try
			unharmed
			judge ;;
		esac
	fi
	who=user
	with_socket try
	unharmed
	judge
	case $name in good-*)	;; *) return 0 ;; esac
	if [ "$(id -u)" -eq 0 ] && [ "$(header truth)" != no ] &&
	    bwrap --ro-bind / / --cap-add ALL true 2>/dev/null; then
		grep -v '^#' stage/METALOG | sed 's/ time=[0-9.]*//' |
		    LC_ALL=C sort >metalog
		truth
	fi
}

# with_socket CMD: with an abstract socket of the host's, where it matters
with_socket() {
	abstract=nb-$$
	case $name in *-sockets)	;; *) "$1"; return ;; esac
	rm -f listening
	perl -MIO::Socket::UNIX -e 'my $s = IO::Socket::UNIX->new(
	    Local => "\0$ARGV[0]", Listen => 1) or die;
	    open(F, ">listening"); close F; sleep 60;' "$abstract" &
	_socket=$!
	while [ ! -e listening ] && kill -0 $_socket; do sleep 0.1; done
	# not "wait", which would wait for this one too
	("$1"; echo "$status" >status) || exit
	status=$(cat status)
	kill $_socket
}

# The first comment that is no header.
description() {
	sed -n -e '/^# [a-z]*: /d' -e 's/^# //p' -e '/^#/q' "$1" | head -n 1
}

_cases=
for _script in "$corpus"/*.sh; do
	_name=${_script##*/}
	_name=${_name%.sh}
	_case=$_name
	while case $_case in *-*) ;; *) false ;; esac do
		_case=${_case%%-*}_${_case#*-}
	done
	eval "atf_test_case $_case
	${_case}_head() {
		atf_set descr \"\$(description '$_script')\"
		atf_set require.progs 'bwrap bsdtar perl'
	}
	${_case}_body() {
		run_case '$_name'
	}"
	_cases="$_cases $_case"
done

atf_init_test_cases() {
	for _case in $_cases; do
		atf_add_test_case "$_case"
	done
}
