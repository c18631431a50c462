# SPDX-License-Identifier: BSD-2-Clause
#
# stage.sh: a small stage whose METALOG is known by heart. To be read by
# atf-sh programs.
# shellcheck shell=sh

# stage: stage/ as nb-untar leaves it, and service/web with no scripts
stage() {
	mkdir -p stage/bin stage/dev stage/etc stage/var/www \
	    service/web/etc service/web/postinst service/common
	cp "$NB_TOP"/service/common/* service/common/
	echo key >service/web/etc/me.pub
	cat >stage/etc/passwd <<-'PASSWD'
	root:*:0:0:Charlie &:/root:/bin/sh
	_httpd:*:24:24::/var/www:/sbin/nologin
	PASSWD
	printf 'wheel:*:0:root\n_httpd:*:24:\n' >stage/etc/group
	echo rc >stage/etc/rc
	echo secret >stage/etc/secret
	echo su >stage/bin/su
	ln stage/bin/su stage/bin/su.link
	ln -s rc stage/etc/link
	echo 'a b' >'stage/etc/a b'
	find stage -exec touch -h -d @1700000000 {} +
	cat >stage/METALOG <<-'METALOG'
	#mtree
	. type=dir uid=0 gid=0 mode=0755 time=1700000000.000000000
	./bin type=dir uid=0 gid=0 mode=0755 time=1700000000.000000000
	./bin/su type=file uid=0 gid=0 mode=4555 size=3 time=1700000000.000000000
	./bin/su.link type=file uid=0 gid=0 mode=4555 size=3 time=1700000000.000000000
	./dev type=dir uid=0 gid=0 mode=0755 time=1700000000.000000000
	./dev/null type=char uid=0 gid=0 mode=0666 device=netbsd,2,2 time=1700000000.000000000
	./etc type=dir uid=0 gid=0 mode=0755 time=1700000009.000000000
	./etc/a\040b type=file uid=0 gid=0 mode=0644 size=4 time=1700000000.000000000
	./etc/group type=file uid=0 gid=0 mode=0644 size=28 time=1700000000.000000000
	./etc/link type=link uid=0 gid=0 mode=0755 time=1700000000.000000000 link=rc
	./etc/passwd type=file uid=0 gid=0 mode=0644 size=74 time=1700000000.000000000
	./etc/rc type=file uid=0 gid=0 mode=0644 size=3 time=1700000000.000000000
	./etc/secret type=file uid=3 gid=5 mode=0440 size=7 time=1700000000.000000000
	./var type=dir uid=0 gid=0 mode=0755 time=1700000000.000000000
	./var/www type=dir uid=24 gid=24 mode=0750 time=1700000000.000000000
	METALOG
	cp stage/METALOG before
}

# metalog_changes: the lines that METALOG has no more, and those that are new
metalog_changes() {
	grep -v '^#' before >a
	grep -v '^#' stage/METALOG >b
	diff a b | grep '^[<>]'
}
