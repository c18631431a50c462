# rescue: a system of 20 MB to look at another one, never written to.
SETS=		rescue etc
IMGSIZE=	20
MOUNTRO=	y
