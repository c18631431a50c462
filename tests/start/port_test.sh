#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# port_test: forwards that are none, and ports that cannot be had.

t() {
	atf_test_case "$1"
	eval "$1_head() { atf_set descr \"$2\"; atf_set require.progs perl; }"
	eval "$1_body() { world; $1_is; }"
	cases="$cases $1"
}
cases=

# listen PROTO ADDR: hold a free port of it; $port, ended by atf's end
hold() {
	perl -MIO::Socket::INET -e '
		$| = 1;
		my $s = IO::Socket::INET->new(Proto => $ARGV[0],
		    LocalAddr => $ARGV[1], LocalPort => 0,
		    $ARGV[0] eq "tcp" ? (Listen => 1) : ()) or die;
		print $s->sockport, "\n";
		sleep 30;' "$1" "$2" >port.$1 &
	echo $! >>holders
	while [ ! -s port.$1 ]; do sleep 0.05; done
	port=$(cat port.$1)
}

release() {
	while read -r pid; do
		kill "$pid"
	done <holders
	rm holders
	wait
}

t shapes "what is no forward is refused, with the form"
shapes_is() {
	for f in 8080 8080:80 :8080:80 ::8080 ::8080- ::8080:80 ::-:80 \
	    tcp:8080-:80 ::8080-80 '::8080-:80,' ',::8080-:80' '::1-:1,,::2-:2' \
	    '' ' '; do
		[ -n "$f" ] || continue
		rc=0
		start -v -i base -p "$f" >out 2>err || rc=$?
		[ $rc -eq 2 ] || atf_fail "$f: status $rc"
		grep -q '^nb-start: -p: .*\(not of the form \[tcp|udp\]:\[hostaddr\]:hostport-\[guestaddr\]:guestport\|is not 1 to 65535\)' err || {
			cat err
			atf_fail "$f"
		}
	done
}

t values "bad protocols, addresses and ports are named"
values_is() {
	while IFS='|' read -r f text; do
		refused 2 "-p: $f: $text" -v -i base -p "$f"
	done <<-'EOF'
		sctp::80-:80|protocol sctp is neither tcp nor udp
		TCP::80-:80|protocol TCP is neither tcp nor udp
		::0-:80|host port "0" is not 1 to 65535
		::65536-:80|host port "65536" is not 1 to 65535
		::99999999999-:80|host port "99999999999" is not 1 to 65535
		::80-:0|guest port "0" is not 1 to 65535
		::80-:x|guest port "x" is not 1 to 65535
		::+80-:80|host port "+80" is not 1 to 65535
		:: 80-:80|host port " 80" is not 1 to 65535
		::80-:80 |guest port "80 " is not 1 to 65535
		:1.2.3:80-:80|1.2.3 is not an IPv4 address
		:1.2.3.256:80-:80|1.2.3.256 is not an IPv4 address
		:example.org:80-:80|example.org is not an IPv4 address
		::80-guest:80|guest is not an IPv4 address
		:*:80-:80|* is not an IPv4 address
	EOF
	refused 2 '-p: a control character in the value' -v -i base -p '::1-:1
'
}

t no_options "no forward brings another option of the network with it"
no_options_is() {
	for f in '::80-:80,restrict=off' '::80-:80,hostfwd=tcp::81-:81' \
	    '::80-:80,,x' ':127.0.0.1,id=x:80-:80' 'tcp,smb=/:127.0.0.1:80-:80' \
	    '::80-10.0.2.15,smb=/:80' '::80-:80;id' '::80-:$(id)'; do
		rc=0
		start -v -i base -p "$f" >out 2>err || rc=$?
		[ $rc -eq 2 ] || atf_fail "$f: status $rc"
	done
}

t twice "a port that is forwarded twice"
twice_is() {
	refused 2 '-p: ::80-:81: port 80 is forwarded twice' \
	    -v -i base -p ::80-:80,::80-:81
	refused 2 'port 80 is forwarded twice' -v -i base -p ::80-:80 -p ::80-:81
	refused 2 'port 80 is forwarded twice' \
	    -v -i base -p :0.0.0.0:80-:80,::80-:81
	start -v -i base -p ::80-:80,udp::80-:80,:127.0.0.2:80-:80 >/dev/null ||
	    atf_fail "three sockets that differ"
}

