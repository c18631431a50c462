#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# run_test: services do in the stand-in guest what they are for. (bozohttpd and
# rescue are in ../boot, build in ../build.)

. "$(atf_get_srcdir)/../helpers.sh"

# A case with servers, the project in p and its kernel; the body is NAME_is.
t()
{
	mirror_case "$1" "$2"
	eval "$1_body() { world; $1_is; }"
}

world()
{
	project_up amd64
	# What all programs of the stand-in call is for no sailor.vars to know.
	# shellcheck disable=SC2016 # its own variable
	echo 'shipbins="$shipbins /libexec/busybox"' >>p/service/common/sailor.vars
	image kernfetch
}

# image TARGET [VAR=VALUE ...]
image()
{
	atf_check -o ignore -e ignore ./rules p ARCH=amd64 "$@"
}

# type_in TEXT: at the console
type_in()
{
	printf '%s\n' "$1" >.console
}

# halts: the service's own end; microvm goes on, so it is stopped
halts()
{
	expect_log 'The operating system has halted' 60
	stop_vm
}

t hello "hello serves its page, and then another line"
hello_is()
{
	image SERVICE=hello base
	before=$(sha256sum <p/images/hello-amd64.img)
	boot hello -p 80
	wait_http "$URL/" 120
	atf_check -o file:p/service/hello/etc/www/index.html -e ignore \
	    curl -sS -m 20 "$URL/"
	# killed at any time
	stop_vm
	atf_check_equal "$before" "$(sha256sum <p/images/hello-amd64.img)"

	echo 'Hello, this is my service.' >p/service/hello/etc/www/index.html
	image SERVICE=hello base
	boot hello -p 80
	wait_http "$URL/" 120
	atf_check -o inline:'Hello, this is my service.\n' -e ignore \
	    curl -sS -m 20 "$URL/"
	stop_vm
}

# A client of the socket $1: sends standard input, and writes what comes back
# until that is $2 bytes.
socket()
{
	perl -e '
		use IO::Socket::UNIX;
		my ($path, $want) = @ARGV;
		$SIG{ALRM} = sub { die "no answer in time\n" };
		alarm 60;
		my $s = IO::Socket::UNIX->new(Peer => $path) or die "$path: $!\n";
		my ($out, $got) = (join("", <STDIN>), "");
		while (length $out || length $got < $want) {
			# no more on the way than a terminal holds
			my $n = syswrite $s, $out, 256;
			substr($out, 0, $n) = "" if $n;
			next if length $out && length($got) >= $want;
			my $r = sysread $s, my $b, 65536;
			die "the end\n" unless $r;
			$got .= $b;
			print $b;
			STDOUT->flush;
		}
	' "$@"
}

t mport "mport: the host's socket is the guest's terminal, both ways, and raw"
mport_is()
{
	image SERVICE=mport base
	boot mport -n 1 --rundir "$PWD"
	expect_log '^mport: ' 120
	sock=s-mport-p1.sock
	# what the guest reads is a line of the host's, and is not echoed
	type_in 'read -r line </dev/ttyVI01; echo "GUEST $line"; echo "and $line" >/dev/ttyVI01'
	atf_check -o inline:'and hello there\n' sh -c \
	    "$(command -V socket | sed 1d); echo 'hello there' | socket $sock 16"
	expect_log '^GUEST hello there' 60
	# any byte
	type_in 'cat </dev/ttyVI01 >/dev/ttyVI01 & echo ECHOES'
	expect_log '^ECHOES' 60
	perl -e 'print pack "C*", map { $_ % 256 } 0 .. 4095' >all
	socket $sock 4096 <all >back || atf_fail "no echo"
	atf_check cmp all back
	type_in 'exit'
	# the word by which a service ends its VM goes by that port, too, and what
	# was last said there was no line
	expect_end 60
	nothing_left
}

t base "base: a shell that knows what the host hands over by -e and -E"
base_is()
{
	image SERVICE=base base
	printf 'a file\nof two lines\n' >file
	boot base -e "GREETING=it's so,SECOND=2 2" -E "notes=$PWD/file"
	expect_log '^# ' 120
	type_in 'echo "VAR [$GREETING] [$SECOND]"'
	expect_log "^VAR \[it's so\] \[2 2\]" 60
	type_in 'sed "s/^/FILE /" /var/qemufwcfg/opt/org.smolbsd.file.notes'
	expect_log '^FILE of two lines' 60
	type_in 'echo written >/written && exit'
	halts
	atf_check -o inline:'written\n' \
	    "$NB_BIN/nb-mkfs" -x p/images/base-amd64.img:/written
}

t closed "base with -e MOUNTRO=y: its root is read-only when rc is done"
closed_is()
{
	image SERVICE=base base
	boot base -e MOUNTRO=y
	expect_log '^# ' 120
	type_in 'if echo x >/written; then echo WRITTEN; else echo REFUSED; fi'
	expect_log '^REFUSED' 60
	type_in exit
	halts
}

