#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# inits_test: the services with a first process of their own, from a package.

. "$(atf_get_srcdir)/../helpers.sh"
. "$(atf_get_srcdir)/inits.subr"

# nitro's image, made by whom ever: what its script has done
nitro_done()
{
	in_fs 'stat /dev/console' -o match:'character special.*0600' \
	    -o match:'00:00' -o match:'User: *0 *Group: *0 '
	in_fs 'stat /dev/constty' -o match:'character special.*0600' \
	    -o match:'00:01'
	in_fs 'stat /dev/tty' -o match:'character special.*0666' \
	    -o match:'01:00'
	in_fs 'stat /dev/null' -o match:'character special.*0666' \
	    -o match:'02:02'
	# utmp's group
	in_fs 'stat /var/run/utmpx' -o match:'regular.*0664' \
	    -o match:'User: *0 *Group: *45 '
	in_fs 'cat /sbin/init' -o file:"$NB_TOP/tests/world/pkgs/nitro"
	in_fs 'stat /usr/pkg/sbin/nitro' -o match:'Links: 2' -o match:'0755'
	in_fs 'stat /sbin/init.bak' -o match:'regular'
	in_fs 'stat /usr/pkg/etc/nitro.sock' \
	    -o match:'"/var/nitro/nitro.sock"'
	in_fs 'cat /usr/pkg/etc/nitro/getty/run' \
	    -o file:p/service/nitro/usr/pkg/etc/nitro/getty/run
	in_fs 'stat /usr/pkg/etc/nitro/SYS/setup' -o match:'0755'
	in_fs 'stat /var/nitro' -o match:'directory.*0700'
}

# nitro_boots: its first process is in charge, and is told to end it
nitro_boots()
{
	boot nitro
	expect_log '^/sbin/init: not init' 120
	expect_log '^- nitro: booting' 60
	log_in
	# shellcheck disable=SC2016 # typed there
	echo 'echo "ROOT $(mount | sed -n "s/^[^ ]* on \/ type/is/p")"' >.console
	expect_log '^ROOT is ext2 \(local\)' 60
	echo 'nitroctl Reboot' >.console
	expect_log '^- nitro: SYS/final finished with status 0' 60
	expect_end 60
	nothing_left
}

t nitro_build "bmake SERVICE=nitro FSTYPE=ext2 build: its script runs in NetBSD"
nitro_build_is()
{
	project_up amd64
	# one that the stand-in can write to, and that is small
	printf 'FSTYPE=ext2\nIMGSIZE=60\nADDPKGS=\n' >p/service/build/own.mk
	printf 'BUILDMEM=128\nBUILDCPUS=1\nBUILDTIMEOUT=120\n' \
	    >p/service/nitro/own.mk
	make_it ARCH=amd64 SERVICE=nitro FSTYPE=ext2 build
	# the host made the file system, one VM ran, as root
	atf_check -o match:'^nb-mkfs: .*ext2' cat out
	atf_check -o inline:'1\n' grep -c '^stand-in for NetBSD' out
	atf_check -o match:'^builder: service/nitro/postinst/00-nitro.sh' \
	    -o match:'^builder: done' cat out
	fs nitro
	nitro_done
	nitro_boots

	# the script's status is the build's, and the image stays as it was
	before=$(sha256sum <p/images/nitro-amd64.img)
	echo 'exit 23' >p/service/nitro/postinst/01-no.sh
	./rules p ARCH=amd64 SERVICE=nitro FSTYPE=ext2 build >out 2>err &&
	    atf_fail "it did not fail"
	atf_check -o match:'^nb-start: build: service/nitro/postinst/01-no.sh: exit status 23$' \
	    cat err
	atf_check -o match:'Error code 23' cat out err
	atf_check_equal "$before" "$(sha256sum <p/images/nitro-amd64.img)"
	nothing_left
}

