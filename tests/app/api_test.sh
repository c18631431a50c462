#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# api_test: what nb-app does, by its API, with QEMU itself and guests that do
# nothing.

# shellcheck source=tests/app/app.subr
. "$(atf_get_srcdir)/app.subr"

t create "a configuration is created as nb-start reads it"
create_is() {
	app
	ok POST /api/vms '{"name": "new", "settings": {"ARCH": "amd64", "img":
	    "images/web-amd64.img", "mem": 96, "cores": 2, "hostfwd":
	    "::8123-:80,udp::5353-:53", "append": "-v it'"'"'s \"$HOME\" `x` #",
	    "snapshot": true}}'
	[ "$STATUS" = 201 ] || atf_fail "$STATUS"
	says '"name":"new"'
	# shellcheck disable=SC2016 # as it is
	atf_check -o inline:'# made by nb-app
ARCH=amd64
img=images/web-amd64.img
mem=96
cores=2
hostfwd=::8123-:80,udp::5353-:53
append='"'-v it'\\\\''s \"\$HOME\" \`x\` #'"'
snapshot=y
' cat etc/new.conf
	words etc/new.conf >cmd
	for w in '-m 96' '-smp 2' hostfwd=tcp:127.0.0.1:8123-:80 snapshot=on; do
		grep -qF -- "$w" cmd || atf_fail "no $w in $(cat cmd)"
	done
	bad 409 'there is a VM of that name' POST /api/vms \
	    '{"name": "new", "settings": {}}'
	app_end
}

t edit "an edit changes what was asked for, and no other line"
edit_is() {
	cp etc/db.conf before
	app
	ok PATCH /api/vms/web '{"settings": {"mem": 128, "hostfwd": "::8123-:80"}}'
	atf_check -o inline:'# by hand
ARCH=amd64
mem=128
cores=1 # one
hostfwd=::8123-:80
' cat etc/web.conf
	ok PATCH /api/vms/web '{"settings": {"hostfwd": null, "cores": 2}}'
	atf_check -o inline:'# by hand
ARCH=amd64
mem=128
cores=2
' cat etc/web.conf
	# a variable of the person's stays, and is not worth a change
	ok PATCH /api/vms/db '{"settings": {"cores": null}}'
	atf_check cmp before etc/db.conf
	ok GET /api/vms/db
	says '"mem":64'
	app_end
}

t stale "who edits an old state is told"
stale_is() {
	app
	ok GET /api/vms/web
	rev=$(sed 's/.*"revision":"\([^"]*\)".*/\1/' answer)
	ok PATCH /api/vms/web "{\"revision\": \"$rev\", \"settings\": {\"mem\": 80}}"
	bad 409 'changed by somebody else' PATCH /api/vms/web \
	    "{\"revision\": \"$rev\", \"settings\": {\"mem\": 81}}"
	atf_check -o match:'^mem=80$' cat etc/web.conf
	app_end
}

# patch URL TOKEN MEM FILE: with the revision $rev; the answer's status is in FILE
patch() {
	curl -sS -m 60 -o /dev/null -w '%{http_code}\n' -X PATCH \
	    -H "Authorization: Bearer $2" -H 'Content-Type: application/json' \
	    -d "{\"revision\": \"$rev\", \"settings\": {\"mem\": $3}}" \
	    "$1/api/vms/web" >"$4"
}

t meet "of two who save at once, one has saved and the other is told"
meet_is() {
	app
	other_url=$URL other_token=$TOKEN
	app
	for round in $(seq 20); do
		ok GET /api/vms/web
		rev=$(sed 's/.*"revision":"\([^"]*\)".*/\1/' answer)
		patch "$other_url" "$other_token" $((100 + round)) one &
		patch "$URL" "$TOKEN" $((200 + round)) two
		wait $!
		[ "$(sort one two | tr '\n' ' ')" = "200 409 " ] ||
		    atf_fail "round $round: $(cat one two)"
		read -r first <one
		mem=$((200 + round))
		[ "$first" != 200 ] || mem=$((100 + round))
		atf_check -o ignore grep "^mem=$mem\$" etc/web.conf
	done
	# and of one who has a command in the place of the page
	ok GET /api/vms/web
	rev=$(sed 's/.*"revision":"\([^"]*\)".*/\1/' answer)
	"$NB_BIN/nb-hold" etc/.lock web.conf sh -c ': >held; sleep 1
	    sed "s/^mem=.*/mem=77/" etc/web.conf >new && mv new etc/web.conf' &
	holder=$!
	until [ -e held ]; do sleep 0.1; done
	bad 409 'changed by somebody else' PATCH /api/vms/web \
	    "{\"revision\": \"$rev\", \"settings\": {\"mem\": 81}}"
	wait $holder || atf_fail "the command"
	atf_check -o match:'^mem=77$' cat etc/web.conf
	atf_check find etc -name '*.part'
}

