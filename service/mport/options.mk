# mport: a shell, and a socket of the host's as /dev/ttyVI01, both ways.
MOUNTRO=	y
DEVNODES=	y
