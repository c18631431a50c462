# runbsd: a small multiuser system under runit(8): a login, sshd, syslogd.
ADDPKGS=	runit
SSHKEYS=	boot
DEVNODES=	y
MEM=		512
CPUS=		2
PORT=		::2298-:22
