# build: the builder, which `bmake build` boots to run what needs NetBSD.
# FFS, which is NetBSD's own on every host; room for what scripts install here,
# all of which is thrown away when they are done.
SETS=		base etc
FSTYPE=		ffs
IMGSIZE=	1024
# for scripts that call it, and what it needs
ADDPKGS=	pkgin