t nitro_base "the same on the host, for each architecture; it boots"
nitro_base_is()
{
	project_up amd64 i386 evbarm-aarch64
	for arch in amd64 i386 evbarm-aarch64; do
		make_it ARCH=$arch SERVICE=nitro FSTYPE=ext2 base
		fs nitro $arch
		nitro_done
	done
	make_it ARCH=amd64 kernfetch
	nitro_boots
}

t nitro_none "without nitro in its packages it fails, and says so"
nitro_none_is()
{
	project_up amd64
	./rules p ARCH=amd64 SERVICE=nitro ADDPKGS=greet base >out 2>err &&
	    atf_fail "it did not fail"
	atf_check -o match:'there is no /usr/pkg/sbin/nitro: is the package in ADDPKGS' \
	    cat out err
	atf_check test ! -e p/images/nitro-amd64.img
}

# multiuser SERVICE STATUS WORD REBOOT: it boots, with a login on the console and
# one by a key; STATUS there shows WORD; REBOOT ends it
multiuser()
{
	project_up amd64
	key a
	cp a.pub "p/service/$1/etc/"
	guest "$1"
	boot "$1" -p 22
	expect_log '^/sbin/init: not init' 120
	expect_log '^sshd: new host key: .*ED25519' 120
	log_in
	echo "$2" >.console
	expect_log "$3" 60
	ssh_program
	_n=0
	until ./enter a ssh id >id 2>/dev/null; do
		sleep 1
		_n=$((_n + 1))
		[ $_n -lt 60 ] || atf_fail "$(cat vm.log; ./enter a ssh id 2>&1)"
	done
	atf_check -o match:'^uid=1000\(ssh\)' cat id
	atf_check -o inline:"$1\n" ./enter a ssh hostname
	# one that logged out gets another
	echo 'exit' >.console
	_n=0
	until [ "$(grep -c '^login: ' vm.log)" -ge 2 ]; do
		sleep 1
		_n=$((_n + 1))
		[ $_n -lt 60 ] || atf_fail "no other login: $(tail -20 vm.log)"
	done
	echo root >.console
	sleep 1
	echo "$4" >.console
	expect_end 120
	nothing_left
}

t runbsd "NetBSD under runit: a login, sshd, the end"
runbsd_is()
{
	multiuser runbsd 'sv status /service/*' \
	    '^run: /service/sshd: \(pid [0-9]+\)' 'init 6'
	atf_check -o match:'^- runit: leave stage: /etc/runit/1, status 0' \
	    -o match:'^- runit: leave stage: /etc/runit/3, status 0' \
	    -o match:'^- runit: system reboot' tr -d '\r' <vm.log
}

t runbsd_ro "the same on a read-only root, which stays as it is"
runbsd_ro_is()
{
	echo 'MOUNTRO=y' >own.mk
	project_up amd64
	key a
	mv own.mk p/service/runbsd/
	cp a.pub p/service/runbsd/etc/
	guest runbsd
	before=$(sha256sum <p/images/runbsd-amd64.img)
	boot runbsd
	log_in
	echo "sv status sshd; init 6" >.console
	expect_log '^run: /service/sshd: \(pid [0-9]+\)' 60
	expect_end 120
	atf_check_equal "$before" "$(sha256sum <p/images/runbsd-amd64.img)"
}

t systembsd "NetBSD under dinit: a login, sshd, the end"
systembsd_is()
{
	multiuser systembsd 'echo "MOTD $(wc -l </etc/motd)"' '^MOTD *3' \
	    /usr/pkg/sbin/reboot
	for s in rc syslogd sshd getty boot; do
		atf_check -o match:"^\[  OK  \] $s\$" tr -d '\r' <vm.log
	done
	atf_check -o not-match:FAILED cat vm.log
	atf_check -o match:'^Executing shutdown hook' cat vm.log
}

atf_init_test_cases()
{
	add_cases runbsd_ro
}
