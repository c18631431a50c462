# systembsd: a small multiuser system under dinit(8): a login, sshd, syslogd.
ADDPKGS=	dinit
SSHKEYS=	boot
DEVNODES=	y
MEM=		512
CPUS=		2
PORT=		::2297-:22