t clone "a clone is a copy with what was asked for, and the original stays"
clone_is() {
	cp etc/web.conf before
	app
	ok POST /api/vms/web/clone '{"name": "two", "settings": {"img":
	    "images/web-amd64.img"}}'
	{ cat before; echo img=images/web-amd64.img; } >want
	atf_check cmp want etc/two.conf
	atf_check cmp before etc/web.conf
	bad 409 'of that name' POST /api/vms/web/clone '{"name": "two"}'
	bad 404 'no such VM' POST /api/vms/none/clone '{"name": "three"}'
	ok DELETE /api/vms/two
	[ ! -e etc/two.conf ] || atf_fail "it is left"
	bad 404 'no such VM' DELETE /api/vms/two
	app_end
}

t refused "what nb-start would not take is not written, and the reason told"
refused_is() {
	cp etc/web.conf before
	app
	bad 400 'mem: 12 is too little' PATCH /api/vms/web '{"settings": {"mem": 12}}'
	bad 400 'is not a number of MB' PATCH /api/vms/web '{"settings": {"mem": "lots"}}'
	bad 400 'cores: 0 is too little' PATCH /api/vms/web '{"settings": {"cores": 0}}'
	bad 400 'hostfwd: ::99999-:80' PATCH /api/vms/web '{"settings": {"hostfwd": "::99999-:80"}}'
	bad 400 'a control character' PATCH /api/vms/web '{"settings": {"append": "a\nextra=-S"}}'
	bad 400 'no such setting' PATCH /api/vms/web '{"settings": {"nonsense": 1}}'
	bad 400 'edit the conf itself' PATCH /api/vms/web '{"settings": {"extra": "-S"}}'
	bad 400 'edit the conf itself' PATCH /api/vms/web '{"settings": {"use_pty": "xterm"}}'
	bad 400 'edit the conf itself' PATCH /api/vms/web '{"settings": {"fwcfgfile": "a=/etc/passwd"}}'
	bad 400 'none of those in images/' PATCH /api/vms/web '{"settings": {"img": "/etc/passwd"}}'
	bad 400 'none of those in images/' PATCH /api/vms/web '{"settings": {"img": "images/../etc/web.conf"}}'
	bad 400 'no such file' PATCH /api/vms/web '{"settings": {"img": "images/none.img"}}'
	bad 400 'none of those in kernels/' PATCH /api/vms/web '{"settings": {"kernel": "/bin/sh"}}'
	bad 400 'none of those in images/' PATCH /api/vms/web '{"settings": {"drive2": "/dev/sda"}}'
	bad 400 'may be shared' PATCH /api/vms/web '{"settings": {"share": "/etc"}}'
	bad 400 'neither text, number' PATCH /api/vms/web '{"settings": {"mem": [1]}}'
	atf_check cmp before etc/web.conf
	[ "$(ls etc)" = 'db.conf
web.conf' ] || atf_fail "$(ls etc)"
	app_end
}

t share "a folder below an allowed one can be shared, and no other"
share_is() {
	mkdir -p out/in other
	ln -s ../other out/link
	app -w out
	ok PATCH /api/vms/web '{"settings": {"share": "out/in:ro"}}'
	atf_check -o match:"^share=$PWD/out/in:ro\$" cat etc/web.conf
	for s in out/link other out/../other / out/in/../../other "$PWD/outer"; do
		bad 400 'may be shared' PATCH /api/vms/web \
		    "{\"settings\": {\"share\": \"$s\"}}"
	done
	ok GET /api/files
	says "\"shares\":[\"$PWD/out\"]"
	app_end
}

t unusable "a conf that cannot be read is told with its line, and left alone"
unusable_is() {
	# shellcheck disable=SC2016 # as it is
	echo 'mem=$(reboot)' >etc/bad.conf
	app
	ok GET /api/vms/bad
	says '"state":"unusable"'
	says 'etc/bad.conf:1: a command is not run'
	bad 400 'a command is not run' PATCH /api/vms/bad '{"settings": {"cores": 1}}'
	# shellcheck disable=SC2016
	atf_check -o inline:'mem=$(reboot)\n' cat etc/bad.conf
	ok DELETE /api/vms/bad
	app_end
}

t run "a VM is started, shown, stopped, killed"
run_is() {
	app
	ok POST /api/vms/web/start
	says '"state":"running"'
	pid=$(cat qemu-web.pid)
	says "\"pid\":$pid"
	says '"input":true'
	ok POST /api/vms/web/start
	[ "$(cat qemu-web.pid)" = "$pid" ] || atf_fail "another one"
	bad 409 'stop it first' DELETE /api/vms/web
	"$NB_BIN/nb-vm" list | grep -q '^web ' || atf_fail "nb-vm does not know it"
	ok POST /api/vms/web/stop
	says '"state":"stopped"'
	[ ! -e qemu-web.pid ] || atf_fail "a pid file"
	ok POST /api/vms/web/stop
	ok POST /api/vms/web/start
	kill -STOP "$(cat qemu-web.pid)"
	ok POST /api/vms/web/kill
	says '"state":"stopped"'
	app_end
	nothing_left
}

t failure "why a start failed is kept until it is dismissed, or starts"
failure_is() {
	app
	mv images/web-amd64.img away
	bad 500 'no such image' POST /api/vms/web/start
	ok GET /api/vms/web
	says '"state":"stopped"'
	says 'no such image'
	ok POST /api/vms/web/dismiss
	says '"failure":null'
	bad 500 'no such image' POST /api/vms/web/start
	mv away images/web-amd64.img
	ok POST /api/vms/web/start
	says '"failure":null'
	ok POST /api/vms/web/stop
	app_end
}

t outside "what happens to a VM without nb-app is seen within two seconds"
outside_is() {
	app
	"$NB_BIN/nb-start" -d -f etc/web.conf >out 2>&1 </dev/null ||
	    atf_fail "$(cat out)"
	state web running 2
	kill -9 "$(cat qemu-web.pid)"
	state web stopped 2
	says '"ended":1'
	# what was known a moment ago is not what is done by: a page that has
	# just heard that it runs asks for a start, or to delete it
	ok POST /api/vms/web/start
	for i in 1 2 3; do
		ok GET /api/vms/web
		"$NB_BIN/nb-vm" stop web >out 2>&1 || atf_fail "$(cat out)"
		ok POST /api/vms/web/start
		[ -e qemu-web.pid ] || atf_fail "round $i: it was not started"
	done
	"$NB_BIN/nb-vm" stop web >out 2>&1 || atf_fail "$(cat out)"
	ok GET /api/vms/web
	"$NB_BIN/nb-start" -d -f etc/web.conf >out 2>&1 </dev/null ||
	    atf_fail "$(cat out)"
	bad 409 'stop it first' DELETE /api/vms/web
	ok POST /api/vms/web/stop
	# one that has no conf here
	"$NB_BIN/nb-start" -d -i images/db-amd64.img -k kernels/netbsd-SMOL \
	    --rundir "$PWD/.." >out 2>&1 </dev/null || atf_fail "$(cat out)"
	state db running 2
	ok POST /api/vms/db/stop
	state db stopped 2
	app_end
}

t both "a VM that the page and the command stop at once is stopped for both"
both_is() {
	app
	for i in 1 2 3; do
		ok POST /api/vms/web/start
		"$NB_BIN/nb-vm" stop web >out 2>&1 &
		other=$!
		ok POST /api/vms/web/stop
		says '"state":"stopped"'
		wait $other || atf_fail "nb-vm: $(cat out)"
	done
	app_end
	nothing_left
}

t restart "a VM keeps no socket of nb-app's: it can be started again at once"
restart_is() {
	app
	ok POST /api/vms/web/start
	old=$PORT
	app_end
	rm app.out
	"$NB_BIN/nb-app" -p "$old" >app.out 2>app.err &
	APP=$!
	echo $APP >>.apps
	n=0
	until [ -s app.out ] || [ $n -gt 100 ]; do
		sleep 0.1
		n=$((n + 1))
	done
	[ -s app.out ] || atf_fail "$(cat app.err)"
	# the token is another one
	bad 401 token POST /api/vms/web/stop
	TOKEN=$(curl -sS "$URL/api/token" | sed 's/.*"token":"\([^"]*\)".*/\1/')
	ok POST /api/vms/web/stop
	app_end
}

t console "what the console shows is streamed, and goes on where it was"
console_is() {
	# a QEMU that says what it is told to
	mkdir bin
	cat >bin/nb-vm <<-'EOF'
		#!/bin/sh
		case $1 in
		list)	echo '[]' ;;
		logs)	printf 'one\r\n'; sleep 0.5; printf 't\303'; sleep 0.3
			printf '\244w\377o "2"\r\n'; sleep 30 ;;
		esac
	EOF
	chmod +x bin/nb-vm
	ln -s "$NB_BIN/nb-start" bin/
	app -P bin
	curl -sN -m 3 "$URL/api/vms/web/console" >got &
	curl -sN -m 3 "$URL/api/vms/web/console" >got2 || :
	wait $! || :
	atf_check cmp got got2
	printf '%s\n' 'id: 5' 'data: {"text":"one\r\n"}' 'data: {"text":"t"}' \
	    'id: 6' 'data: {"text":"äw�o \"2\"\r\n"}' >want
	while IFS= read -r l; do
		grep -qxF -- "$l" got || atf_fail "no $l in: $(cat got)"
	done <want
	curl -sN -m 1 -H 'Last-Event-ID: 5' "$URL/api/vms/web/console" >got || :
	! grep -q one got || atf_fail "from the start"
	grep -q '^data: {"text":"t' got || atf_fail "$(cat got)"
	app_end
	sleep 0.2
	! pgrep -f "$PWD/bin/nb-vm" || atf_fail "a child is left"
}

