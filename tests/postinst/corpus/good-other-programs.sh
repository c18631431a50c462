# perl makes the calls by itself
perl -e 'mkdir "var/p", 0755; chown 24, 24, "var/p"; chmod 02750, "var/p";
	open(F, ">var/p/f"); chown 5, -1, "var/p/f"; print F "x"; close F;
	@s = stat("var/p/f"); print "$s[4]:$s[5]\n";
	open(G, "<etc/rc"); chown(7, 8, *G); chmod(0604, *G); @s = stat(G);
	print "$s[4]:$s[5]\n"; unlink "var/p/f"; symlink "x", "var/p/l";
	use POSIX; POSIX::mkfifo("var/p/pipe", 0640); POSIX::lchown(24, 24, "var/p/l");'
