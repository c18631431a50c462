#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# vm_test: what nb-start gives a guest is there in the guest: consoles, disks,
# folders, ports, sockets; and how a VM ends.

# shellcheck source=tests/boot/boot.subr
. "$(atf_get_srcdir)/boot.subr"

# What a guest sees of all that it was given; it ends itself.
all_probe()
{
	probe <<-'EOF2'
		. /etc/include/basicrc
		b=/libexec/busybox
		proc=/dev/standin/proc
		echo "PROBE console $($b tty)"
		echo "PROBE variable $VAR"
		$b sed 's/^/PROBE file /' /var/qemufwcfg/opt/org.smolbsd.file.notes
		echo "PROBE share $(cat /mnt/from-host)"
		{ echo x >/mnt/from-guest; } 2>/dev/null || echo PROBE share refused
		mkdir /two /three
		mount NAME=two /two && mount NAME=three /three
		echo "PROBE disks $(cat /two/name) $(cat /three/name)"
		{ echo written >/three/new; } 2>/dev/null || echo PROBE three refused
		echo written >/two/new
		# raw before anybody is told to write
		exec 5<>/dev/ttyVI02
		stty raw -echo <&5
		{ read -r line && echo "and $line"; } <&5 >&5 &
		$b nc -l -p 7 -e /bin/cat &
		udp() {
			$b awk '/^Udp: [0-9]/ { print $3 }' $proc/net/snmp
		}
		echo PROBE listens
		until [ "$(udp)" -gt 0 ]; do
			sleep 0.1
		done
		echo PROBE udp
		wait
		$b sync
		umount /two
		. /etc/include/shutdown
	EOF2
}

# disk NAME: NAME.img, with one ext2 partition of that name
disk()
{
	mkdir "$1"
	echo "$1's" >"$1/name"
	atf_check -o ignore -e ignore "$NB_BIN/nb-mkfs" -t ext2 -L "$1" \
	    -s 8m "$1.img" "$1"
}

# answer CONNECT TEXT WANT: a client of a port or socket says a line, again
# until it is answered so
answer()
{
	perl -MIO::Socket -e '
		my ($where, $text, $want) = @ARGV;
		$SIG{ALRM} = sub { die "no answer\n" };
		alarm 60;
		while (1) {
			my $s = $where =~ m{/} ?
			    IO::Socket::UNIX->new(Peer => $where) :
			    IO::Socket::INET->new($where) or die "$where: $!\n";
			syswrite $s, "$text\n";
			my $got = <$s> // "";
			last if $got =~ /^\Q$want\E\r?\n/;
			die "$where: $got\n" if length $got;
			select undef, undef, undef, 0.1;
		}' "$@" || atf_fail "$1 does not answer"
}

# all ARCH CONSOLE [options]: one boot with all of it
all()
{
	world "$1"
	console=$2
	shift 2
	if [ "$console" = hvc0 ]; then
		perl "$(atf_get_srcdir)/addsym.pl" viocon_earlyinit \
		    <"p/kernels/$kernel" >p/kernels/viocon || atf_fail addsym
		boot_kernel=viocon
	fi
	all_probe
	make_image SERVICE=probe FSTYPE=ext2 base
	disk two
	disk three
	three=$(cksum <three.img)
	mkdir share
	echo 'from the host' >share/from-host
	printf 'one\ntwo, three\n' >notes
	udp=$((20000 + $(random) % 12000))
	boot probe -p 7 -p "udp::$udp-:9" -n 2 --rundir "$PWD" \
	    -l two.img -l three.img:ro -w "$PWD/share:ro" \
	    -e "VAR=it's 1,,2" -E "notes=$PWD/notes" "$@"
	expect_log "^PROBE console /dev/$console" 120
	expect_log "^PROBE variable it's 1,2" 60
	expect_log '^PROBE file two, three' 60
	expect_log '^PROBE share from the host' 60
	expect_log '^PROBE share refused' 60
	expect_log "^PROBE disks two's three's" 60
	expect_log '^PROBE three refused' 60
	expect_log '^PROBE listens' 60
	answer "$PWD/s-probe-p2.sock" there 'and there'
	perl -MIO::Socket::INET -e '
		IO::Socket::INET->new(Proto => "udp",
		    PeerAddr => "127.0.0.1:$ARGV[0]")->send("x") or die' $udp
	expect_log '^PROBE udp' 60
	answer "${URL#http://}" hello hello
	# microvm cannot do that by itself
	expect_end 60
	wait "$VM_PID" || atf_fail "its status: $?"
	nothing_left
	[ ! -e s-probe-p1.sock ] && [ ! -e qemu-probe.pid ] || atf_fail "$(ls)"
	atf_check -o inline:'written\n' "$NB_BIN/nb-mkfs" -x two.img:/new
	atf_check_equal "$three" "$(cksum <three.img)"
	[ ! -e share/from-guest ] || atf_fail "it wrote to the shared folder"
}

