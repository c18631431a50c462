#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# programs_test: what the other programs leave and say when a call fails, as
# faults_test has it of nb-mkfs, nb-untar and nb-fetch (see inject). NB_SOAK=y:
# every call of every class, in each way.

. "$(atf_get_srcdir)/faults.subr"

# t NAME DESCRIPTION: a case; its body is NAME_is
t()
{
	fault_case "$1" "$2" 3600 "harness; mkdir before; $1_is" :
}

t lock "nb-lock -w: the old lock is left; nb-lock: as without"
lock_is()
{
	echo old >before/l
	echo a >a
	echo c >c
	printf '# old\nx/b (https://h/b) = %064d\n' 0 >before/l
	more="read:EIO read:short fsync:EIO"
	fails -a -i memo -- "$NB_BIN/nb-lock" -w -q -c memo l \
	    x/sets/a ../a https://h/a x/kernel/c ../c https://h/c
	rm before/l
	"$NB_BIN/nb-lock" -w -q before/l x/sets/a a https://h/a || atf_fail lock
	cp a before/
	fails -i memo -- "$NB_BIN/nb-lock" -q -c memo l x/sets/a a https://h/a
}

# Those that are slow do not all of it but in a soak.
sample=-s
[ "${NB_SOAK-}" != y ] || sample=

# package NAME: NAME.tgz, a binary package
package()
{
	mkdir -p pack/bin
	printf '@name %s\n@cwd /usr/pkg\nbin/%s\n' "$1" "$1" >pack/+CONTENTS
	echo LOCALBASE=/usr/pkg >pack/+BUILD_INFO
	echo 77 >pack/+SIZE_PKG
	echo "$1" >"pack/bin/$1"
	tar --format=ustar -C pack -czf "$1.tgz" +CONTENTS +BUILD_INFO \
	    +SIZE_PKG "bin/$1"
}

t pkg "nb-pkg: the old table and database are left"
pkg_is()
{
	printf 'PKGNAME=%s\nDEPENDS=%s\n\n' a-1.0 'b>=1' b-1.0 'c-[0-9]*' \
	    c-2.0 'b>=0' >s
	gzip -k s
	echo old >before/table
	echo old >before/db.tar
	fails -- "$NB_BIN/nb-pkg" -q -f table -o table ../s.gz a
	package b-1.0
	package a-1.0
	fails -- "$NB_BIN/nb-pkg" -q -k a -r db.tar ../a-1.0.tgz ../b-1.0.tgz
}

