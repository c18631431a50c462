# SPDX-License-Identifier: BSD-2-Clause
# Makefile: what a person can ask for. The rules are in mk/, the programs that
# they chain in tools/, the services in service/.
#
#	bmake SERVICE=NAME [ARCH=ARCH] base start

TOP:=		${.PARSEDIR:tA}
.if ${.CURDIR:tA} != ${TOP}
.error run bmake in ${TOP}
.endif
.MAIN: help
# Objects and images have folders of their own; make works here.
.OBJDIR: ${TOP}
# A program that fails leaves the file that was there; so must make.
.PRECIOUS:

_BY=		environment
.include "mk/origin.mk"
.include "mk/arch.mk"
.include "mk/service.mk"
.include "mk/tools.mk"
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
.include "mk/check.mk"

help: .PHONY
	@cat mk/help.txt
	@echo
	@echo "now: SERVICE=${SERVICE} ARCH=${ARCH} FSTYPE=${FSTYPE} VERS=${VERS}"

# Words of the interface that no rule knows yet: better refused than ignored.
install: .PHONY
	@echo '${.TARGET}: not implemented yet; "bmake help" lists what is' >&2; \
	    exit 1

clean: .PHONY
	rm -rf tools/obj tools/bin ${IMAGEDIR}/.work ${IMAGEDIR}/*.img \
	    ${ARCHS:@a@${SETSDIR}/$a/.cache@}

distclean: .PHONY clean
	rm -rf ${ARCHS:S,^,${SETSDIR}/,} ${ARCHS:S,^,${PKGSDIR}/,}
	rm -f ${ARCHS:@a@${KERNELDIR}/${KERNELNAME_$a}*@} ${KERNELDIR}/.*.origin
