# nitrosshd: sshd under nitro(8), on a root that stays read-only: ssh -p 2022 ssh@localhost.
ADDPKGS=	nitro
SSHKEYS=	boot
DEVNODES=	y
MOUNTRO=	y
PORT=		::2022-:22
