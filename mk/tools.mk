# tools.mk: compiles the programs into tools/bin, objects into tools/obj.
# Another compiler or SANITIZE=address,undefined makes a set of its own beside
# the plain one, so that neither has to be thrown away.

.if !target(__tools.mk__)
__tools.mk__: .NOTMAIN

PROGS=		nb-check nb-demo nb-fetch nb-lock nb-pkg nb-untar nb-mkfs nb-postinst nb-start nb-trim nb-vm

_CCNAME:=	${CC:[1]:T:Ncc:Ngcc}
VARIANT?=	${_CCNAME}${SANITIZE:U:S/,/+/g:C/^./+&/}
.if empty(VARIANT)
TOOLSOBJ=	${TOP}/tools/obj/plain
BIN=		tools/bin
.else
TOOLSOBJ=	${TOP}/tools/obj/${VARIANT}
BIN=		tools/bin/${VARIANT}
.endif

NB_CHECK=	${BIN}/nb-check
NB_FETCH=	${BIN}/nb-fetch
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
_TOOLSRCS:=	${:!find tools -path tools/obj -prune -o -path tools/bin -prune -o \( -name '*.[ch]' -o -name 'Makefile*' -o -path '*/page/*' -o -name embed.sh \) -print!}
_LIBSRCS:=	${_TOOLSRCS:Mtools/lib/*} tools/Makefile.inc
_SUBMAKE=	MAKEFLAGS= MAKEOBJDIR=$$obj ${.MAKE} ${Q:M@:S/@/-s/} \
		-f Makefile CC=${CC:Q} SANITIZE=${SANITIZE:U:Q}

# The library first: every program links it.
${TOOLSOBJ}/lib/libnb.a: ${_LIBSRCS}
	@echo 'compiling tools/lib'
	@obj=${TOOLSOBJ}/lib; mkdir -p $$obj && cd tools/lib && \
	    ${_SUBMAKE} libnb.a && touch $$obj/libnb.a

# Some programs have sources of another's.
_SRCSOF_nb-check=	${_TOOLSRCS:Mtools/nb-start/*}
_SRCSOF_nb-app=	${_TOOLSRCS:Mtools/nb-start/*}

.for _p in ${PROGS}
${BIN}/${_p}: ${_SRCSOF_${_p}} ${_TOOLSRCS:Mtools/${_p}/*} ${TOOLSOBJ}/lib/libnb.a
	@echo 'compiling tools/${_p}'
	@obj=${TOOLSOBJ}/${_p}; mkdir -p $$obj ${TOP}/${BIN} && \
	    cd tools/${_p} && ${_SUBMAKE} ${_p} && \
	    cp $$obj/${_p} ${TOP}/${BIN}/.${_p}.$$$$ && \
	    mv ${TOP}/${BIN}/.${_p}.$$$$ ${TOP}/${BIN}/${_p}
.endfor

.endif
tools: .PHONY ${PROGS:S,^,${BIN}/,}

.endif