t trim "nb-trim: the old list is left; what cannot be read is no damaged file"
trim_is()
{
	mkdir -p root/bin root/lib
	"$NB_TOP/tests/trim/mkelf" -n libx.so.1 root/bin/a
	"$NB_TOP/tests/trim/mkelf" -n libc.so.12 root/lib/libx.so.1
	"$NB_TOP/tests/trim/mkelf" root/lib/libc.so.12
	printf '#!/bin/a\n' >root/bin/b
	chmod 755 root/bin/* root/lib/*
	tar --format=pax -cf root.tar -C root .
	"$NB_BIN/nb-untar" -C before/stage root.tar || atf_fail nb-untar
	echo 'shipbins=/bin/b' >before/conf
	echo old >before/stage/METALOG.kept
	more="read:EIO read:short"
	fails -- "$NB_BIN/nb-trim" -q -c conf -o stage/METALOG.kept \
	    stage/METALOG
}

t check "nb-check: its own trouble is no fault of the service"
check_is()
{
	mkdir -p before/s/common before/s/web/etc before/s/web/postinst
	cp "$NB_TOP"/service/common/* before/s/common/
	printf '#!/bin/sh\n. /etc/include/basicrc\n. /etc/include/shutdown\n' \
	    >before/s/web/etc/rc
	echo 'echo' >before/s/web/postinst/1.sh
	echo 'IMGSIZE=10' >before/s/web/options.mk
	echo 'NAME=webroot / ext2fs rw 1 1' >before/s/web/etc/fstab
	export FAULT_PROG=nb-check
	more="read:EIO readdir:EIO fork:EAGAIN pipe:EMFILE"
	often='write:ENOSPC open:EIO' fails -O -- "$NB_BIN/nb-check" -v -V "$NB_TOP/mk/variables" s/web
}

t postinst "nb-postinst: without a METALOG a stage is no stage"
postinst_is()
{
	. "$NB_TOP/tests/postinst/stage.sh"
	(cd before && stage && rm before && cp stage/METALOG METALOG.was)
	cat >before/service/web/postinst/1.sh <<-'X'
		mkdir -p opt
		echo new >opt/f
		chown 5:6 opt/f
	X
	cp -a before try
	(cd try && "$NB_BIN/nb-postinst" -q -C stage -s service/web) ||
	    atf_skip "no sandbox here"
	export FAULT_PROG=nb-postinst
	more="read:EIO readdir:EIO fork:EAGAIN pipe:EMFILE mmap:ENOMEM"
	echo 'test ! -e stage/METALOG || cmp stage/METALOG METALOG.was' >after
	often='open:EIO rename:EIO' fails $sample -r ../after \
	    -- "$NB_BIN/nb-postinst" -q -C stage -s service/web
}

# vms: what nb-start and nb-vm need, in ./before, with QEMUs that are none
vms()
{
	. "$NB_TOP/tests/vm/vm.subr"
	cd before || exit
	vm_world
	PATH=$(cd .. && pwd)/work/bin:${PATH#*:}
	XDG_RUNTIME_DIR=$(cd .. && pwd)/work/rt
	cd .. || exit
	mkdir before/rt
	chmod 700 before/rt
	# Who may be unknown says so: then QEMU's own file tells its number.
	cat >end <<-X
		"$NB_BIN/nb-vm" list base >../running 2>/dev/null || : >../running
		"$NB_BIN/nb-vm" stop -t 0 -a 2>/dev/null || :
		! grep -q 'will not know this VM' ../err || {
			kill "\$(cat qemu-base.pid)"
			while [ -e qemu-base.pid ]; do sleep 0.02; done
		}
	X
	echo "'$NB_BIN/nb-start' -d -i base 2>/dev/null" >begin
	export FAULT_PROG=nb-start,nb-vm
}

t start "nb-start -d: runs, or there is no VM and no trace of one"
start_is()
{
	vms
	# AddressSanitizer warns when its own call is the one
	stat=stat:EIO
	case ${SANITIZE-} in *address*) stat= ;; esac
	more="read:EIO $stat fork:EAGAIN pipe:EMFILE socket:EMFILE dup:EMFILE
	    exec:ENOEXEC make:ENOSPC poll:ENOMEM"
	echo 'test ! -s ../running && test ! -e qemu-base.pid' >after
	often='write:ENOSPC open:EIO rename:EIO' fails $sample \
	    -i '(rt|base.log|nb-start)' \
	    -e ../end -r ../after -- "$NB_BIN/nb-start" -d -i base
}

t vm "nb-vm list, stop"
vm_is()
{
	vms
	# it is known yet
	echo "test ! -e qemu-base.pid ||
	    '$NB_BIN/nb-vm' stop -t 0 base 2>&1 | grep -q stopped" >end
	more="read:EIO stat:EIO socket:EMFILE poll:ENOMEM readdir:EIO"
	often='write:EPIPE open:EIO' fails $sample \
	    -i '(rt|base[.].*|nb-start|qemu-base.pid)' -b ../begin -e ../end -- "$NB_BIN/nb-vm" list -J
}

t stop "nb-vm stop: it is stopped, or runs on and is known"
stop_is()
{
	vms
	# without a word of an error it is stopped
	cat >end <<-X
		[ -s ../err ] || test ! -e qemu-base.pid || exit
		test ! -e qemu-base.pid ||
		    "$NB_BIN/nb-vm" stop -t 0 base 2>&1 | grep stopped >/dev/null
	X
	for t in 0 ${NB_SOAK:+2}; do
		inject $sample \
		    -i '(rt|base[.].*|nb-start|qemu-base.pid)' -b ../begin -e ../end \
		    write:EPIPE open:EIO open:EMFILE read:EIO stat:EIO \
		    socket:EMFILE poll:ENOMEM readdir:EIO unlink:EIO \
		    $memory -- "$NB_BIN/nb-vm" stop -t $t base
	done
}

t demo "nb-demo: an answer, or why there is none; no process of its own stays"
demo_is()
{
	cat >serve.pl <<-'X'
		use IO::Socket::INET;
		my $l = IO::Socket::INET->new(Listen => 9, ReuseAddr => 1,
		    LocalAddr => "127.0.0.1:$ARGV[0]") or exit 9;
		$| = 1;
		print "it begins\n";
		while (my $c = $l->accept) {
			while (defined(my $h = <$c>)) { last if $h =~ /^\r?$/ }
			print $c "HTTP/1.0 200 OK\r\n\r\nhere\n";
		}
	X
	export FAULT_PROG=nb-demo
	# the VM's words pass by; only the last is the report
	atf_check -s exit:1 -e inline:"nb-demo: standard output: No space \
left on device\n" sh -c "'$NB_BIN/nb-demo' -t 6 'http://127.0.0.1:%p/' \
	    perl '$PWD/serve.pl' %p >/dev/full"
	inject $sample open:EIO read:EIO read:short read:EINTR write:EINTR \
	    socket:EMFILE pipe:EMFILE fork:EAGAIN exec:ENOEXEC dup:EMFILE \
	    poll:ENOMEM thread:EAGAIN $memory -- \
	    "$NB_BIN/nb-demo" -t 3 'http://127.0.0.1:%p/' perl -e 1 -- \
	    perl "$PWD/serve.pl" %p
}

t hold "nb-hold: what holds a lock holds up nobody who reads its output"
hold_is()
{
	cat >once.pl <<-'X'
		use Plan;
		my $p = Plan->new("$ENV{PWD}/plan");
		$p->set('dup', 'EMFILE', shift);
		my %e = $p->env;
		@ENV{keys %e} = values %e;
		exec @ARGV;
	X
	export FAULT_PROG=nb-hold
	for n in 1 2 3; do
		timeout 20 sh -c 'x=$(perl -I"$1" once.pl "$2" "$3/nb-hold" \
		    -p "$4" lock x 2>&1)' sh "$NB_TOP/tests/faults" $n \
		    "$NB_BIN" $$ || atf_fail "dup $n: ends by $?"
		"$NB_BIN/nb-hold" -u -p $$ lock x || atf_fail "not given up"
	done
}

atf_init_test_cases()
{
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
