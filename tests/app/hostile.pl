#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# hostile.pl: requests that nb-app must not do as they say, one connection
# each:
#
#	hostile.pl PORT TOKEN
#
# Says of each that was not refused, and how many there were. "closed" is what
# a server does with what is no HTTP.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;

my ($port, $token) = @ARGV;
my $host = "Host: localhost:$port\r\n";
my $auth = "Authorization: Bearer $token\r\n";
my $json = "Content-Type: application/json\r\n";
my ($n, $bad) = (0, 0);

sub answer {
	my ($raw) = @_;
	my $s = IO::Socket::INET->new("127.0.0.1:$port") or die "gone: $@";
	my $got = '';
	local $SIG{PIPE} = 'IGNORE';
	print $s $raw;
	$s->flush;
	my $sel = IO::Select->new($s);
	while ($sel->can_read(8)) {
		my $r = sysread $s, my $buf, 4096;
		last if !$r;
		$got .= $buf;
		last if $got =~ m{^HTTP/1\.[01] [2-5]\d\d .*?\r\n\r\n}s;
	}
	return $got =~ m{^HTTP/1\.[01] (\d\d\d)} ? $1 : $got eq '' ? 'closed' :
	    'nonsense';
}

# what it is, which answers are right, the request
sub try {
	my ($what, $right, $raw) = @_;
	my $status = answer($raw);
	$n++;
	return if $status =~ /^(?:$right)$/;
	$bad++;
	print "$what: $status, not $right\n";
}

