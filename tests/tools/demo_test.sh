#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# demo_test: nb-demo with a web server in the VM's place: what it shows, and
# what it says of a command that does not come to an answer.

demo=$NB_BIN/nb-demo

# server PORT: says so, refuses once, and then has a page of 30 lines
write_server()
{
	cat >server <<-'EOF'
	use strict; use warnings; use IO::Socket::INET;
	my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
	    LocalPort => $ARGV[0], Listen => 5, ReuseAddr => 1) or die;
	$| = 1;
	print "the kernel's first line\n";
	for (my $n = 0; my $c = $s->accept; $n++) {
		while (defined(my $l = <$c>)) { last if $l =~ /^\r?$/ }
		my $page = join '', map { "line $_\n" } 1 .. 30;
		print $c $n == 0 ? "HTTP/1.0 503 no\r\n\r\n" :
		    "HTTP/1.0 200 OK\r\n\r\n$page";
		close $c;
	}
	EOF
}

atf_test_case answer
answer_head()
{
	atf_set descr 'the page, twenty lines of it, and the seconds; nothing is left running'
	atf_set require.progs 'perl'
}
answer_body()
{
	write_server
	atf_check -o save:out "$demo" 'http://127.0.0.1:%p/x' sh -c 'echo built' \
	    -- perl server %p
	atf_check -o match:'^built$' -o match:"^the kernel's first line$" \
	    -o match:'^http://127\.0\.0\.1:[0-9]+/x answered 200:$' \
	    -o match:'^    line 20$' -o not-match:'line 21' \
	    -o match:'^build +[0-9.]+ s$' \
	    -o match:"^kernel to the service's answer +[0-9.]+ s$" cat out
	port=$(sed -n 's,^http://127.0.0.1:\([0-9]*\)/x .*,\1,p' out)
	atf_check -s exit:0 perl -MIO::Socket::INET -e 'exit defined
	    IO::Socket::INET->new(PeerAddr => "127.0.0.1:$ARGV[0]")' "$port"
	# without a build, and by a command that says nothing
	sed '/first line/d' server >quiet
	atf_check -o match:"^exec to the service's answer +[0-9.]+ s$" \
	    -o not-match:'^build' "$demo" 'http://127.0.0.1:%p/' perl quiet %p
}

# says REASON WORD ...: exit 1 and that line
says()
{
	_why=$1
	shift
	atf_check -s exit:1 -o ignore -e inline:"nb-demo: $_why\n" \
	    "$demo" -t 2 http://127.0.0.1:1/ "$@"
}

atf_test_case no_answer
no_answer_head()
{
	atf_set descr 'why there is none'
	atf_set require.progs 'perl'
}
no_answer_body()
{
	says 'sh: ended with status 3 before http://127.0.0.1:1/ answered' \
	    sh -c 'exit 3'
	says 'sh: killed by signal 9 before http://127.0.0.1:1/ answered' \
	    sh -c 'kill -9 $$'
	says './none: cannot be run' ./none
	says 'false: the build failed (see above)' false -- true
	says './none: the build failed (see above)' ./none -- true
	# what it started is ended, too
	says 'http://127.0.0.1:1/: no answer within 2 seconds' \
	    sh -c 'sleep 300 & echo $! >pid; wait'
	n=0
	while ps -o stat= -p "$(cat pid)" | grep -q '^[^Z]'; do
		[ $n -lt 50 ] || atf_fail "it is left running"
		sleep 0.1
		n=$((n + 1))
	done
}

atf_test_case words
words_head()
{
	atf_set descr 'words that are none; a signal'
}
words_body()
{
	for w in '' 'http://x/' '-t x http://x/ true' '-t 0 http://x/ true' \
	    '-q http://x/ true'; do
		# shellcheck disable=SC2086 # a list of words
		atf_check -s exit:2 -e match:'^usage: nb-demo' "$demo" $w
	done
	for w in '-- true' 'true --'; do
		# shellcheck disable=SC2086
		atf_check -s exit:2 -e match:'no command before or behind --' \
		    "$demo" http://x/ $w
	done
	"$demo" http://127.0.0.1:1/ sh -c 'echo up; exec sleep 300' >out 2>err &
	n=0
	until grep -q up out || [ $n -gt 100 ]; do sleep 0.1; n=$((n + 1)); done
	kill -TERM $!
	wait $!
	atf_check_equal 1 $?
	atf_check -o inline:'nb-demo: interrupted\n' cat err
}

atf_init_test_cases()
{
	atf_add_test_case answer
	atf_add_test_case no_answer
	atf_add_test_case words
}