t all_amd64 "amd64, virtio console: disks, folder, fw_cfg, ports, sockets"
all_amd64_is() { all amd64 hvc0; }

t all_i386 "i386, serial console: the same"
all_i386_is() { all i386 ttyS0; }

t all_aarch64 "aarch64: the same"
all_aarch64_is() { all evbarm-aarch64 ttyAMA0; }

t leave "on a terminal: leaving the shell of rescue ends the VM, status 0"
leave_is()
{
	world amd64
	make_image rescue
	mkfifo keyboard
	sleep 300 >keyboard &
	feeder=$!
	script -q -e -f -c "'$NB_BIN/nb-start' -k p/kernels/$kernel \
	    -i p/images/rescue-amd64.img" vm.log <keyboard >out 2>&1 &
	VM_PID=$!
	echo $VM_PID >>.vms
	expect_log '^# ' 120
	atf_check -o ignore grep -q 'leave with Ctrl-a x' out
	printf 'exit\r' >keyboard
	expect_end 60
	kill $feeder
	wait $VM_PID || atf_fail "its status: $?"
	nothing_left
	# the printed key does it too
	sleep 300 >keyboard &
	feeder=$!
	script -q -e -f -c "'$NB_BIN/nb-start' -k p/kernels/$kernel \
	    -i p/images/rescue-amd64.img" vm.log <keyboard >out 2>&1 &
	VM_PID=$!
	echo $VM_PID >>.vms
	expect_log 'stand-in for NetBSD' 120
	printf '\001x' >keyboard
	expect_end 60
	kill $feeder
	wait $VM_PID || atf_fail "its status: $?"
	nothing_left
}

# A guest that writes where it can, and has a shell.
writing_probe()
{
	probe <<-'EOF2'
		. /etc/include/basicrc
		echo here >/written && echo "PROBE $(cat /written)"
		[ ! -f /mnt/from-host ] || cp /mnt/from-host /mnt/from-guest
		sh
		. /etc/include/shutdown
	EOF2
}

t plain "a kernel and an image, no more: it boots, in what works on this host"
plain_is()
{
	world amd64
	make_image rescue
	unset QEMU_ACCEL
	export XDG_CACHE_HOME="$PWD/cache"
	boot rescue
	expect_log 'init: running /etc/rc' 120
	accel=$(tr '\0' '\n' <"/proc/$VM_PID/cmdline" | sed -n '/^-accel/{n;p;}')
	case $accel in
	kvm)	atf_check -s exit:1 grep '^nb-start: kvm: ' vm.log ;;
	tcg)	atf_check -o match:'^nb-start: kvm: .*: tcg taken, which is slower' \
		    grep '^nb-start: kvm: ' vm.log ;;
	*)	atf_fail "-accel $accel" ;;
	esac
	stop_vm
}

t pty "-P -S: the console on a pty, disks thrown away, a folder to write to"
pty_is()
{
	world amd64
	writing_probe
	make_image SERVICE=probe FSTYPE=ext2 base
	before=$(cksum <p/images/probe-amd64.img)
	mkdir share
	echo hello >share/from-host
	cat >show <<-'EOF2'
		#!/usr/bin/env perl
		use POSIX;
		use Fcntl;
		$SIG{ALRM} = sub { die "no shell\n" };
		alarm 200;
		sysopen my $pty, $ARGV[0], O_RDWR | O_NOCTTY or die "$ARGV[0]: $!\n";
		my $t = POSIX::Termios->new;
		$t->getattr(fileno $pty);
		$t->setlflag(0);
		$t->setattr(fileno $pty, TCSANOW);
		open my $log, ">", "console.log";
		$log->autoflush;
		my ($all, $told) = ("", 0);
		while (sysread $pty, my $b, 4096) {
			print $log $b;
			$all .= $b;
			syswrite $pty, "exit\r" if $all =~ /\n# $/ && !$told++;
		}
	EOF2
	chmod +x show
	cat >probe.conf <<-EOF2
		kernel=p/kernels/$kernel
		img=p/images/probe-amd64.img
		use_pty='./show'
		share=share
	EOF2
	timeout 240 "$NB_BIN/nb-start" -f probe.conf -S >out 2>&1 </dev/null ||
	    { cat out console.log; atf_fail "its status"; }
	grep -q '^PROBE here' console.log || atf_fail "$(cat console.log)"
	atf_check -o inline:'hello\n' cat share/from-guest
	atf_check_equal "$before" "$(cksum <p/images/probe-amd64.img)"
	nothing_left
}

