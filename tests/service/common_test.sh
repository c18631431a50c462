#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# common_test: the scripts of service/, run by two shells in a root of their
# own. What they call is replaced by functions that note how they were called:
# busybox's shell runs its own programs whatever PATH says, but functions come
# first in every shell.
#
# shellcheck disable=SC2016,SC2086
# (Texts in single quotes are for those shells; $sh can be two words.)

SERVICE=${NB_TOP:?}/service
SHELLS="dash busybox"

# ---- a guest: the folder root, seen as / ----

# guest_make: a root file system with the services' scripts, and in stubs the
# functions for what NetBSD has and this host has not
guest_make() {
	mkdir -p root/bin root/sbin root/usr/bin root/dev root/proc root/tmp \
	    root/etc/include root/etc/rc.d root/var/run root/var/qemufwcfg \
	    root/mnt root/log root/lib root/lib64 root/usr/lib log
	cp "$SERVICE"/common/* root/etc/include/
	cp "$(command -v dash)" root/bin/dash
	cp "$(command -v busybox)" root/bin/busybox
	for _c in cat chmod cp ls mkdir mktemp rm sort tar tr wc; do
		ln -s busybox "root/bin/$_c"
	done
	printf 'x' >root/etc/MAKEDEV
	: >stubs
	for _c in mount umount ifconfig route sysctl halt sync mount_9p ksh \
	    pkg_add pkg_info pkgin; do
		echo "$_c() { note $_c \"\$@\"; }"
	done >stubs
	cat >>stubs <<'STUBS'
note() { echo "$*" >>/log/calls; }
dmesg() { cat /log/dmesg; }
uname() { case $1 in -r) echo 11.0_BETA ;; -p) echo x86_64 ;; esac; }
STUBS
	echo 'vioif0 at virtio0' >log/dmesg
	: >log/calls
	cat >root/dev/MAKEDEV <<'MAKEDEV'
echo "MAKEDEV $*" >>/log/calls
for n; do : >"$n" || exit 1; done
MAKEDEV
}

# stub TEXT: a function or more in place of those of guest_make
stub() {
	printf '%s\n' "$1" >>stubs
}

# guest SHELL TEXT [BWRAP-OPTION ...]: run TEXT in the guest; stdout and stderr
# to out and err
guest() {
	ln -sf "$1" root/bin/sh
	printf '%s\n' "$2" >log/text
	cp stubs log/stubs
	shift 2
	set -- "$@" --bind log /log
	# a host's null stands for the guest's
	: >>root/dev/null
	set -- "$@" --dev-bind /dev/null /dev/null
	for _d in /lib /lib64 /usr/lib; do
		[ ! -d "$_d" ] || set -- "$@" --ro-bind "$_d" "$_d"
	done
	env -i PATH="$PATH" bwrap --unshare-user --uid 0 --gid 0 \
	    "${ROOT:---bind}" root / "$@" --chdir / \
	    /bin/sh -c '. /log/stubs; . /log/text' >out 2>err
}

# calls TEXT: exactly these calls were noted, in this order
calls() {
	printf '%s\n' "$1" >want
	diff -u want log/calls || atf_fail "other calls than expected"
	: >log/calls
}

# in_each FUNCTION: once for each shell, each in a new guest
in_each() {
	for shell in $SHELLS; do
		rm -rf root log
		guest_make
		"$1"
	done
}

plain='mount -a
mount
MAKEDEV fd
ifconfig vioif0
ifconfig vioif0 10.0.2.15/24
route add default 10.0.2.2
ifconfig lo0 127.0.0.1 up
sysctl -w kern.sbmax=16777216 net.inet.tcp.sendbuf_max=16777216 net.inet.tcp.recvbuf_max=16777216'

# ---- the texts ----

atf_test_case lint
lint_head() {
	atf_set descr "shellcheck finds nothing in the services' scripts"
	atf_set require.progs shellcheck
}
lint_body() {
	find "$SERVICE" -type f \( -path '*/common/*' -o -path '*/etc/rc' \
	    -o -name '*.sh' \) >files
	atf_check -o ignore grep -x "$SERVICE/common/basicrc" files
	tr '\n' '\0' <files | atf_check xargs -0 shellcheck -s sh
}

