# SPDX-License-Identifier: BSD-2-Clause
# Makefile: what a person can ask for. The rules are in mk/, the programs that
# they chain in tools/, the services in service/.
#
#	bmake SERVICE=NAME [ARCH=ARCH] base start

# TOP is where the product is. A project, where downloads, images and services of
# one's own are, is the same folder, or one that has mk/project.mk read from TOP:
# then what is TOP's has _PRODUCT before its name.
TOP:=		${.PARSEDIR:tA}
.if ${.CURDIR:tA} == ${TOP}
_PRODUCT=
.elif defined(_PROJECT)
_PRODUCT:=	${TOP}/
.else
.error run bmake in ${TOP}
.endif
.if ${TOP:[#]} != 1 && !empty(_PRODUCT)
.error ${TOP}: a blank in its name: projects elsewhere cannot use it
.endif
.MAIN: help
# Objects and images have folders of their own; make works here.
.OBJDIR: ${.CURDIR:tA}
# A program that fails leaves the file that was there; so must make.
.PRECIOUS:

_BY=		environment
.include "mk/origin.mk"
.include "mk/arch.mk"
.include "mk/service.mk"
.include "mk/names.mk"
.include "mk/tools.mk"
.include "mk/turn.mk"
.include "mk/trim.mk"
.include "mk/build.mk"
.include "mk/lock.mk"
.include "mk/fetch.mk"
.include "mk/pkg.mk"
.include "mk/curlsh.mk"
.include "mk/sshkeys.mk"
.include "mk/image.mk"
.include "mk/start.mk"
.include "mk/ask.mk"
.include "mk/app.mk"
.if empty(_PRODUCT) && exists(${TOP}/tools/lib)
.include "mk/check.mk"
.include "mk/install.mk"
.endif

help: .PHONY
	@cat ${_PRODUCT}mk/help.txt
	@echo
	@echo "now: SERVICE=${SERVICE} ARCH=${ARCH} FSTYPE=${FSTYPE} VERS=${VERS}"

# Better refused than not known.
.if !target(__install.mk__)
test soak bench fuzz coverage lint format install uninstall: .PHONY
	@echo '${.TARGET}: is for the source tree' >&2; exit 1
.endif

clean: .PHONY
	rm -rf ${"${_PRODUCT}" == "":?tools/obj/* tools/bin:} ${IMAGEDIR}/.work ${IMAGEDIR}/*.img \
	    ${ARCHS:@a@${SETSDIR}/$a/.cache@}

distclean: .PHONY clean
	rm -rf ${ARCHS:S,^,${SETSDIR}/,} ${ARCHS:S,^,${PKGSDIR}/,}
	rm -f ${ARCHS:@a@${KERNELDIR}/${KERNELNAME_$a}*@} ${KERNELDIR}/.*.origin
