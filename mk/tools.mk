# tools.mk: compiles the programs into tools/bin, objects into tools/obj.
# Another compiler, SANITIZE=address,undefined or COVERAGE=y makes a set of its own
# beside the plain one, so that neither has to be thrown away.

.if !target(__tools.mk__)
__tools.mk__: .NOTMAIN

PROGS=		nb-check nb-demo nb-fetch nb-hold nb-lock nb-pkg nb-untar nb-mkfs nb-postinst nb-start nb-trim nb-vm

_CCNAME:=	${CC:[1]:T:Ncc:Ngcc}
.if make(coverage)
COVERAGE=	y
.endif
VARIANT?=	${_CCNAME}${SANITIZE:U:S/,/+/g:C/^./+&/}${COVERAGE:U:C/^.+/+coverage/}
.if empty(VARIANT)
TOOLSOBJ=	${TOP}/tools/obj/plain
BIN=		${_PRODUCT}tools/bin
.else
TOOLSOBJ=	${TOP}/tools/obj/${VARIANT}
BIN=		${_PRODUCT}tools/bin/${VARIANT}
.endif

# Installed, they are beside what is shared: PREFIX/bin, PREFIX/share/smolbsd.
.if !exists(${TOP}/tools) && exists(${TOP:H:H}/bin/nb-mkfs)
BIN=		${TOP:H:H}/bin
.  if empty(_PRODUCT)
.error ${TOP}: is where it is installed: work in a folder of your own, whose Makefile has: .include "${TOP}/mk/project.mk"
.  endif
.endif

# What a make reads that compiles one of them while this one is still reading:
# MAKEFILE says it too late for that, in bmake of 2020.
_MAKEFILE=	${TOP}/${"${_PRODUCT}" == "":?Makefile:mk/project.mk}
_MAKENOW=	MAKEFLAGS= ${.MAKE} -f ${_MAKEFILE} BIN=${BIN} CC=${CC:Q} SANITIZE=${SANITIZE:U:Q}

NB_CHECK=	${BIN}/nb-check
NB_FETCH=	${BIN}/nb-fetch
NB_HOLD=	${BIN}/nb-hold
NB_LOCK=	${BIN}/nb-lock
NB_PKG=		${BIN}/nb-pkg
NB_UNTAR=	${BIN}/nb-untar
NB_MKFS=	${BIN}/nb-mkfs
NB_POSTINST=	${BIN}/nb-postinst
NB_START=	${BIN}/nb-start
NB_VM=		${BIN}/nb-vm
NB_TRIM=	${BIN}/nb-trim
NB_APP=		${BIN}/nb-app

# The page's program wants two libraries more: it is made where they are, and
# for `bmake app`.
.for _h in microhttpd.h jansson.h
.  for _d in /usr/include /usr/local/include /usr/pkg/include /opt/homebrew/include
.    if exists(${_d}/${_h})
_HAVE_${_h}=	y
.    endif
.  endfor
.endfor
.if make(app) || (defined(_HAVE_microhttpd.h) && defined(_HAVE_jansson.h))
PROGS+=		nb-app
.endif

# Without the sources the programs are where BIN says, and made already.
.if exists(${TOP}/tools/lib)
_TOOLS=		${_PRODUCT}tools
_TOOLSRCS:=	${:!find ${_TOOLS} -path ${_TOOLS}/obj -prune -o -path ${_TOOLS}/bin -prune -o \( -name '*.[ch]' -o -name hardening.sh -o -name 'Makefile*' -o -path '*/page/*' -o -name embed.sh \) -print!}
_LIBSRCS:=	${_TOOLSRCS:M${_TOOLS}/lib/*} ${_TOOLS}/Makefile.inc ${_TOOLS}/hardening.sh
_BINDIR=	${"${BIN:M/*}" != "":?${BIN}:${TOP}/${BIN}}
# (DESTDIR is where to install: <prog.mk> would look for headers there.)
_SUBMAKE=	unset DESTDIR && MAKEFLAGS= MAKEOBJDIR=$$obj ${.MAKE} ${Q:M@:S/@/-s/} \
		-f Makefile CC=${CC:Q} SANITIZE=${SANITIZE:U:Q} COVERAGE=${COVERAGE:U}

# nb-hold first, by which makes that run at once compile each thing one after the
# other: a folder that only this make has is enough for it.
# It compiles some of the library's sources itself, and is as old as any of them:
# one that is missing from its list is missed by the next make, not by the next clone.
_SRCSOF_nb-hold=	${_TOOLSRCS:M${_TOOLS}/nb-hold/*} ${_LIBSRCS}
# (What counts lines looks for the objects later.)
.if empty(COVERAGE:U)
_HOLDOBJ=	.$$$$
.endif
${NB_HOLD}: ${_SRCSOF_nb-hold}
	@echo 'compiling tools/nb-hold'
	@obj=${TOOLSOBJ}/nb-hold${_HOLDOBJ}; trap '[ -z "${_HOLDOBJ:D1}" ] || rm -rf "$$obj"' EXIT; \
	    trap 'exit 1' HUP INT TERM; mkdir -p $$obj && mkdir -p ${_BINDIR} && \
	    (cd ${_TOOLS}/nb-hold && ${_SUBMAKE} nb-hold) && \
	    mv $$obj/nb-hold ${_BINDIR}/.nb-hold.$$$$ && \
	    mv ${_BINDIR}/.nb-hold.$$$$ ${NB_HOLD}

# In front of a compilation; whoever waited finds it done.
_COMPILE=	mkdir -p ${TOP}/tools/obj && ${_HOLDTOOLS} \
		{ [ -n "$$(find ${.ALLSRC} -newer ${.TARGET} -print 2>&1 | head -n 1)" ] || \
		exit 0; } && echo

# The library next: every other program links it.
${TOOLSOBJ}/lib/libnb.a: ${_LIBSRCS} ${NB_HOLD}
	@obj=${TOOLSOBJ}/lib; ${_COMPILE} 'compiling tools/lib' && \
	    mkdir -p $$obj && cd ${_TOOLS}/lib && \
	    ${_SUBMAKE} libnb.a && touch $$obj/libnb.a

# Some programs have sources of another's.
_SRCSOF_nb-check=	${_TOOLSRCS:M${_TOOLS}/nb-start/*}
_SRCSOF_nb-app=	${_TOOLSRCS:M${_TOOLS}/nb-start/*}

.for _p in ${PROGS:Nnb-hold}
${BIN}/${_p}: ${_SRCSOF_${_p}} ${_TOOLSRCS:M${_TOOLS}/${_p}/*} ${TOOLSOBJ}/lib/libnb.a
	@obj=${TOOLSOBJ}/${_p}; ${_COMPILE} 'compiling tools/${_p}' && \
	    mkdir -p $$obj && mkdir -p ${_BINDIR} && \
	    cd ${_TOOLS}/${_p} && ${_SUBMAKE} ${_p} && \
	    cp $$obj/${_p} ${_BINDIR}/.${_p}.$$$$ && \
	    mv ${_BINDIR}/.${_p}.$$$$ ${_BINDIR}/${_p}
.endfor

.endif
tools: .PHONY ${PROGS:S,^,${BIN}/,}

.endif
