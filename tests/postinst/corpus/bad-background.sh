# daemons of all kinds that would outlive the script
sleep $NAP &
nohup sleep $NAP >/dev/null 2>&1 &
setsid sh -c "trap '' HUP INT TERM QUIT; sleep $NAP; sleep $NAP" &
(sleep $NAP >&2 &)
perl -e 'use POSIX; exit if fork; POSIX::setsid(); exit if fork;
	chdir "/"; $SIG{$_} = "IGNORE" for qw(HUP INT TERM);
	open(STDIN, "</dev/null"); sleep 10 while 1' &
trap '' TERM
echo started