t usershell "usershell: a user on a read-only root, with a home in memory"
usershell_is()
{
	image SERVICE=usershell base
	before=$(sha256sum <p/images/usershell-amd64.img)
	boot usershell -e TERM=vt220
	expect_log '^bsd@shell[$] ' 120
	type_in 'echo "IS $(id -un) in $PWD on $TERM with $HISTFILE"'
	expect_log '^IS bsd in /home/bsd on vt220 with /home/bsd/.history' 60
	type_in 'mkdir .ssh && echo key >.ssh/known_hosts && echo KEPT'
	expect_log '^KEPT' 60
	type_in 'if echo x >/usr/x; then echo WRITTEN; else echo REFUSED; fi; exit'
	expect_log '^REFUSED' 60
	halts
	atf_check_equal "$before" "$(sha256sum <p/images/usershell-amd64.img)"
}

t usershell_memory "usershell in memory, as its README says"
usershell_memory_is()
{
	image SERVICE=usershell base
	before=$(cksum <p/images/usershell-amd64.img)
	boot usershell -I
	expect_log 'boot device: .*md0a' 120
	expect_log '^bsd@shell[$] ' 120
	type_in 'mkdir .ssh && echo "KEPT $PWD"; exit'
	expect_log '^KEPT /home/bsd' 60
	halts
	atf_check_equal "$before" "$(cksum <p/images/usershell-amd64.img)"
}

t usershell_build "usershell by build: the user is in the image, minimised as it is"
usershell_build_is()
{
	# Linux cannot write FFS
	printf 'FSTYPE=ext2\nIMGSIZE=60\nADDPKGS=\n' >p/service/build/own.mk
	printf 'FSTYPE=ext2\nIMGSIZE=40\nBUILDMEM=128\nBUILDCPUS=1\n' \
	    >p/service/usershell/own.mk
	image SERVICE=usershell build
	img=p/images/usershell-amd64.img
	atf_check -o match:'^bsd:.*:/home/bsd:/bin/ksh$' \
	    "$NB_BIN/nb-mkfs" -x $img:/etc/master.passwd
	atf_check -o file:p/service/usershell/etc/skel/.profile \
	    "$NB_BIN/nb-mkfs" -x $img:/home/bsd/.profile
	atf_check -o match:' 1000 +100 .* /home/bsd$' -o not-match:' /usr/bin/uucp$' \
	    -o match:' /usr/pkg/bin/curl$' "$NB_BIN/nb-mkfs" -l $img
}

t tiny "tiny: a shell"
tiny_is()
{
	image SERVICE=tiny base
	boot tiny
	expect_log '^# ' 120
	type_in 'echo "SUM $((6 * 7))"; exit'
	expect_log '^SUM 42' 60
	halts
}

t nbakery "nbakery: a user is made once, may be root, and is greeted"
nbakery_is()
{
	image SERVICE=nbakery base
	boot nbakery -e NBUSER=me
	expect_log '[$] $' 120
	type_in 'echo "IS $(id -un) $(id -Gn) $PWD $SHELL"'
	expect_log '^IS me .*wheel.* /home/me /usr/pkg/bin/bash' 60
	type_in 'ls .bash_profile .tmux.conf; echo mine >mine; . ./.bash_profile; exit'
	expect_log '^.bash_profile' 60
	halts
	img=p/images/nbakery-amd64.img
	atf_check -o match:'^-r-sr-xr-x .* /usr/pkg/bin/doas$' \
	    -o match:'^-rw.* /home/me/.tmux.conf$' "$NB_BIN/nb-mkfs" -l $img
	atf_check -o match:'^https://.*/x86_64/11\.0/All$' \
	    "$NB_BIN/nb-mkfs" -x $img:/usr/pkg/etc/pkgin/repositories.conf
	"$NB_BIN/nb-mkfs" -x $img:/etc/master.passwd >before
	boot nbakery -e NBUSER=me
	expect_log '[$] $' 120
	type_in 'cat mine; exit'
	expect_log '^mine' 60
	halts
	atf_check -o file:before "$NB_BIN/nb-mkfs" -x $img:/etc/master.passwd
}

t games "games: a menu of those that are there, by number or name"
games_is()
{
	image SERVICE=games base
	boot games -e TERM=vt100
	expect_log '^  1  hack ' 120
	expect_log '^  2  robots ' 10
	expect_log '^  3  tetris ' 10
	expect_log '^  4  mines ' 10
	type_in tetris
	expect_log '^(A number.*: )?tetris: blocks fall on a terminal of type vt100' 60
	type_in 5
	expect_log 'nine numbers' 60
	type_in 99
	expect_log '99: no such game' 60
	type_in q
	halts
}

t tslog "tslog: a report of what the kernel tells, and a shell"
tslog_is()
{
	image SERVICE=tslog base
	boot tslog
	expect_log '^tslog: this kernel keeps no log' 120
	expect_log '^ +[0-9]+\.[0-9]+  \[ ' 60
	type_in 'exit'
	halts
}

atf_init_test_cases()
{
	add_cases usershell_memory usershell_build tslog games
}