sub post {
	my ($path, $body, $headers) = @_;
	return "POST $path HTTP/1.1\r\n" . ($headers // "$host$auth$json") .
	    'Content-Length: ' . length($body) . "\r\n\r\n$body";
}

sub request {
	my ($line, $headers) = @_;
	return "$line HTTP/1.1\r\n" . ($headers // "$host$auth") . "\r\n";
}

my $new = '{"name": "evil", "settings": {"mem": 64}}';

# --- Who asks: other names of this address, other sites, nobody known.
for my $name ('evil.example', 'localhost.evil.example', '127.0.0.1.evil.example',
    '127.0.0.2', '0.0.0.0', '10.0.0.1', 'localhost:', 'localhost:x',
    'localhost:80@evil.example', 'localhost, evil.example', 'localhost/evil',
    '[::1', '[::2]', '', 'a' x 300, '127.1', '2130706433', 'localhost.') {
	try("Host: $name", '421|400', post('/api/vms', $new,
	    "Host: $name\r\n$auth$json"));
	try("Host: $name", '421|400', request('GET /api/vms',
	    "Host: $name\r\n$auth"));
}
try('no Host', '400', request('GET /api/vms', $auth));
try('no Host, HTTP/1.0', '400', "GET /api/vms HTTP/1.0\r\n\r\n");
try('two Hosts', '400', request('GET /api/vms',
    "$host${auth}Host: evil.example\r\n"));
for my $origin ('http://evil.example', 'null', 'http://localhost',
    'http://localhost:1', "http://localhost:$port.evil.example",
    "http://evil.example:$port", "file://localhost:$port",
    "http://localhost:$port/", '', "localhost:$port") {
	try("Origin: $origin", '403|400', post('/api/vms', $new,
	    "$host$auth${json}Origin: $origin\r\n"));
	try("Origin: $origin", '403|400', request('GET /api/vms',
	    "$host${auth}Origin: $origin\r\n"));
}
try('two Origins', '400', post('/api/vms', $new, "$host$auth$json" .
    "Origin: http://localhost:$port\r\nOrigin: http://evil.example\r\n"));
for my $site ('cross-site', 'same-site', 'x') {
	try("Sec-Fetch-Site: $site", '403', request('GET /api/token',
	    "${host}Sec-Fetch-Site: $site\r\n"));
}
for my $who ('', "Authorization: Bearer \r\n", "Authorization: $token\r\n",
    "Authorization: Basic $token\r\n", 'Authorization: Bearer ' .
    substr($token, 0, -1) . "\r\n", "Authorization: Bearer ${token}0\r\n",
    "Authorization: Bearer $token$token\r\n", "Cookie: token=$token\r\n",
    "Authorization: Bearer x\r\n$auth", "X-Token: $token\r\n") {
	try("who: $who", '401', post('/api/vms', $new, "$host$json$who"));
	try("who: $who", '401', request('DELETE /api/vms/web', "$host$who"));
}
try('the token in the path', '401', post("/api/vms?token=$token", $new,
    "$host$json"));

# --- Where to.
for my $name ('..', '%2e%2e', '.', '.hidden', '-rf', 'a b', 'a%00b', 'a%2fb',
    '..%2fetc%2fpasswd', 'a' x 65, 'a' x 500, 'web;id', '$(id)', '`id`',
    "w\xc3\xabb", 'web%0a', 'a:b', '%', '*', 'web.conf/..') {
	for my $m ('GET', 'DELETE', 'PATCH') {
		try("$m $name", '400|404|405|414|431|closed',
		    request("$m /api/vms/$name"));
	}
	try("start $name", '400|404|closed', post("/api/vms/$name/start", '{}'));
	(my $text = $name) =~ s/(["\\])/\\$1/g;
	next if $name =~ /[^ -~]/;
	try("create $name", '400', post('/api/vms', qq({"name": "$text",
	    "settings": {}})));
	try("clone to $name", '400', post('/api/vms/web/clone',
	    qq({"name": "$text"})));
	try("build $name", '400', post('/api/builds', qq({"service": "$text"})));
}
for my $path ('/../etc/passwd', '/..%2f..%2fetc/passwd', '//etc/passwd',
    '/etc/web.conf', '/api', '/api/', '/api//vms', '/api/vms/', '/api/vms/web/',
    '/API/vms', '/api/vms/web/start/x', '/main.js/..', '/index.html',
    '/style.css%00', 'http://evil.example/api/vms', '*', '', '/' x 2000,
    "/\x01", '/api/builds/-1/log', '/api/builds/99999999999999999999/log') {
	try("GET $path", '400|404|405|414|421|closed', request("GET $path"));
}
for my $m ('PUT', 'OPTIONS', 'TRACE', 'CONNECT', 'HEAD', 'start', 'G' x 500) {
	try("$m /api/vms", '400|404|405|501|closed', request("$m /api/vms"));
}
try('POST /', '405', post('/', 'x'));
try('start by GET', '405', request('GET /api/vms/web/start'));

# --- With what.
my $deep = '[' x 5000;
for my $body ('', 'x', '{', '[]', '1', 'null', '"web"', '{"name": "evil"}',
    '{"settings": {}}', '{"name": 1, "settings": {}}',
    '{"name": "evil", "name": "evil2", "settings": {}}',
    '{"name": "evil", "settings": []}', '{"name": "evil", "settings": {"mem": {}}}',
    '{"name": "evil", "settings": {"mem": 1e400}}',
    '{"name": "evil", "settings": {"mem": -1}}',
    '{"name": "evil", "settings": {"mem": 64.5}}',
    '{"name": "evil", "settings": {"mem": 99999999999999999999}}',
    '{"name": "evil", "settings": {"append": "a\u0000b"}}',
    '{"name": "ev\u0000il", "settings": {}}',
    '{"name": "evil", "settings": {"append": "a\nuse_pty=sh"}}',
    '{"name": "evil", "settings": {"mem\nuse_pty": "sh"}}',
    '{"name": "evil", "settings": {"cores": "1 -device x"}}',
    '{"name": "evil", "settings": {"hostfwd": "::80-:80,::80-:81"}}',
    '{"name": "evil", "settings": {"hostfwd": ":evil.example:80-:80"}}',
    '{"name": "evil", "settings": {"img": "images/web-amd64.img,format=x"}}',
    '{"name": "evil", "settings": {"img": "../p/images/web-amd64.img"}}',
    '{"name": "evil", "settings": {"kernel": "kernels/../etc/web.conf"}}',
    '{"name": "evil", "settings": {"imgtag": "../x"}}',
    '{"name": "evil", "settings": {"share": "/"}}',
    '{"name": "evil", "settings": {"extra": "-monitor stdio"}}',
    '{"name": "evil", "settings": {"conf": "x"}}',
    '{"name": "evil", "settings": {"": "x"}}',
    '{"name": "evil", "settings": {}, "path": "/etc"}',
    '{"name": "evil", "settings": {"append": "' . 'x' x 9000 . '"}}',
    "{\"name\": \"evil\", \"settings\": {\"append\": \"\xff\xfe\"}}",
    "{\"name\": \"evil\", \"settings\": {}} x", $deep, '{"a":' x 5000,
    "\0" x 100, "\xff" x 100) {
	try('body ' . substr($body, 0, 60), '400', post('/api/vms', $body));
}
try('no JSON by its type', '415', post('/api/vms', $new,
    "$host${auth}Content-Type: text/plain\r\n"));
try('a form', '415', post('/api/vms', 'name=evil', "$host$auth" .
    "Content-Type: application/x-www-form-urlencoded\r\n"));
try('no type', '415', post('/api/vms', $new, "$host$auth"));
try('a large body', '413|closed', post('/api/vms', 'x' x 70000));
try('a body that will be large', '413|closed', "POST /api/vms HTTP/1.1\r\n" .
    "$host$auth${json}Content-Length: 99999999999\r\n\r\n");
try('a length that is none', '400|413|closed', "POST /api/vms HTTP/1.1\r\n" .
    "$host$auth${json}Content-Length: -5\r\n\r\nhello");
try('two lengths', '400|closed', "POST /api/vms HTTP/1.1\r\n$host$auth$json" .
    "Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}");
try('a length and chunks', '400|closed', "POST /api/vms HTTP/1.1\r\n" .
    "$host$auth${json}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n" .
    "\r\n0\r\n\r\n");
try('large chunks', '400|413|closed', "POST /api/vms HTTP/1.1\r\n$host$auth" .
    "${json}Transfer-Encoding: chunked\r\n\r\n" .
    (sprintf("%x\r\n", 16000) . 'x' x 16000 . "\r\n") x 8 . "0\r\n\r\n");
try('chunks that are none', '400|closed', "POST /api/vms HTTP/1.1\r\n$host" .
    "$auth${json}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n");

# --- What is no HTTP, or too much of it.
try('a header of 64 KB', '400|413|431|closed', request('GET /api/vms',
    "${host}X: " . 'x' x 65536 . "\r\n"));
try('ten thousand headers', '400|413|431|closed', request('GET /api/vms',
    $host . "X: x\r\n" x 10000));
try('a folded header', '400|421|closed', "GET /api/vms HTTP/1.1\r\nHost: evil\r\n" .
    " localhost\r\n\r\n");
try('a blank before the colon', '400|closed', "GET /api/vms HTTP/1.1\r\n" .
    "Host : localhost\r\n\r\n");
try('a NUL in a header', '400|421|closed', "GET /api/vms HTTP/1.1\r\n" .
    "Host: evil.example\0localhost\r\n\r\n");
try('no version', '400|closed', "GET /api/vms\r\n\r\n");
try('another version', '400|505|closed', "GET /api/vms HTTP/9.9\r\n\r\n");
try('TLS', '400|closed|nonsense', "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" .
    "\0" x 64 . "\r\n\r\n");
try('noise', '400|closed', join('', map { chr($_ * 7 % 256) } 1 .. 3000) .
    "\r\n\r\n");

print "$n requests, $bad not refused\n";
exit($bad ? 1 : 0);
