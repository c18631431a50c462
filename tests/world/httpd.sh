# SPDX-License-Identifier: BSD-2-Clause
#
# httpd.sh: lighttpd on a loopback port that nobody else has. Read by mirror
# and by the tests' helpers.sh.
# shellcheck shell=sh disable=SC2154,SC2164

# A word that changes: from 0 to 2^32 - 1.
random()
{
	od -An -N4 -tu4 /dev/urandom | tr -d ' '
}

# httpd_conf DIR ROOT PORT: files that change are seen at once. What is not said
# is lighttpd's default: no compression, ETag and Last-Modified, ranges.
httpd_conf()
{
	cat <<-EOF
	server.document-root = "$2"
	server.bind = "127.0.0.1"
	server.port = $3
	server.tag = "stand-in/$token"
	server.errorlog = "$1/error.log"
	server.pid-file = "$1/pid"
	server.modules = ( "mod_accesslog" )
	accesslog.filename = "$1/access.log"
	accesslog.format = "%s %m %U %{Range}i %b %{remote}p"
	dir-listing.activate = "enable"
	server.stat-cache-engine = "disable"
	mimetype.assign = ( "" => "application/octet-stream" )
	EOF
}

# httpd_up DIR ROOT [-D]: serve ROOT; pid, log and configuration are in DIR.
# Prints the URL. That the port was free is known by the server having it: its
# answer must carry our token, so another's server is not taken for it.
httpd_up()
{
	mkdir -p "$1"
	for _try in 1 2 3 4 5 6 7 8 9 10; do
		_port=$((20000 + $(random) % 12000))
		token=$(random)
		httpd_conf "$1" "$2" "$_port" >"$1/conf"
		# Started in the background of its own accord, or as a child
		# that ends with the test.
		if [ "${3-}" = -D ]; then
			lighttpd \
			    -D -f "$1/conf" >"$1/out" 2>&1 </dev/null &
			echo $! >"$1/pid"
		else
			lighttpd \
			    -f "$1/conf" >"$1/out" 2>&1 </dev/null || continue
		fi
		if httpd_answers "http://127.0.0.1:$_port/"; then
			echo "http://127.0.0.1:$_port" | tee "$1/url"
			return
		fi
		httpd_down "$1"
	done
	cat "$1/out" "$1/error.log" >&2 2>/dev/null
	echo "${prog:-httpd}: lighttpd does not start" >&2
	return 1
}

httpd_answers()
{
	for _i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		case $(curl -sI -m 5 "$1") in
		*"stand-in/$token"*)	return 0 ;;
		esac
		sleep 0.1
	done
	return 1
}

# httpd_down DIR: stop it and wait until it is gone.
httpd_down()
{
	[ -s "$1/pid" ] || return 0
	_pid=$(cat "$1/pid")
	kill "$_pid" 2>/dev/null || :
	for _i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		kill -0 "$_pid" 2>/dev/null || break
		sleep 0.1
	done
	kill -9 "$_pid" 2>/dev/null || :
	rm -f "$1/pid"
}
