# turn.mk: makes that work on the same wait for each other: nb-hold(1) keeps a
# lock for one until that ends, or for one command. Before make looks at what is
# there: who waited is to see what the other has made.

.if !target(__turn.mk__)
__turn.mk__: .NOTMAIN

_TURNWORDS=	bmake SERVICE=${SERVICE} ${.TARGETS}
_HOLD=		${NB_HOLD} -w ${_TURNWORDS:Q}
# A make with this one as its parent has what its parent has (_TURN=n).
_TURN?=		y

# Images are worked on by name, in all projects that share their folder.
_TURNFILE=	${IMAGEDIR}/.lock
_TURNNAME=	${_WORK:T}

_OBJLOCK=	${TOP}/tools/obj/.lock
.if !empty(.MAKEFLAGS:M-n)
_TURN=		n
.endif
.if ${_TURN} == "n"
.elif make(clean) || make(distclean)
# What is to go is nobody's at the moment: better refused than waited for.
_TURN_ALL=	${_TURNFILE} ${"${_PRODUCT}" == "":?${_OBJLOCK}:}
.  if make(distclean)
_TURN_ALL+=	${SETSDIR}/.lock ${PKGSDIR}/.lock ${KERNELDIR}/.lock
.  endif
.elif make(base) || make(rescue) || make(build) || make(buildimg) || \
    make(start) || make(${DSTIMG}) || make(lock) || \
    (!empty(CURLSH) && (make(fetch) || make(fetchall)))
_TURN_OF=	${_TURNNAME}
.endif

# The program may have to be made first, by a make of its own.
.if defined(_TURN_OF)
.  if !exists(${NB_HOLD})
_MADEHOLD:=	${:!${_MAKENOW} _TURN=n ${NB_HOLD} >&2 || echo failed!}
.    if !empty(_MADEHOLD)
.error ${NB_HOLD}: cannot be compiled
.    endif
.  endif
_TURNS:=	${:!${exists(${IMAGEDIR}):?:mkdir -p ${IMAGEDIR:Q} &&} ${_HOLD} -p ${.MAKE.PID} ${_TURNFILE:Q} ${_TURN_OF} || echo failed!}
.endif
.if make(tools) && !defined(_TURN_ALL) && ${_TURN} != "n" && exists(${NB_HOLD}) && \
    exists(${_OBJLOCK:H})
# Not to be cleaned away while it is made; others may compile, too.
_TURNS:=	${:!${_HOLD} -p ${.MAKE.PID} ${_OBJLOCK:Q} make.${.MAKE.PID} || echo failed!}
.endif
.if defined(_TURN_ALL) && exists(${NB_HOLD})
.  for _f in ${_TURN_ALL}
.    if exists(${_f:H}) && empty(_TURNS)
_TURNS:=	${:!${_HOLD} -n -p ${.MAKE.PID} ${_f:Q} - || echo failed!}
.    endif
.  endfor
# It has all of it, whatever else it does.
_TURN=		n
.endif
.if !empty(_TURNS)
.error ${.TARGETS}: not now
.endif

# Before a command, that it has the downloads of that kind to itself; in a
# recipe, that the rest of it has.
.if ${_TURN} == "n"
_HOLD_kernel=
_HOLD_sets=
_HOLD_pkgs=
_HOLDPLAN=	:
_HOLDTOOLS=
.else
_HOLD_kernel=	${_HOLD} ${KERNELDIR:Q}/.lock ${ARCH}
_HOLD_sets=	${_HOLD} ${SETSDIR:Q}/.lock ${ARCH}
_HOLD_pkgs=	${_HOLD} ${PKGSDIR:Q}/.lock ${ARCH}
_HOLDPLAN=	${_HOLD} -p $$$$ ${PKGSDIR:Q}/.lock ${ARCH}
_HOLDTOOLS=	${_HOLD} -p $$$$ ${_OBJLOCK:Q} ${VARIANT:Uplain}.${.TARGET:T} &&
.endif
# What is booted is nobody's to build, but others may.
_LETGO=		${_TURN_OF:D${NB_HOLD} -u -p ${.MAKE.PID} ${_TURNFILE:Q} ${_TURN_OF}:U\:}

.endif
