# project.mk: makes a project of a folder elsewhere than the product: downloads,
# images and services of its own are there, all else stays where this file is. The
# whole Makefile there:
#
#	.include "/usr/local/share/smolbsd/mk/project.mk"

_PROJECT=	y
.include "../Makefile"