# initrd ARCH
initrd()
{
	world "$1"
	probe <<-'EOF2'
		. /etc/include/basicrc
		echo "PROBE root $(mount | sed -n 's/ on \/ type.*//p')"
		echo here >/written && echo "PROBE $(cat /written)"
		reboot
	EOF2
	make_image SERVICE=probe FSTYPE=ext2 IMGSIZE=40 base
	before=$(cksum <p/images/probe-"$1".img)
	boot probe -I
	expect_log 'boot device: .*, md0a' 120
	expect_log '^PROBE root /dev/loop0' 120
	expect_log '^PROBE here' 60
	expect_end 60
	atf_check_equal "$before" "$(cksum <p/images/probe-"$1".img)"
	nothing_left
}

t initrd_amd64 "-I: the image is root from memory, and stays as it is; amd64"
initrd_amd64_is() { initrd amd64; }

t initrd_i386 "the same for i386"
initrd_i386_is() { initrd i386; }

t daemon "-d -t: the console by telnet, and an end that the guest makes"
daemon_is()
{
	world amd64
	writing_probe
	make_image SERVICE=probe FSTYPE=ext2 base
	mkdir run
	port=$((20000 + $(random) % 12000))
	atf_check -e match:"probe: console: telnet 127.0.0.1 $port\$" \
	    -e ignore "$NB_BIN/nb-start" -d -t $port -n 1 --rundir "$PWD/run" \
	    -k "$PWD/p/kernels/$kernel" -i "$PWD/p/images/probe-amd64.img"
	cat run/*.pid >>.vms
	perl -MIO::Socket::INET -e '
		$SIG{ALRM} = sub { die "no shell\n" };
		alarm 200;
		my $s = IO::Socket::INET->new("127.0.0.1:$ARGV[0]") or die $@;
		my ($all, $step) = ("", 0);
		# until there is a shell, whatever was said before we came
		while (1) {
			my $r = "";
			vec($r, fileno $s, 1) = 1;
			syswrite $s, "\n" unless select $r, undef, undef, 1;
			next unless $r =~ /[^\0]/;
			sysread $s, my $b, 4096 or last;
			$all .= $b;
			if ($step == 0 && $all =~ /\n# $/) {
				syswrite $s, "echo SUM \$((6 * 7)); exit\n";
				$step = 1;
			}
		}
		print $all =~ /\nSUM 42\r?\n/ ? "good\n" : $all;' $port >out 2>&1
	atf_check -o inline:'good\n' cat out
	n=0
	while [ -n "$(ls run)" ]; do
		sleep 0.2
		n=$((n + 1))
		[ $n -lt 100 ] || atf_fail "left: $(ls run)"
	done
	nothing_left
	atf_check -o inline:'here\n' \
	    "$NB_BIN/nb-mkfs" -x p/images/probe-amd64.img:/written
}

t timed "-T and --boots: a kernel, an init and an answer of the guest are timed"
timed_is()
{
	world amd64
	make_image SERVICE=bozohttpd base
	port=$((20000 + $(random) % 12000))
	"$NB_BIN/nb-start" --boots 2 --limit 200 -k "p/kernels/$kernel" \
	    -i p/images/bozohttpd-amd64.img -p "::$port-:80" >out 2>err ||
	    { cat out err; atf_fail "its status"; }
	# all are known, and come in this order
	awk -v n=0 '
		/^[0-9m]/ && NF == 4 && $2 ~ /^[0-9.]+$/ && $3 ~ /^[0-9.]+$/ &&
		    $2 > 0 && $3 > 0 && $4 >= $2 + $3 { n++ }
		END { exit n != 3 }' out || { cat out err; atf_fail "the table"; }
	nothing_left
}

atf_init_test_cases()
{
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