t many "more than a VM can need"
many_is() {
	f=$(n=1; while [ $n -le 256 ]; do printf '::%d-:80,' $n; n=$((n + 1)); done)
	start -v -i base -p "${f%,}" >/dev/null || atf_fail "256"
	refused 2 'more than 256 forwards' -v -i base -p "$f::999-:80"
}

t without_network "-p without a network"
without_network_is() {
	refused 2 'the network that -N takes away' -i base -N -p ::80-:80
	echo hostfwd=::80-:80 >base.conf
	hasnot hostfwd -f base.conf -N
}

t shown "what to type to get to each port is told before QEMU starts"
shown_is() {
	cat >want <<-'EOF'
		nb-start: base: http://127.0.0.1:18080/
		nb-start: base: https://127.0.0.2:18443/
		nb-start: base: ssh -p 12022 127.0.0.1
		nb-start: base: 127.0.0.1:15555 -> guest port 5555
		nb-start: base: udp 127.0.0.1:15353 -> guest port 80
	EOF
	f=:0.0.0.0:18080-:80,:127.0.0.2:18443-:443,tcp::12022-:22,::15555-:5555
	f=$f,udp::15353-10.0.2.15:80
	start -i base -p "$f" </dev/null 2>err || show "with -p"
	atf_check diff want err
	[ -e args ] || atf_fail "QEMU was not run"
	echo "hostfwd=$f" >base.conf
	start -f base.conf </dev/null 2>err || show "with -f"
	atf_check diff want err
	start -v -f base.conf >out 2>err || show "with -v"
	atf_check test ! -s err
	start -N -f base.conf </dev/null 2>err || show "with -N"
	atf_check test ! -s err
}

t taken_tcp "a TCP port that is taken is named before QEMU starts"
taken_tcp_is() {
	hold tcp 127.0.0.1
	refused 1 "TCP port $port at 127.0.0.1 is taken: choose another" \
	    -i base -p "::$port-:80"
	refused 1 "TCP port $port at 0.0.0.0 is taken" \
	    -i base -p ":0.0.0.0:$port-:80"
	start -i base -p "udp::$port-:80" </dev/null 2>err || {
		cat err
		atf_fail "UDP is another"
	}
	start -v -i base -p "::$port-:80" >/dev/null || atf_fail "-v asks nothing"
	release
	start -i base -p "::$port-:80" </dev/null || atf_fail "it is free again"
	[ -e args ] || atf_fail "QEMU was not run"
}

t taken_udp "and so is a UDP port"
taken_udp_is() {
	hold udp 127.0.0.1
	refused 1 "UDP port $port at 127.0.0.1 is taken: choose another" \
	    -i base -p "udp::$port-:80"
	release
}

t taken_others "and those for telnet and QMP"
taken_others_is() {
	hold tcp 127.0.0.1
	refused 1 "TCP port $port at 127.0.0.1 is taken" -i base -d -t $port
	echo "qmp_port=$port" >base.conf
	refused 1 "TCP port $port at 127.0.0.1 is taken" -f base.conf
	release
}

t not_ours "an address that this host has not"
not_ours_is() {
	# RFC 5737: for documentation, so nobody's.
	refused 1 '192.0.2.1 is not an address of this host' \
	    -i base -p :192.0.2.1:18080-:80
}

t privileged "a port that needs privileges"
privileged_head() {
	atf_set descr "a port that needs privileges"
	atf_set require.user unprivileged
}
privileged_is() {
	[ "$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start 2>/dev/null)" = 1024 ] ||
	    atf_skip "this host gives low ports to everyone"
	refused 1 'TCP port 81 at 127.0.0.1: Permission denied' -i base -p ::81-:80
}

atf_init_test_cases() {
	. "$(atf_get_srcdir)/start.subr"
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
