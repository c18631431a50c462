# trim.mk: MINIMIZE: an image that is no larger than its content needs; and with a
# sailor.conf in the service, content that is no more than that names.

.if !target(__trim.mk__)
__trim.mk__: .NOTMAIN

# What the image has free, as nb-mkfs -s takes it; IMGSIZE is then for `build`
# only, while its scripts run.
.if empty(MINIMIZE:tl:C/^(n|no|0)$//)
_SIZE=		${IMGSIZE}m
.elif empty(MINIMIZE:tl:C/^(y|yes|1)$//)
_MINIMIZE=	+10%
.elif !empty(MINIMIZE:M+[0-9]*) && empty(MINIMIZE:S/^+//:C/[0-9]//g)
_MINIMIZE=	${MINIMIZE}m
.elif !make(check)
.error MINIMIZE=${MINIMIZE}: y (a tenth of it free), +N (N MB free) or n
.endif
_SIZE?=		${_MINIMIZE}

# Set, since := would keep the name of what is not.
_TRIMPKGS=
_SAILORCONF=	${_SERVICE}/sailor.conf
_READSAILOR=	${NB_TRIM} -s ${_COMMON:H} -c ${_SAILORCONF}
.if defined(_MINIMIZE) && exists(${_SAILORCONF})
_TRIM=		y

# It names packages, and commands for NetBSD: make has to know before it knows
# what to do. A program that is not there yet is made by a make of its own.
.  if make(base) || make(rescue) || make(build) || make(buildimg) || \
    make(start) || make(fetch) || make(fetchall) || make(pkgfetch) || \
    make(lock) || make(${DSTIMG})
.    if !exists(${NB_TRIM})
_MADETRIM:=	${:!${_MAKENOW} _TURN=${_TURN} ${NB_TRIM} >&2 || echo failed!}
.      if !empty(_MADETRIM)
.error MINIMIZE=${MINIMIZE}: ${NB_TRIM}, which reads ${_SAILORCONF}, cannot be compiled
.      endif
.    endif
_TRIMPKGS:=	${:!${_READSAILOR} -q -p packages && echo /end || :!}
.    if empty(_TRIMPKGS:M/end)
.error SERVICE=${SERVICE}: ${_SAILORCONF} cannot be used
.    endif
_TRIMPKGS:=	${_TRIMPKGS:N/end}
_RUNATBUILD:=	${:!(${_READSAILOR} -q -p run_at_build && echo /.end) | sed -n -e '1s,^/[.]end,/end,p' -e t -e '1s,.*,y,p' || :!}
.    if "${_RUNATBUILD}" != "y" && "${_RUNATBUILD}" != "/end"
.error SERVICE=${SERVICE}: ${_SAILORCONF} cannot be used
.    endif
_RUNATBUILD:=	${_RUNATBUILD:N/end}
.  endif
.endif
_ADDPKGS=	${ADDPKGS} ${_TRIMPKGS}

# What is done with a stage, which stands for the image until here. What the
# service itself brings is kept, and what its scripts made: -n has what was
# there before they ran. Why each file is kept is noted beside the image's work.
.if defined(_TRIM)
_KEPT=		METALOG.kept
_TRIMSTAGE=	${_WITHSSHNAMES} ${_READSAILOR} -v ${_OWNLAYERS:@l@-k ${l:Q}@} \
		${"${_WHERE}" != "":?-n ${_BEFORE}:} \
		-o ${_STAGE}/METALOG.kept ${_STAGE}/METALOG >${_GEN}/kept
.else
_KEPT=		METALOG
.endif

.endif
