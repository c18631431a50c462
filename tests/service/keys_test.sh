#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# keys_test: SSHKEYS: who may log in to an image with sshd(8), and where its host
# keys come from. In guests there is a real sshd, Debian's.

. "$(atf_get_srcdir)/../helpers.sh"
. "$(atf_get_srcdir)/inits.subr"

# agent KEY ...: one that has these; stop_agent ends it
agent()
{
	eval "$(ssh-agent -s)" >/dev/null
	echo "$SSH_AGENT_PID" >>.vms
	[ $# -eq 0 ] || ssh-add -q "$@" 2>/dev/null || atf_fail ssh-add
}
stop_agent()
{
	kill "$SSH_AGENT_PID"
	unset SSH_AUTH_SOCK SSH_AGENT_PID
}

# base [WORD ...]: sshd's image
base()
{
	make_it ARCH=amd64 SERVICE=sshd FSTYPE=ext2 IMGSIZE=40 "$@" base
}

# refused PATTERN WORD ...: it is not made, and the last line before bmake's own
# says why; no image, and nothing of the keys is left
refused()
{
	_pattern=$1
	shift
	rm -f p/images/sshd-amd64.img
	./rules p ARCH=amd64 SERVICE=sshd FSTYPE=ext2 IMGSIZE=40 "$@" base \
	    >out 2>err && atf_fail "it did not fail: $*"
	grep -v -e '^\*\*\*' -e '^Stop\.' -e '^bmake: stopped' -e '^$' err |
	    tail -n 1 >last
	atf_check -o match:"$_pattern" cat last
	atf_check test ! -e p/images/sshd-amd64.img
	none_left
}

# none_left: no folder with keys, whatever was done
none_left()
{
	atf_check find p/images -name ssh -o -name '*_key*' -o -name '*.part' \
	    -o -name authorized_keys -o -name stage
}

# authorized FILE: exactly these keys are the user's, and he alone can read them
authorized()
{
	fs sshd
	in_fs 'cat /home/ssh/.ssh/authorized_keys' -o "file:$1"
	in_fs 'stat /home/ssh/.ssh/authorized_keys' -o match:'regular.*0600' \
	    -o match:'User: *1000 *Group: *100 '
	in_fs 'stat /home/ssh/.ssh' -o match:'directory.*0700' \
	    -o match:'User: *1000 *Group: *100 '
	in_fs 'stat /home/ssh' -o match:'directory.*0755' \
	    -o match:'User: *1000 *Group: *100 '
	none_left
}

t files "the keys of etc/*.pub, as they come"
files_is()
{
	project_up amd64 i386 evbarm-aarch64
	for k in a b c; do key $k; done
	ssh-keygen -q -t ecdsa -N '' -f d
	# several in a file, a blank in a name, DOS's lines, no end of line, remarks
	{
		cat a.pub
		echo '# the other one'
		echo
		sed "s/^/from=\"10.0.2.2\",no-pty /" b.pub
	} >'p/service/sshd/etc/one two.pub'
	sed "s/\$/$(printf '\r')/" c.pub >p/service/sshd/etc/three.pub
	printf %s "$(cat d.pub)" >p/service/sshd/etc/z.pub
	{
		cat a.pub
		sed "s/^/from=\"10.0.2.2\",no-pty /" b.pub
		cat c.pub d.pub
	} >want
	base
	atf_check -o not-match:"nobody's key" cat out
	authorized want
	in_fs 'cat /etc/ssh/user' -o inline:'ssh\n'
	in_fs 'cat /etc/ssh/sshd_config' -o file:p/mk/sshd_config
	in_fs 'ls /etc/ssh' -o not-match:ssh_host
	# nothing changed
	before=$(stat -c %i p/images/sshd-amd64.img)
	base
	atf_check_equal "$before" "$(stat -c %i p/images/sshd-amd64.img)"
	# one fewer, and the service's own sshd_config
	rm p/service/sshd/etc/*.pub
	cp a.pub p/service/sshd/etc/
	mkdir p/service/sshd/etc/ssh
	echo 'Port 2222' >p/service/sshd/etc/ssh/sshd_config
	base
	authorized a.pub
	in_fs 'cat /etc/ssh/sshd_config' -o inline:'Port 2222\n'
	# another user; root
	base SSHUSER=me_2
	fs sshd
	in_fs 'stat /home/me_2/.ssh/authorized_keys' -o match:'0600' \
	    -o match:'User: *1000 *Group: *100 '
	in_fs 'ls /home' -o not-match:ssh
	base SSHUSER=root
	fs sshd
	in_fs 'cat /root/.ssh/authorized_keys' -o file:a.pub
	in_fs 'stat /root/.ssh/authorized_keys' -o match:'0600' \
	    -o match:'User: *0 *Group: *0 '
	in_fs 'stat /root/.ssh' -o match:'directory.*0700' \
	    -o match:'User: *0 *Group: *0 '
	# each service with sshd, each architecture
	for s in sshd nitrosshd; do
		cp a.pub p/service/$s/etc/ 2>/dev/null || {
			mkdir p/service/$s/etc && cp a.pub p/service/$s/etc/
		}
		for a in amd64 i386 evbarm-aarch64; do
			make_it ARCH=$a SERVICE=$s FSTYPE=ext2 IMGSIZE=40 base
			fs $s $a
			in_fs 'cat /home/ssh/.ssh/authorized_keys' -o file:a.pub
		done
	done
}

t bad_files "what is no public key is refused, by file and line"
bad_files_is()
{
	project_up amd64
	key a
	cp a p/service/sshd/etc/a.pub
	refused '^service/sshd/etc/a.pub: a private key: put the .pub beside it there$'
	{ cat a.pub; echo hello; } >p/service/sshd/etc/a.pub
	refused '^service/sshd/etc/a.pub: line 2: no public key of ssh$'
	sed 's/AAAA/AAA/' a.pub >p/service/sshd/etc/a.pub
	refused '^service/sshd/etc/a.pub: line 1: no public key of ssh$' \
	    SSHKEYS=build
	cp a.pub p/service/sshd/etc/a.pub
	refused '^bmake: .*SSHKEYS=no: boot or build' SSHKEYS=no
	refused '^bmake: .*SSHUSER=a b: no name of a user' 'SSHUSER=a b'
	refused '^bmake: .*SSHUSER=../x: no name of a user' SSHUSER=../x
	refused '^bmake: .*SSHUSER=: no name of a user' SSHUSER=
	# the image fails when the keys are there already
	refused '^nb-mkfs: .*IMGSIZE' SSHKEYS=build IMGSIZE=1
}

t agents "keys of an ssh-agent, where there are no files"
agents_is()
{
	project_up amd64
	for k in a b c; do key $k; done
	agent a b
	cat a.pub b.pub >want
	base
	authorized want
	before=$(stat -c %i p/images/sshd-amd64.img)
	base
	atf_check_equal "$before" "$(stat -c %i p/images/sshd-amd64.img)"
	# no agent at the moment, or one that is empty, takes none away
	(unset SSH_AUTH_SOCK; base) || exit
	atf_check_equal "$before" "$(stat -c %i p/images/sshd-amd64.img)"
	stop_agent
	agent
	base
	atf_check_equal "$before" "$(stat -c %i p/images/sshd-amd64.img)"
	# another key is news
	ssh-add -q c 2>/dev/null
	base
	authorized c.pub
	# a file comes first
	cp b.pub p/service/sshd/etc/
	base
	authorized b.pub
	# made for another reason, with nobody there
	rm p/service/sshd/etc/b.pub
	stop_agent
	base
	atf_check -o match:"^SERVICE=sshd: nobody's key is in the image" cat out
	# ... the agent is back
	agent c
	base
	authorized c.pub
	stop_agent
}

t nobody "no key at all: a line that says the ways out, and an image"
nobody_is()
{
	project_up amd64
	base
	atf_check -o match:"^SERVICE=sshd: nobody's key is in the image: put yours into service/sshd/etc/NAME.pub" \
	    -o match:'nb-start -E authorized_keys=FILE.pub$' cat out
	fs sshd
	in_fs 'ls /home/ssh/.ssh' -o not-match:authorized_keys
	none_left
}

# private ARCH: host keys that only root can read, in an image that only the
# caller can read
private()
{
	fs sshd "$1"
	for k in ed25519 ecdsa; do
		in_fs "stat /etc/ssh/ssh_host_${k}_key" \
		    -o match:'regular.*0600' -o match:'User: *0 *Group: *0 '
		debugfs -R "dump /etc/ssh/ssh_host_${k}_key got" fs 2>/dev/null
		chmod 600 got
		ssh-keygen -y -f got | cut -d' ' -f1,2 >want
		in_fs "cat /etc/ssh/ssh_host_${k}_key.pub" -o save:got.pub
		# it is that key's, and says nothing of who made it
		atf_check -o inline:"$(cat want) sshd\n" cat got.pub
	done
	atf_check -o inline:'600\n' stat -c %a "p/images/sshd-$1.img"
	none_left
}

t hostkeys "SSHKEYS=build: host keys in the image, and nowhere else"
hostkeys_is()
{
	project_up amd64
	key a
	cp a.pub p/service/sshd/etc/
	# by default they are the machine's business, and any two images the same
	base
	fs sshd
	in_fs 'ls /etc/ssh' -o not-match:ssh_host
	atf_check -o inline:"$(printf %o $((0666 & ~$(umask))))\n" \
	    stat -c %a p/images/sshd-amd64.img
	sum=$(sha256sum <p/images/sshd-amd64.img)
	rm p/images/sshd-amd64.img
	base
	atf_check_equal "$sum" "$(sha256sum <p/images/sshd-amd64.img)"

	base SSHKEYS=build
	private amd64
	cp got.pub first.pub
	authorized a.pub
	# nothing changed
	base SSHKEYS=build
	private amd64
	atf_check cmp got.pub first.pub
	# each image has others
	touch p/service/sshd/etc/rc
	base SSHKEYS=build
	private amd64
	! cmp -s got.pub first.pub || atf_fail 'the same key again'

	# by way of a stage, for a script on the host: others of the host see none
	mkdir p/service/sshd/postinst
	echo 'ls -l etc/ssh; sleep 4' >p/service/sshd/postinst/1.sh
	./rules p ARCH=amd64 SERVICE=sshd FSTYPE=ext2 IMGSIZE=40 SSHKEYS=build \
	    base >out 2>&1 &
	_n=0
	until grep -q '^-rw-------.*ssh_host_ecdsa_key$' out; do
		sleep 0.1
		_n=$((_n + 1))
		[ $_n -lt 200 ] || atf_fail "$(cat out)"
	done
	atf_check -o inline:'600\n600\n' find p/images -name '*_key' \
	    -printf '%m\n'
	wait $! || atf_fail "$(cat out)"
	private amd64
	# ... which fails
	echo 'exit 3' >p/service/sshd/postinst/1.sh
	rm p/images/sshd-amd64.img
	./rules p ARCH=amd64 SERVICE=sshd FSTYPE=ext2 IMGSIZE=40 SSHKEYS=build \
	    base >out 2>&1 && atf_fail 'it did not fail'
	none_left
	rm -r p/service/sshd/postinst

	# no ssh-keygen
	mkdir bin
	for f in /usr/bin/* /bin/*; do
		case ${f##*/} in ssh-keygen) ;; *) ln -sf "$f" bin/ ;; esac
	done
	(PATH=$PWD/bin; refused '^ssh-keygen: not here, and needed for SSHKEYS=build$' \
	    SSHKEYS=build) || exit
}