t build "a service is built, its log streamed, one at a time"
build_is() {
	cat >./make <<-'EOF'
		#!/bin/sh
		echo "args: $*"
		sleep 1
		echo 'the end' >&2
		case $* in *fail*) exit 3 ;; esac
	EOF
	chmod +x make
	mkdir service/fail
	app -m ./make DIST=http://x 'Q='
	bad 400 'no such service' POST /api/builds '{"service": "none"}'
	bad 400 'no such service' POST /api/builds '{"service": "../etc"}'
	bad 400 'no such service' POST /api/builds '{"service": "common"}'
	bad 400 'target:' POST /api/builds '{"service": "web", "target": "clean"}'
	bad 400 'arch:' POST /api/builds '{"service": "web", "arch": "vax"}'
	ok POST /api/builds '{"service": "web", "arch": "i386"}'
	says '"id":1'
	bad 409 'web is being built' POST /api/builds '{"service": "web"}'
	curl -sN -m 10 "$URL/api/builds/1/log" >log || :
	atf_check -o match:'args: DIST=http://x Q= SERVICE=web ARCH=i386 base' \
	    -o match:'the end' -o match:'^event: end$' \
	    -o match:'"status":0,"state":"done"' cat log
	ok POST /api/builds '{"service": "fail"}'
	curl -sN -m 10 "$URL/api/builds/2/log" >log || :
	atf_check -o match:'"status":3,"state":"failed"' cat log
	ok POST /api/builds '{"service": "web"}'
	ok DELETE /api/builds/3
	curl -sN -m 10 "$URL/api/builds/3/log" >log || :
	atf_check -o match:'"state":"stopped"' cat log
	bad 404 'no such build' DELETE /api/builds/9
	ok GET /api/builds
	says '"state":"failed"'
	app_end
}

