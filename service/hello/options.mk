# hello: one page on port 80: the smallest service, to make your own from.
PORT=		::8180-:80
# nothing is written to the root: the VM can be killed at any time
MOUNTRO=	y
# device nodes are in the image: it is up sooner
DEVNODES=	y