t minimised "an image of what sailor.conf names has the keys, too"
minimised_is()
{
	project_up amd64
	key a
	cp a.pub p/service/sshd/etc/
	base MINIMIZE=y SSHKEYS=build
	private amd64
	authorized a.pub
	in_fs 'ls /usr/bin' -o not-match:uucp
	rm p/service/sshd/etc/a.pub
	base MINIMIZE=y
	atf_check -o inline:'1\n' grep -c "nobody's key" out
	none_left
}

t interrupted "an interrupted build leaves no key"
interrupted_is()
{
	project_up amd64
	key a
	cp a.pub p/service/sshd/etc/
	base
	rm p/images/sshd-amd64.img
	# a layer that never comes
	mkfifo p/service/sshd/slow.tgz
	for sig in INT TERM HUP; do
		perl -MPOSIX -e '$SIG{INT} = "DEFAULT"; setsid; exec @ARGV' \
		    ./rules p ARCH=amd64 SERVICE=sshd FSTYPE=ext2 IMGSIZE=40 \
		    SSHKEYS=build ADDSETS=service/sshd/slow.tgz base >out 2>&1 &
		pid=$!
		_n=0
		until ls p/images/*.part >/dev/null 2>&1; do
			sleep 0.1
			_n=$((_n + 1))
			[ $_n -lt 100 ] || atf_fail "$(cat out)"
		done
		atf_check -o inline:'700\n' find p/images -name ssh -printf '%m\n'
		kill -$sig -"$pid"
		wait "$pid" && atf_fail "$sig: it did not fail"
		# bmake does not wait for what it ran
		_n=0
		while pgrep -s "$pid" >left; do
			sleep 0.1
			_n=$((_n + 1))
			[ $_n -lt 50 ] || atf_fail "$sig: left: $(cat left)"
		done
		none_left
	done
}

t builder "the same by way of the builder, for each that needs it"
builder_is()
{
	project_up amd64
	key a
	cp a.pub p/service/sshd/etc/
	printf 'FSTYPE=ext2\nIMGSIZE=60\nADDPKGS=\n' >p/service/build/own.mk
	make_it ARCH=amd64 SERVICE=sshd FSTYPE=ext2 IMGSIZE=40 SSHKEYS=build \
	    BUILDER=always BUILDMEM=128 BUILDTIMEOUT=120 build
	atf_check -o match:'^builder: done' cat out
	private amd64
	authorized a.pub
}

# ---- logging in ----

# up SERVICE [nb-start's options]: until its sshd answers
up()
{
	_s=$1
	shift
	boot "$_s" -p 22 "$@"
	expect_log '^Server listening on 0.0.0.0 port 22' 180
	ssh_program
}

# shut_out KEY USER [ssh's options]: that does not let him in, and only a key could
shut_out()
{
	_k=$1 _u=$2
	shift 2
	atf_check -s exit:255 -e match:'Permission denied \(publickey\)\.' \
	    ./enter "$_k" "$_u" id "$@"
}

# hostkey: what the machine shows is in host
hostkey()
{
	rm -f known
	atf_check -o ignore ./enter "$1" "$2" true
	cut -d' ' -f2,3 known >host
}


t login_rw "a key lets in; host keys are made once, and stay"
login_rw_is()
{
	project_up amd64
	key a
	key b
	cp a.pub p/service/sshd/etc/
	guest sshd
	up sshd -n 1
	expect_log '^sshd: new host key: .*ED25519' 1
	atf_check -o match:'^uid=1000\(ssh\) gid=100\(users\)' \
	    ./enter a ssh 'id; pwd; ls -ln .ssh'
	atf_check -o inline:'/home/ssh\n' ./enter a ssh pwd
	# his home is his
	atf_check -o inline:'x\n' ./enter a ssh 'echo x >f && cat f'
	hostkey a ssh
	cp host first
	shut_out b ssh
	shut_out a root
	shut_out a root -o PubkeyAuthentication=no
	shut_out a ssh -o PubkeyAuthentication=no
	# what it wrote is on the disk
	atf_check -o ignore ./enter a ssh sync
	stop_vm
	up sshd
	hostkey a ssh
	atf_check cmp host first
	atf_check -o inline:'x\n' ./enter a ssh 'cat f'
	! grep 'new host key' vm.log || atf_fail 'new keys'
	stop_vm
}

t login_ro "a read-only root: the same, with host keys new at each boot"
login_ro_is()
{
	project_up amd64
	key a
	cp a.pub p/service/sshd/etc/
	guest sshd MOUNTRO=y
	before=$(sha256sum <p/images/sshd-amd64.img)
	up sshd
	expect_log '^sshd: the root is read-only: new host keys at each boot' 1
	atf_check -o match:'^uid=1000\(ssh\) gid=100\(users\)' ./enter a ssh id
	atf_check -o inline:'x\n' ./enter a ssh 'echo x >f && cat f'
	atf_check -o match:'^drwx------ .* 1000 +100 ' ./enter a ssh 'ls -dln .ssh'
	shut_out a root
	hostkey a ssh
	cp host first
	stop_vm
	up sshd
	hostkey a ssh
	! cmp -s host first || atf_fail 'the same host key'
	stop_vm
	atf_check_equal "$before" "$(sha256sum <p/images/sshd-amd64.img)"
}

t login_build "host keys of the image are the same at each boot; root by a key"
login_build_is()
{
	project_up amd64
	key a
	cp a.pub p/service/sshd/etc/
	guest sshd MOUNTRO=y SSHKEYS=build SSHUSER=root
	up sshd
	! grep 'new host key' vm.log || atf_fail 'new keys'
	atf_check -o match:'^uid=0' ./enter a root id
	shut_out a ssh
	hostkey a root
	fs sshd
	debugfs -R 'cat /etc/ssh/ssh_host_ed25519_key.pub' fs 2>/dev/null |
	    cut -d' ' -f1,2 >want
	atf_check -o ignore grep -xF "$(cat want)" host
	stop_vm
}

# given SERVICE: no key in its image; one that is handed over lets in
given()
{
	project_up amd64
	key a
	guest "$1"
	boot "$1"
	expect_log "^sshd: nobody's key is here: nb-start -E authorized_keys=FILE" 120
	case $1 in
	sshd)	expect_log '^sshd: a shell here instead' 60 ;;
	*)	log_in ;;
	esac
	echo 'echo "I AM $(id -u)"' >.console
	expect_log '^I AM 0' 60
	stop_vm
	up "$1" -E authorized_keys="$PWD/a.pub"
	atf_check -o match:'^uid=1000\(ssh\)' ./enter a ssh id
	# not root, whose it is not
	shut_out a root
	stop_vm
}

t given_sshd "no key in the image: a shell there, or one handed over at boot"
given_sshd_is() { given sshd; }

t given_nitro "the same under nitro: a login there"
given_nitro_is() { given nitrosshd; }

t login_nitro "sshd under nitro, on a read-only root"
login_nitro_is()
{
	project_up amd64
	key a
	mkdir p/service/nitrosshd/etc
	cp a.pub p/service/nitrosshd/etc/
	guest nitrosshd
	up nitrosshd
	expect_log '^/sbin/init: not init' 1
	! grep '^login:' vm.log || atf_fail 'a login on the console'
	atf_check -o match:'^uid=1000\(ssh\)' ./enter a ssh id
	atf_check -o match:'\(read-only, local\)' ./enter a ssh \
	    "/sbin/mount | sed -n 's/^[^ ]* on \/ type//p'"
	stop_vm
}

atf_init_test_cases()
{
	add_cases given_nitro login_build
}