t events "changes of VMs are told as they come"
events_is() {
	app
	curl -sN -m 6 "$URL/api/events" >got &
	sleep 1
	ok PATCH /api/vms/web '{"settings": {"mem": 99}}'
	ok POST /api/vms/web/start
	sleep 1
	ok POST /api/vms/web/stop
	wait $! || :
	atf_check -o match:'^event: vms$' -o match:'"mem":99' \
	    -o match:'"state":"starting"' -o match:'"state":"running"' \
	    -o match:'"state":"stopping"' -o match:'^event: builds$' cat got
	app_end
}

t lists "images, kernels, services and the host's facts"
lists_is() {
	touch images/.hidden.img images/notes.txt 'images/bad name.img' \
	    kernels/netbsd-SMOL.sha256
	app
	ok GET /api/files
	says '"path":"images/web-amd64.img"'
	says '"arch":"amd64"'
	for no in hidden notes 'bad name' sha256; do
		! grep -qF "$no" answer || atf_fail "$no: $(cat answer)"
	done
	ok GET /api/services
	says '"name":"web","about":"pages","scripts":true,"netbsd_only":false,"images":["images/web-amd64.img"]'
	! grep -q '"common"' answer || atf_fail common
	ok GET /api/host
	says '"qemu":[{"arch":"amd64"'
	says '"forced":"tcg"'
	says "\"folder\":\"$PWD\""
	app_end
}

