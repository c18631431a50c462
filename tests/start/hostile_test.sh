#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# hostile_test: confs and options that would have something run, read or
# written that nobody asked for. Each is refused with its line and a reason, or
# is one harmless word of QEMU's.

t() {
	atf_test_case "$1"
	eval "$1_head() { atf_set descr \"$2\"; atf_set require.progs perl; }"
	eval "$1_body() { world; $1_is; untouched; }"
	cases="$cases $1"
}
cases=

# untouched: nothing was run
untouched() {
	[ ! -e ran ] && [ ! -e args ] || atf_fail "something was run: $(ls)"
}

t confs "confs: refused by line, whatever the rest of them says"
confs_is() {
	n=0
	while IFS='~' read -r text line; do
		printf "mem=64\n$line\n" >base.conf
		refused 1 "base.conf:2: $text" -f base.conf
		n=$((n + 1))
	done <<-'EOF'
		a command is not run~append=$(touch ran)
		a command is not run~append="-z $(touch ran)"
		a command is not run~append=`touch ran`
		a command is not run~append="`touch ran`"
		a command is not run~img=images/$(touch ran)base-amd64.img
		a command is not run~hostfwd=::8080-:80$(touch ran)
		a command is not run~unused=$(touch ran)
		a command is not run~share=$(pwd;touch ran)
		a command is not run~share=$((`touch ran`))
		of ${...} only ${NAME} is known~append=${HOME:-$(touch ran)}
		of ${...} only ${NAME} is known~append=${!HOME}
		a $ without a name behind it~append=$'a\nb'
		a $ without a name behind it~append=$0
		a ; outside quotes: nothing is run here~append=-z;touch ran
		a & outside quotes: nothing is run here~append=-z&touch ran
		a | outside quotes: nothing is run here~append=-z|touch ran
		a > outside quotes: nothing is run here~append=->ran
		a < outside quotes: nothing is run here~append=<ran
		a ( outside quotes: nothing is run here~append=(touch ran)
		text behind the value~append=-z touch ran
		not an assignment~touch ran
		not an assignment~. ./evil
		not an assignment~export mem=64
		not an assignment~while :; do touch ran; done
		not an assignment~mem+=64
		not an assignment~PATH[0]=x
		not an assignment~\357\273\277mem=64
		a control character (0x00)~append=a\000b
		a control character (0x00)~\000
		a control character (0x1b)~append=\033[2J
		a control character (0x0d)~append=a\rmem=64
		a control character (0x7f)~append=\177
		double quote is not closed~append="a\nmem=64"
		single quote is not closed~append='a\nmem=64'
		mem: "64,maxmem=1t" is not a number~mem=64,maxmem=1t
		mem: "64 -S" is not a number~mem="64 -S"
		cores: "1,sockets=9" is not a number~cores=1,sockets=9
		cores: 99999999999999999999 is too much~cores=99999999999999999999
		max_ports: 4294967297 is too much~max_ports=4294967297
		qmp_port: "4444,server=on" is not a number~qmp_port=4444,server=on
		serial_port: "5555,path=ran" is not a number~serial_port=5555,path=ran
		imgtag: ../../etc/passwd: a tag has no slash~imgtag=../../etc/passwd
		hostfwd: guestfwd=tcp:1.2.3.4:1-cmd:sh: protocol guestfwd=tcp is~hostfwd=::80-:80,guestfwd=tcp:1.2.3.4:1-cmd:sh
		hostfwd: smb=/: not of the form~hostfwd=::80-:80,smb=/
		hostfwd: ::70000-:80: host port "70000"~hostfwd=::70000-:80
		fwcfgvar: "b,file": a name has letters~fwcfgvar=b,,file=/etc/shadow
		fwcfgvar: "opt/ovmf": a name has~fwcfgvar=opt/ovmf=1
		fwcfgfile: "../x": a name has~fwcfgfile=../x=/etc/passwd
		bridgenet: "br0,script=ran" is neither y nor n~bridgenet=br0,script=ran
		sharerw: "on,x" is neither y nor n~sharerw=on,x
		ARCH: ../../bin: no such architecture~ARCH=../../bin
		extra: double quote is not closed~extra='-device "x'
	EOF
	[ $n -ge 50 ] || atf_fail "$n confs"
}

t large "confs: what is too long, and what feeds on itself"
large_is() {
	{ echo mem=64; printf 'a='; head -c 1000000 /dev/zero | tr '\0' x; } >base.conf
	refused 1 'base.conf: more than 256 KB: not a conf' -f base.conf
	{ echo mem=64; head -c 200000 /dev/zero | tr '\0' x; echo =1; } >base.conf
	start -v -f base.conf >/dev/null 2>&1 || [ $? -eq 1 ] || atf_fail "a name"
	{ echo mem=64; printf 'a='; head -c 200000 /dev/zero | tr '\0' '"'; } >base.conf
	start -v -f base.conf >/dev/null 2>&1 || [ $? -eq 1 ] || atf_fail "quotes"
	yes 'mem=64 \' | head -c 200000 >base.conf
	refused 1 'base.conf:' -f base.conf
	{ echo 'a=$a$a'; } >base.conf
	unset a
	refused 1 'base.conf:1: a is not set' -f base.conf
	{
		echo a=aaaaaaaaaaaaaaaa
		for i in 1 2 3 4 5 6 7 8 9 10; do echo 'b=$a$a'; echo 'a=$b$b'; done
	} >base.conf
	refused 1 'a value of more than 8191 characters' -f base.conf
	ln -s loop.conf loop.conf
	refused 1 'loop.conf: ' -f loop.conf
	# a device never ends
	[ ! -c /dev/zero ] ||
	    refused 1 '/dev/zero:1: a control character (0x00)' -f /dev/zero -i base
	# an image that is itself, and a conf's name that leads elsewhere
	ln -s self.img images/self.img
	refused 1 'images/self-amd64.img: no such image' -v -i self
	mkdir -p a
	: >'a/..conf'
	refused 1 'no such image' -v -f a/..conf
	printf 'img=../../etc/passwd\n' >base.conf
	refused 1 '../../etc/passwd: no such image' -v -f base.conf
}

t options "options: the same"
options_is() {
	nl='
'
	tab=$(printf '\t')
	n=0
	while IFS='~' read -r status text args; do
		eval "refused $status \"\$text\" $args"
		n=$((n + 1))
	done <<-'EOF'
		2~-m: "64,slots=2,maxmem=1t" is not a number~-i base -m 64,slots=2,maxmem=1t
		2~-m: "1e3" is not a number~-i base -m 1e3
		2~-m: "64?touch ran" is not a number~-i base -m "64${nl}touch ran"
		2~-c: "2,maxcpus=200" is not a number~-i base -c 2,maxcpus=200
		2~-c: "-1" is not a number~-i base -c -1
		2~-n: 4294967296 is too much~-i base -n 4294967296
		2~-n: "1,path=/etc/passwd" is not a number~-i base -n 1,path=/etc/passwd
		2~-t: "5555,path=ran" is not a number~-i base -d -t 5555,path=ran
		2~-t: 65536 is too much~-i base -d -t 65536
		2~-A: tcg,thread=multi: no such accelerator~-i base -A tcg,thread=multi
		2~-A: ../kvm: no such accelerator~-i base -A ../kvm
		2~-p: $(touch ran): not of the form~-i base -p '$(touch ran)'
		2~-p: ::1-:1;touch ran: guest port~-i base -p '::1-:1;touch ran'
		2~-p: guestfwd=tcp:10.0.2.100:1-cmd:touch ran: protocol guestfwd=tcp is~-i base -p '::1-:1,guestfwd=tcp:10.0.2.100:1-cmd:touch ran'
		2~-p: tftp=/: not of the form~-i base -p ::1-:1,tftp=/
		2~-p: unix:/etc/x:1-:1: protocol unix is neither~-i base -p unix:/etc/x:1-:1
		2~-p: a control character~-i base -p "::1-:1$nl"
		2~-r: a control character~-i base -r "a${nl}b"
		2~root ld0a console=x: has a blank in it~-i base -r 'ld0a console=x'
		2~-a: a control character~-i base -a "a${tab}b"
		2~-e: "x,file": a name has~-i base -e x,,file=/etc/shadow
		2~-e: "file" is not NAME=VALUE~-i base -e a=1,file
		2~-E: "../../x": a name has~-i base -E ../../x=/etc/passwd
		1~/etc: not a file~-i base -E x=/etc
		1~a,path=/etc: no such folder~-i base -w a,path=/etc
		1~../../etc/nothing: no such image~-i ../../etc/nothing
		1~x,if=ide.img: no such image~-i x,if=ide.img
		1~nbd:localhost:10809: no such image~-i ./nbd:localhost:10809
		1~json: no such image~-i './json'
		1~images/two,readonly=off-amd64.img: no such image~-i base -l two,readonly=off
		1~./k;touch ran: no such kernel~-k './k;touch ran' -i base
		2~-x: single quote is not closed~-i base -x "-device 'x"
		2~-x: a control character~-i base -x "a${nl}b"
		2~-k: an empty name~-i base -k ''
		1~nothing: no such folder (--rundir)~-i base --rundir nothing
		1~./nothing,x=y: no such folder (--rundir)~-i base --rundir ./nothing,x=y
		2~--limit: "1;touch ran" is not a number~-i base --limit '1;touch ran'
		2~--print: takes no value~-i base --print=ran
		2~--image: an empty name~--image=
	EOF
	[ $n -ge 35 ] || atf_fail "$n options"
}

# hostile names; no slash, so that a file may be called so
names() {
	cat <<-'EOF'
		x,if=ide,file=y
		x,,readonly=off
		,
		x -S -s
		-S
		--daemonize
		x;touch ran
		$(touch ran)
		`touch ran`
		x"y'z
		x\y
		fat:rw:x
		json:{"driver":"file"}
		x%s%n
		fd:0
		..x
	EOF
}

# one WORD ARGS: of the command that is run WORD is one word, all others are
# those of a harmless name
one() {
	_line=$1
	shift
	words "$@" >got
	[ "$(grep -cxF -- "$_line" got)" -eq 1 ] || {
		cat got
		atf_fail "nb-start -v $*: not once: $_line"
	}
	[ "$(wc -l <got)" -eq "$(wc -l <plain)" ] || {
		diff plain got
		atf_fail "nb-start -v $*: more words"
	}
	[ ! -e ran ] || atf_fail "nb-start -v $*: run"
}

t names "names that mean something to QEMU or a shell stay names"
names_is() {
	names >names
	while IFS= read -r x; do
		q=$(printf %s "$x" | sed 's/,/,,/g')
		case $x in
		*:*)	f=./$q ;;
		*)	f=$q ;;
		esac
		elf "./$x"
		words -k ./kernels/netbsd-SMOL -i base >plain
		one "./$x" -k "./$x" -i base
		rm "./$x"
		image "./$x" baseroot!
		words -i images/base-amd64.img >plain
		one "if=none,file=$f,format=raw,id=hd0" "-i$x"
		one "if=none,file=./$q,format=raw,id=hd0" -i "./$x"
		words -i base -l images/base-amd64.img >plain
		one "if=none,file=$f,format=raw,id=hd1" -i base "--drive2=$x"
		words -I -i base >plain
		one "$x" -I "-i$x"
		words -i base -E F=kernels/netbsd-SMOL >plain
		one "name=opt/org.smolbsd.file.F,file=$q" -i base -E "F=$q"
		rm "./$x"
		mkdir "./$x"
		words -i base -w images >plain
		one "local,path=$q,security_model=none,id=share0" -i base "-w$x"
		words -i base --rundir images >plain
		one "$x/qemu-base.pid" -i base "--rundir=$x"
		rmdir "./$x"
		words -i base -e F=1 >plain
		one "name=opt/org.smolbsd.var.F,string=$q" -i base -e "F=$q"
		words -i base -a x >plain
		one "console=com root=NAME=baseroot $x" -i base "-a$x"
		case $x in
		*' '*)	;;
		*)	one "console=com root=$x -z" -i base "--root=$x" ;;
		esac
		printf '%s' "img='./q'" >"./$x.conf"
		image ./q baseroot!
		words -f "./$x.conf" >plain
		one "qemu-$x.pid" -f "./$x.conf"
		rm "./$x.conf"
	done <names
}

t planted "what a guest can write into its own image is no word of ours"
planted_is() {
	# a partition's name goes to the kernel's line, and nowhere else
	for x in 'a,b' '$(id)' '-S' "a'b" 'a"b'; do
		image images/base-amd64.img "$x!"
		has "console=com root=NAME=$x -z" -i base
	done
	for x in 'a console=x' "a$(printf '\t')b"; do
		image images/base-amd64.img "$x!"
		refused 1 'images/base-amd64.img: partition' -i base
	done
}

atf_init_test_cases() {
	. "$(atf_get_srcdir)/start.subr"
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
