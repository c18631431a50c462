# sshd: OpenSSH's server, NetBSD's own: ssh -p 2022 ssh@localhost.
SSHKEYS=	boot
DEVNODES=	y
PORT=		::2022-:22
