# rescue: a shell on a read-only system of 20 MB, to look after another one.
SETS=		rescue etc
IMGSIZE=	20
MOUNTRO=	y
# device nodes are in the image: the shell is there sooner
DEVNODES=	y