t token_file "with a token file nothing is told without it"
token_file_is() {
	echo 0123456789abcdef >tok
	chmod 600 tok
	app -t tok
	[ -z "$TOKEN" ] || atf_fail "it tells"
	for p in vms host files services builds events vms/web vms/web/console; do
		bad 401 'token is wanted' GET /api/$p
	done
	TOKEN=0123456789abcdeF
	bad 401 'token is wanted' GET /api/vms
	TOKEN=0123456789abcde
	bad 401 'token is wanted' GET /api/vms
	TOKEN=0123456789abcdef
	ok GET /api/vms
	# the page itself is no secret
	atf_check -o match:'<title>' curl -sS "$URL/"
	app_end
}

# usage STATUS TEXT [options]: nb-app does not start
usage() {
	_want=$1 _text=$2
	shift 2
	_rc=0
	timeout 20 "$NB_BIN/nb-app" "$@" >out 2>err || _rc=$?
	[ $_rc -eq "$_want" ] || atf_fail "nb-app $*: $_rc: $(cat out err)"
	grep -qF -- "$_text" err || atf_fail "nb-app $*: $(cat err)"
	[ ! -s out ] || atf_fail "nb-app $*: $(cat out)"
}

t options "wrong options are refused with the reason"
options_is() {
	usage 2 'usage: nb-app' -z
	usage 2 'usage: nb-app' word
	usage 2 'not 1 to 65535' -p 0
	usage 2 'not 1 to 65535' -p 70000
	usage 2 'give a token file (-t)' -b 0.0.0.0
	usage 1 'nowhere' -t nowhere
	echo short >tok
	chmod 600 tok
	usage 1 '16 characters at least' -t tok
	echo 0123456789abcdef >tok
	chmod 644 tok
	usage 1 'chmod 600 tok' -t tok
	chmod 600 tok
	usage 2 'not an IPv4 address' -t tok -b example.org
	usage 1 'nodir' -d nodir
	usage 1 'nodir' -w nodir
	usage 1 'not found: -P' -P images
	app
	usage 1 'is taken: choose another' -p "$PORT"
	app_end
	atf_check -o inline:"http://localhost:$PORT\n" cat app.out
}

t bound "it listens at loopback, and elsewhere only when told"
bound_is() {
	app
	hex=$(printf '%04X' "$PORT")
	grep -i ":$hex 00000000:0000 0A" /proc/net/tcp >l
	atf_check -o match:"0100007F:$hex" cat l
	[ "$(wc -l <l)" -eq 1 ] || atf_fail "$(cat l)"
	app_end
	echo 0123456789abcdef >tok
	chmod 600 tok
	app -t tok -b 0.0.0.0 -n box.example
	TOKEN=0123456789abcdef
	for h in "127.0.0.2:$PORT" "box.example:$PORT" "BOX.example" "[::1]:1"; do
		STATUS=$(curl -sS -o answer -w '%{http_code}' -H "Host: $h" \
		    -H "Authorization: Bearer $TOKEN" "$URL/api/vms")
		[ "$STATUS" = 200 ] || atf_fail "$h: $STATUS"
	done
	STATUS=$(curl -sS -o answer -w '%{http_code}' -H "Host: evil.example" \
	    -H "Authorization: Bearer $TOKEN" "$URL/api/vms")
	[ "$STATUS" = 421 ] || atf_fail "evil.example: $STATUS"
	app_end
}

t headers "the page comes with a strict policy, and once"
headers_is() {
	app
	curl -sS -D h -o page "$URL/"
	for w in "Content-Security-Policy: default-src 'none'; script-src 'self'" \
	    'X-Content-Type-Options: nosniff' 'X-Frame-Options: DENY' \
	    'Referrer-Policy: no-referrer' 'Cache-Control: no-cache'; do
		grep -qF "$w" h || atf_fail "no $w in $(cat h)"
	done
	! grep -qi access-control h || atf_fail "CORS"
	# nothing that the policy would forbid, and nothing from elsewhere
	for f in $(sed -n 's/.*\(href\|src\)="\(\/[a-z.]*\)".*/\2/p' page); do
		curl -sSf -o "f${f#/}" "$URL$f" || atf_fail "$f"
	done
	! grep -nE 'style="| on[a-z]+="|<script>|https?://' page ||
	    atf_fail "inline, or foreign"
	etag=$(sed -n 's/^ETag: \(.*\)\r$/\1/p' h)
	STATUS=$(curl -sS -o /dev/null -w '%{http_code}' \
	    -H "If-None-Match: $etag" "$URL/")
	[ "$STATUS" = 304 ] || atf_fail "$STATUS"
	app_end
}

atf_init_test_cases() {
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
