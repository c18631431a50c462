# usershell: a user's shell with ssh and curl, small enough to run from memory.
# MINIMIZE decides how large it is in the end; IMGSIZE is room to make it in.
MINIMIZE=	y
MOUNTRO=	y
ADDPKGS=	curl rsync