atf_test_case syntax
syntax_head() {
	atf_set descr "dash and busybox read them, and rc files are executable"
}
syntax_body() {
	for f in "$SERVICE"/common/* "$SERVICE"/*/etc/rc; do
		atf_check dash -n "$f"
		atf_check busybox ash -n "$f"
	done
	for f in "$SERVICE"/*/etc/rc; do
		atf_check -o inline:'#!/bin/sh\n' head -n 1 "$f"
		atf_check test -x "$f"
	done
}

# ---- basicrc ----

atf_test_case basicrc
basicrc_head() {
	atf_set descr "basicrc: exactly these commands, and resolv.conf"
}
basicrc_body() {
	in_each basicrc_once
}
basicrc_once() {
	stub 'mount() { note mount "$@"; [ $# -ne 0 ] || echo "/dev/dk0 on / type ext2fs (local)"; }'
	cat >root/dev/MAKEDEV <<-'MAKEDEV'
	echo "MAKEDEV $*" >>/log/calls
	mkdir -p fd && : >fd/0
	MAKEDEV
	guest "$shell" '. /etc/include/basicrc
	    echo "$HOME $PATH $TERM $(umask) $(pwd)"' ||
	    atf_fail "$shell: status $?: $(cat err)"
	calls "$plain"
	atf_check_equal \
	    "/ /sbin:/bin:/usr/sbin:/usr/bin:/usr/pkg/bin:/usr/pkg/sbin:/rescue dumb 0022 /" \
	    "$(cat out)"
	atf_check -o inline:'nameserver 10.0.2.3\n' cat root/etc/resolv.conf
	atf_check -o empty cat err
	# what the image brings stays
	echo 'nameserver 192.0.2.1' >root/etc/resolv.conf
	guest "$shell" '. /etc/include/basicrc'
	atf_check -o inline:'nameserver 192.0.2.1\n' cat root/etc/resolv.conf
}

atf_test_case basicrc_readonly
basicrc_readonly_head() {
	atf_set descr "a read-only root: tmpfs on /tmp and /var/run, no error"
}
basicrc_readonly_body() {
	in_each basicrc_readonly_once
}
basicrc_readonly_once() {
	for _line in '/dev/dk0 on / type ext2fs (read-only, local)' \
	    '/dev/vda1 on / type ext2 (ro,relatime)' '/dev/md0a on / type ffs (ro)'
	do
		: >log/calls
		stub "mount() { note mount \"\$@\"; [ \$# -ne 0 ] || echo '$_line'; }"
		ROOT=--ro-bind guest "$shell" \
		    'set -e; . /etc/include/basicrc; echo end' ||
		    atf_fail "$shell: status $?: $(cat err)"
		atf_check -o inline:'end\n' cat out
		atf_check -o empty cat err
		atf_check -o inline:'mount -t tmpfs tmpfs /tmp
mount -t tmpfs tmpfs /var/run\n' grep tmpfs log/calls
		atf_check test ! -e root/etc/resolv.conf
	done
	# what fstab mounted already is left alone
	: >log/calls
	stub 'mount() { note mount "$@"; [ $# -ne 0 ] || printf "%s\n" "/dev/dk0 on / type ffs (read-only, local)" "tmpfs on /tmp type tmpfs (local)"; }'
	ROOT=--ro-bind guest "$shell" '. /etc/include/basicrc' ||
	    atf_fail "$shell: status $?"
	atf_check -o inline:'mount -t tmpfs tmpfs /var/run\n' \
	    grep tmpfs log/calls
}

atf_test_case basicrc_no_network
basicrc_no_network_head() {
	atf_set descr "without vioif0 only lo0 is set up"
}
basicrc_no_network_body() {
	in_each basicrc_no_network_once
}
basicrc_no_network_once() {
	stub 'ifconfig() { note ifconfig "$@"; [ "$1" != vioif0 ]; }'
	guest "$shell" '. /etc/include/basicrc' || atf_fail "$shell: status $?"
	atf_check -o inline:'ifconfig vioif0
ifconfig lo0 127.0.0.1 up\n' grep -E '^(ifconfig|route)' log/calls
	atf_check test ! -e root/etc/resolv.conf
}

atf_test_case basicrc_memory_root
basicrc_memory_root_head() {
	atf_set descr "a root on md0, which fstab does not name, is made writable"
}
basicrc_memory_root_body() {
	in_each basicrc_memory_root_once
}
basicrc_memory_root_once() {
	stub 'mount() { note mount "$@"; [ "$1" != -a ]; }
sysctl() { note sysctl "$@"; [ "$2" != kern.root_device ] || echo md0; }'
	guest "$shell" '. /etc/include/basicrc' || atf_fail "$shell: status $?"
	atf_check -o inline:'mount -a
sysctl -n kern.root_device
mount -u -o rw /dev/md0a /\n' head -n 3 log/calls
	# another root whose fstab is broken is not touched
	: >log/calls
	stub 'sysctl() { note sysctl "$@"; [ "$2" != kern.root_device ] || echo dk0; }'
	guest "$shell" '. /etc/include/basicrc' || atf_fail "$shell: status $?"
	atf_check -s exit:1 grep -e '-o rw' log/calls
}

atf_test_case basicrc_hooks
basicrc_hooks_head() {
	atf_set descr "rc.pre, host variables, network, rc.local, MOUNTRO: in this order"
}
basicrc_hooks_body() {
	in_each basicrc_hooks_once
}
basicrc_hooks_once() {
	echo 'note rc.pre "${GREETING:-unset}"' >root/etc/rc.pre
	echo 'note rc.local "$GREETING"' >root/etc/rc.local
	mkdir -p root/var/qemufwcfg/opt
	printf 'hello' >root/var/qemufwcfg/opt/org.smolbsd.var.GREETING
	printf 'y' >root/var/qemufwcfg/opt/org.smolbsd.var.MOUNTRO
	guest "$shell" '. /etc/include/basicrc' || atf_fail "$shell: status $?"
	atf_check -o inline:'mount -a
rc.pre unset
ifconfig vioif0
ifconfig vioif0 10.0.2.15/24
ifconfig lo0 127.0.0.1 up
rc.local hello
mount -u -o ro /\n' grep -E '^(mount -|rc|ifc)' log/calls
}

atf_test_case basicrc_devices
basicrc_devices_head() {
	atf_set descr "MAKEDEV's copy, ptyfs, ttys, and the nodes of virtio consoles"
}
basicrc_devices_body() {
	in_each basicrc_devices_once
}
basicrc_devices_once() {
	mv root/dev/MAKEDEV root/etc/MAKEDEV
	mkdir root/dev/pts
	for f in sbin/mount_ptyfs etc/rc.d/ttys; do
		printf '#!/bin/sh\necho "%s $*" >>/log/calls\n' "$f" >"root/$f"
		chmod +x "root/$f"
	done
	echo 'viocon0 at virtio1: Virtio Console' >>log/dmesg
	guest "$shell" '. /etc/include/basicrc' ||
	    atf_fail "$shell: status $?: $(cat err)"
	atf_check cmp root/etc/MAKEDEV root/dev/MAKEDEV
	atf_check -o inline:'mount -t ptyfs ptyfs /dev/pts
MAKEDEV fd
etc/rc.d/ttys start
MAKEDEV ttyVI01 ttyVI02\n' grep -E 'ptyfs|MAKEDEV|ttys' log/calls
	for n in 1 2; do
		atf_check -o inline:'666\n' stat -c %a "root/dev/ttyVI0$n"
	done
}

# ---- the other files of common ----

atf_test_case qemufwcfg
qemufwcfg_head() {
	atf_set descr "variables of the host arrive as they are, and run nothing"
}
qemufwcfg_body() {
	in_each qemufwcfg_once
}
qemufwcfg_once() {
	cat >root/sbin/mount_qemufwcfg <<-'MOUNT'
	#!/bin/sh
	echo "mount_qemufwcfg $*" >>/log/calls
	mkdir -p "$1/opt" && cd "$1/opt" || exit 1
	printf 'two words\nand $(echo more) `id` "x" '\''y'\''' \
	    >org.smolbsd.var.TEXT
	printf '' >org.smolbsd.var.EMPTY
	printf 'no' >org.smolbsd.var.A-B
	printf 'no' >'org.smolbsd.var.x;note evil'
	printf 'no' >org.smolbsd.var.1ST
	printf 'file' >org.smolbsd.file.DATA
	MOUNT
	chmod +x root/sbin/mount_qemufwcfg
	guest "$shell" '. /etc/include/qemufwcfg
	    /bin/dash -c '\''printf "<%s><%s>" "$TEXT" "${EMPTY-unset}"'\''' ||
	    atf_fail "$shell: status $?: $(cat err)"
	atf_check_equal "<two words
and \$(echo more) \`id\` \"x\" 'y'><>" "$(cat out)"
	atf_check -o inline:'qemufwcfg: 1ST: no name for a variable
qemufwcfg: A-B: no name for a variable
qemufwcfg: x;note evil: no name for a variable\n' sort err
	calls 'mount_qemufwcfg /var/qemufwcfg'
	# mounted once
	guest "$shell" '. /etc/include/qemufwcfg; echo "${DATA-unset}"'
	atf_check -o inline:'unset\n' cat out
	atf_check test ! -s log/calls
	# a kernel without the driver
	rm -r root/var/qemufwcfg/opt
	printf '#!/bin/sh\necho no driver >&2; exit 1\n' \
	    >root/sbin/mount_qemufwcfg
	guest "$shell" 'set -e; . /etc/include/qemufwcfg; echo on' ||
	    atf_fail "$shell: status $?"
	atf_check -o inline:'on\n' cat out
	atf_check -o empty cat err
}

atf_test_case mount9p
mount9p_head() {
	atf_set descr "the host's folder is mounted once, where it is wanted"
}
mount9p_body() {
	in_each mount9p_once
}
mount9p_once() {
	guest "$shell" '. /etc/include/mount9p' || atf_fail "$shell: status $?"
	atf_check test ! -s log/calls
	echo 'vio9p0 at virtio3' >>log/dmesg
	stub 'mount() { [ ! -f /log/on ] || echo "/dev/vio9p0 on $(cat /log/on) type puffs|p9fs"; }
mount_9p() { note mount_9p "$@"; echo "$3" >/log/on; }'
	guest "$shell" 'CHOUPI=n; . /etc/include/mount9p' ||
	    atf_fail "$shell: status $?"
	atf_check -o inline:'-> host filesystem mounted on /mnt\n' cat out
	calls 'MAKEDEV vio9p0
mount_9p -cu /dev/vio9p0 /mnt'
	guest "$shell" '. /etc/include/mount9p' || atf_fail "$shell: status $?"
	atf_check test ! -s log/calls
	rm log/on
	guest "$shell" 'MOUNT9P=/mnt/sub; . /etc/include/mount9p' ||
	    atf_fail "$shell: status $?"
	calls 'mount_9p -cu /dev/vio9p0 /mnt/sub'
	atf_check test -d root/mnt/sub
}

atf_test_case shutdown
shutdown_head() {
	atf_set descr "sync, the word for the host, umount, halt"
}
shutdown_body() {
	in_each shutdown_once
}
shutdown_once() {
	guest "$shell" '. /etc/include/shutdown' || atf_fail "$shell: status $?"
	calls 'sync
umount -af
halt -lq'
	echo 'viocon0: adding port 1' >>log/dmesg
	: >root/dev/ttyVI01
	guest "$shell" '. /etc/include/shutdown' || atf_fail "$shell: status $?"
	atf_check -o inline:'\nJEMATA!\n' cat root/dev/ttyVI01
	calls 'sync
mount -u -o ro /
umount -af
halt -lq'
	# a port that is not there is no obstacle
	rm root/dev/ttyVI01
	ROOT=--ro-bind guest "$shell" 'set -e; . /etc/include/shutdown' ||
	    atf_fail "$shell: status $?"
	atf_check -o match:'^halt -lq' tail -n 1 log/calls
	atf_check -o empty cat err
}

atf_test_case choupi
choupi_head() {
	atf_set descr "symbols by default, ASCII with CHOUPI=n"
}
choupi_body() {
	cat >show <<-'SHOW'
	. "$1/common/choupi"
	for n in ARROW CHECK WARN ERROR INFO STAR WHITEBULLET CPU FREEZE \
	    ROCKET SOCKET EXIT; do
		eval "v=\$$n"
		[ -n "$v" ] || echo "$n is empty"
		printf '%s' "$v"
	done
	SHOW
	for sh in dash 'busybox ash'; do
		for v in '' y Y yes; do
			atf_check -o save:got env CHOUPI="$v" $sh show "$SERVICE"
			atf_check -o not-match:empty grep . got
			atf_check test -n "$(LC_ALL=C tr -d ' -~' <got)"
		done
		for v in n N no; do
			atf_check -o save:got env CHOUPI="$v" $sh show "$SERVICE"
			atf_check -o not-match:empty grep . got
			atf_check test -z "$(LC_ALL=C tr -d ' -~' <got)"
		done
	done
}

atf_test_case vars
vars_head() {
	atf_set descr "vars gives defaults, exports them, and keeps what is set"
}
vars_body() {
	for sh in dash 'busybox ash'; do
		atf_check -o inline:'/mnt /drive2 y\n' $sh -c '. "$1/common/vars"
		    dash -c '\''echo "$BASEPATH $DRIVE2 $CHOUPI"'\' - "$SERVICE"
		atf_check -o inline:'/mnt /target n\n' env CHOUPI=n \
		    DRIVE2=/target $sh -c '. "$1/common/vars"
		    echo "$BASEPATH $DRIVE2 $CHOUPI"' - "$SERVICE"
	done
}

atf_test_case sailor_vars
sailor_vars_head() {
	atf_set descr "sailor.vars names absolute paths and adds what init needs"
}
sailor_vars_body() {
	cat >show <<-'SHOW'
	prefix=/usr/pkg
	. "$1/common/sailor.vars"
	set -f
	printf '%s\n' "$shippath" $shipbins $sync_dirs
	SHOW
	for sh in dash 'busybox ash'; do
		atf_check -o save:got $sh show "$SERVICE"
		atf_check -s exit:1 grep -v '^/' got
		for f in /drive2 /sbin/init /bin/sh /sbin/mount /sbin/halt \
		    /etc /usr/pkg/etc/pkgin; do
			atf_check -o ignore grep -x "$f" got
		done
	done
}

atf_test_case rsynclite_file
rsynclite_file_head() {
	atf_set descr "rsynclite copies a file, to a name or into a folder"
}
rsynclite_file_body() {
	umask 022
	echo one >'a file'
	chmod +x 'a file'
	for sh in dash 'busybox ash'; do
		rm -rf to
		run='. "$0/common/funcs"; rsynclite "$@"'
		atf_check $sh -c "$run" "$SERVICE" 'a file' 'to/deep er/name'
		atf_check cmp 'a file' 'to/deep er/name'
		atf_check test -x 'to/deep er/name'
		atf_check $sh -c "$run" "$SERVICE" 'a file' to/new/
		atf_check cmp 'a file' 'to/new/a file'
		atf_check $sh -c "$run" "$SERVICE" 'a file' plain
		atf_check cmp 'a file' plain
		# a target that cannot be is a failure
		atf_check -s not-exit:0 -e ignore $sh -c "$run" "$SERVICE" \
		    'a file' 'plain/below'
	done
}

atf_test_case rsynclite_folder
rsynclite_folder_head() {
	atf_set descr "rsynclite copies what is in a folder: modes, links, dots"
}
rsynclite_folder_body() {
	umask 022
	mkdir -p src/sub 'src/with space'
	echo 1 >src/.hidden
	echo 2 >src/sub/run
	chmod +x src/sub/run
	ln -s ../.hidden src/sub/link
	ln -s /nowhere src/dangling
	echo 3 >'src/with space/-n'
	for sh in dash 'busybox ash'; do
		rm -rf dst
		run='. "$0/common/funcs"; rsynclite "$@"'
		atf_check $sh -c "$run" "$SERVICE" src dst/new
		atf_check -o empty diff -r --no-dereference src dst/new
		atf_check test -x dst/new/sub/run
		atf_check test ! -x dst/new/.hidden
		# over what is there, with a slash as habit has it
		echo other >dst/new/.hidden
		echo kept >dst/new/kept
		atf_check $sh -c "$run" "$SERVICE" src/ dst/new/
		atf_check cmp src/.hidden dst/new/.hidden
		atf_check -o inline:'kept\n' cat dst/new/kept
		atf_check test ! -e dst/new/src
	done
}

atf_test_case rsynclite_exclude
rsynclite_exclude_head() {
	atf_set descr "rsynclite --exclude=PATTERN leaves files out"
}
rsynclite_exclude_body() {
	mkdir -p src/sub tmp
	echo 1 >src/a.o
	echo 2 >src/a.c
	echo 3 >src/sub/b.o
	echo 4 >src/sub/README
	for sh in dash 'busybox ash'; do
		rm -rf dst
		atf_check env TMPDIR="$PWD/tmp" $sh -c \
		    '. "$0/common/funcs"; rsynclite "$@"' "$SERVICE" \
		    '--exclude=*.o' --exclude=README src dst
		atf_check -o inline:'dst\ndst/a.c\ndst/sub\n' \
		    sh -c 'find dst | sort'
		# by a path; and what is there already stays
		echo old >dst/a.o
		atf_check env TMPDIR="$PWD/tmp" $sh -c \
		    '. "$0/common/funcs"; rsynclite "$@"' "$SERVICE" \
		    '--exclude=sub/*.o' '--exclude=a.?' src dst
		atf_check -o inline:'dst\ndst/a.c\ndst/a.o\ndst/sub\ndst/sub/README\n' \
		    sh -c 'find dst | sort'
		atf_check -o inline:'old\n' cat dst/a.o
		atf_check -o empty ls tmp
	done
}

atf_test_case rsynclite_missing
rsynclite_missing_head() {
	atf_set descr "rsynclite passes over what is not there, and says so"
}
rsynclite_missing_body() {
	for sh in dash 'busybox ash'; do
		atf_check -e inline:'rsynclite: none: not there, nothing copied\n' \
		    $sh -ec '. "$0/common/funcs"; rsynclite none dst' "$SERVICE"
		atf_check test ! -e dst
	done
}

atf_test_case makedev
makedev_head() {
	atf_set descr "makedev asks MAKEDEV for what is missing, and only that"
}
makedev_body() {
	in_each makedev_once
}
makedev_once() {
	: >root/dev/there
	guest "$shell" '. /etc/include/funcs; cd /tmp
	    makedev there; makedev new there newer; echo "$? $(pwd)"' ||
	    atf_fail "$shell: status $?"
	calls 'MAKEDEV new newer'
	atf_check -o inline:'0 /tmp\n' cat out
	# a read-only /dev: a status, not a word
	ROOT=--ro-bind guest "$shell" '. /etc/include/funcs
	    if makedev x; then echo made; else echo not; fi'
	atf_check -o inline:'not\n' cat out
	atf_check -o empty cat err
}

atf_test_case writable
writable_head() {
	atf_set descr "writable: a tmpfs with what is there, on a read-only root only"
}
writable_body() {
	in_each writable_once
}
writable_once() {
	mkdir -p root/home/me root/etc/x
	echo kept >root/home/me/file
	chmod 750 root/home/me
	# what would be mounted is an empty folder
	stub 'mount() { note mount "$@"; case $# in
		0) cat /log/mounted ;;
		*) rm -rf "$4/me" "$4/file" ;;
		esac; }'
	echo '/dev/dk0 on / type ffs (read-only, local)
tmpfs on /etc type tmpfs (local)' >log/mounted
	guest "$shell" '. /etc/include/funcs; writable /home /etc' ||
	    atf_fail "$shell: status $?"
	calls 'mount
mount
mount -t tmpfs tmpfs /home
mount'
	atf_check -o inline:'kept\n' cat root/home/me/file
	atf_check -o inline:'750\n' stat -c %a root/home/me
	atf_check -o empty ls root/tmp
	echo '/dev/dk0 on / type ffs (local)' >log/mounted
	guest "$shell" '. /etc/include/funcs; writable /home' ||
	    atf_fail "$shell: status $?"
	calls mount
	# what cannot be mounted is said
	echo '/dev/dk0 on / type ffs (read-only, local)' >log/mounted
	stub 'mount() { [ $# -eq 0 ] && cat /log/mounted; }'
	guest "$shell" '. /etc/include/funcs; writable /home' &&
	    atf_fail "$shell: no failure"
	atf_check -o inline:'kept\n' cat root/home/me/file
}

atf_test_case console_size
console_size_head() {
	atf_set descr "console_size: resize(1) if it is there, and no failure"
}
console_size_body() {
	in_each console_size_once
}
console_size_once() {
	guest "$shell" 'set -e; . /etc/include/funcs; console_size; echo on' ||
	    atf_fail "$shell: status $?"
	atf_check -o inline:'on\n' cat out
	: >root/dev/console
	stub 'resize() { note resize "$@"; echo COLUMNS=1; return 1; }'
	guest "$shell" 'set -e; . /etc/include/funcs; console_size; echo on' ||
	    atf_fail "$shell: status $?"
	atf_check -o inline:'on\n' cat out
	calls resize
}

atf_test_case pkgin
pkgin_head() {
	atf_set descr "pkgin: bootstrap, /packages, INSTALL_PACKAGES; once"
}
pkgin_body() {
	in_each pkgin_once
}
pkgin_once() {
	site=https://cdn.netbsd.org/pub/pkgsrc/packages/NetBSD/x86_64/10.1/All
	echo PKGVERS=10.1 >root/etc/pkgvers
	mkdir -p root/packages
	: >root/packages/mine-1.0.tgz
	stub 'pkg_info() { return 1; }'
	guest "$shell" 'set -f; CHOUPI=n INSTALL_PACKAGES="one two"
	    set +f; . /etc/include/pkgin' || atf_fail "$shell: $?: $(cat err)"
	calls "pkg_add $site/pkg_install-[0-9]*
pkg_add $site/pkgin-[0-9]*
pkgin -y update
pkg_add /packages/mine-1.0.tgz
pkgin -y install one
pkgin -y install two"
	atf_check -o inline:"$site\n" \
	    cat root/usr/pkg/etc/pkgin/repositories.conf
	# without a file, by the system's own version
	rm root/etc/pkgvers
	guest "$shell" '. /etc/include/pkgin; pkgin_version 10.99.12'
	atf_check -o match:'x86_64/11.0/All' cat out
	atf_check -o match:'^10.0$' cat out
	# a failure is told and ends it
	: >log/calls
	stub 'pkg_add() { note pkg_add "$@"; return 1; }'
	guest "$shell" 'CHOUPI=n; . /etc/include/pkgin'
	atf_check -o inline:'1\n' sh -c 'wc -l <log/calls'
	atf_check -o match:'^x packages are not installed' cat err
	# the second boot
	: >log/calls
	mkdir -p root/var/db/pkgin
	guest "$shell" '. /etc/include/pkgin' || atf_fail "$shell: status $?"
	atf_check test ! -s log/calls
}

# ---- services ----

# rc NAME: run a service's rc in the guest
rc() {
	cp "$SERVICE/$1/etc/rc" root/etc/rc
	guest "$shell" '. /etc/rc' || atf_fail "$shell: $1: status $?: $(cat err)"
}

atf_test_case rc_base
rc_base_head() {
	atf_set descr "base: basicrc, a shell, shutdown"
}
rc_base_body() {
	in_each rc_base_once
}
rc_base_once() {
	rc base
	atf_check -o inline:'mount -a\n' head -n 1 log/calls
	atf_check -o inline:'ksh
sync
umount -af
halt -lq\n' tail -n 4 log/calls
}

atf_test_case rc_rescue
rc_rescue_head() {
	atf_set descr "rescue: fstab, a shell, shutdown; a root in memory too"
}
rc_rescue_body() {
	in_each rc_rescue_once
}
rc_rescue_once() {
	stub 'sh() { note sh "$HOME" "$PATH" "$(umask)"; }'
	rc rescue
	calls 'mount -a
sh / /sbin:/bin:/usr/sbin:/usr/bin:/rescue 0022
sync
umount -af
halt -lq'
	stub 'mount() { note mount "$@"; [ "$1" != -a ]; }
sysctl() { echo md0; }'
	rc rescue
	atf_check -o inline:'mount -a
mount -u -o rw /dev/md0a /
sh / /sbin:/bin:/usr/sbin:/usr/bin:/rescue 0022\n' head -n 3 log/calls
}

atf_test_case rc_bozohttpd
rc_bozohttpd_head() {
	atf_set descr "bozohttpd: the server in the foreground, by either name"
}
rc_bozohttpd_body() {
	in_each rc_bozohttpd_once
}
rc_bozohttpd_once() {
	mkdir -p root/usr/libexec
	for name in bozohttpd httpd; do
		printf '#!/bin/sh\necho "%s $*" >>/log/calls\nexit 3\n' \
		    "$name" >"root/usr/libexec/$name"
		chmod +x "root/usr/libexec/$name"
		: >log/calls
		rc bozohttpd
		atf_check -o inline:"$name -b -f -s /var/www
sync
umount -af
halt -lq\n" tail -n 4 log/calls
		atf_check -o inline:"bozohttpd: serving /var/www on port 80
bozohttpd: /usr/libexec/$name ended, status 3\n" cat out
	done
}

atf_test_case root_mtree
root_mtree_head() {
	atf_set descr "root.mtree: rescue's links, bozohttpd's page, as others read them"
	atf_set require.progs bsdtar
}
root_mtree_body() {
	work=$PWD
	for s in rescue bozohttpd; do
		cd "$SERVICE/$s" || atf_fail "no service/$s"
		bsdtar -cf "$work/$s.tar" @root.mtree || atf_fail "$s"
	done
	cd "$work" || exit
	bsdtar -tvf rescue.tar >list
	for l in 'bin/sh -> /rescue/sh' 'sbin/init -> /rescue/init' \
	    'sbin/mount_ext2fs -> /rescue/mount_ext2fs'; do
		atf_check -o match:"^lrwxr-xr-x .* 0 +0 .* (\./)?$l\$" \
		    grep -F "$l" list
	done
	atf_check -o inline:'3\n' sh -c 'wc -l <list'
	bsdtar -tvf bozohttpd.tar >list
	atf_check -o match:'^-rw-r--r-- .* 0 +0 ' grep index.html list
	atf_check bsdtar -xf bozohttpd.tar
	atf_check cmp "$SERVICE/bozohttpd/var/www/index.html" var/www/index.html
}

atf_test_case options
options_head() {
	atf_set descr "options.mk: rescue's values; the command line and own.mk win"
	atf_set require.progs bmake
}
options_body() {
	cat >Makefile <<-EOF
	.include "$SERVICE/rescue/options.mk"
	.-include "own.mk"
	IMGSIZE?=512
	MOUNTRO?=n
	all: .PHONY
	EOF
	printf '\t@echo %s\n' "'\${SETS} \${IMGSIZE} \${MOUNTRO}'" >>Makefile
	atf_check -o inline:'rescue etc 20 y\n' bmake
	atf_check -o inline:'rescue etc 30 n\n' bmake IMGSIZE=30 MOUNTRO=n
	echo 'IMGSIZE=40' >own.mk
	atf_check -o inline:'rescue etc 40 y\n' bmake
}

atf_init_test_cases() {
	atf_add_test_case lint
	atf_add_test_case syntax
	atf_add_test_case basicrc
	atf_add_test_case basicrc_readonly
	atf_add_test_case basicrc_no_network
	atf_add_test_case basicrc_memory_root
	atf_add_test_case basicrc_hooks
	atf_add_test_case basicrc_devices
	atf_add_test_case qemufwcfg
	atf_add_test_case mount9p
	atf_add_test_case shutdown
	atf_add_test_case choupi
	atf_add_test_case vars
	atf_add_test_case sailor_vars
	atf_add_test_case rsynclite_file
	atf_add_test_case rsynclite_folder
	atf_add_test_case rsynclite_exclude
	atf_add_test_case rsynclite_missing
	atf_add_test_case makedev
	atf_add_test_case writable
	atf_add_test_case console_size
	atf_add_test_case pkgin
	atf_add_test_case rc_base
	atf_add_test_case rc_rescue
	atf_add_test_case rc_bozohttpd
	atf_add_test_case root_mtree
	atf_add_test_case options
}
