# tiny: a shell, and nothing that it could do without.
MINIMIZE=	y
MOUNTRO=	y
