# says: stopped: the disk has 8 MB less than before it
# options: -S 8
# files that are in no folder any more
perl -e 'for (1 .. 40) { open($f[$_], ">var/x"); unlink "var/x";
	syswrite($f[$_], "x" x 2000000); } sleep 10'
