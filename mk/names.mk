# names.mk: variables that are set and are nobody's: what is nearly one of those
# in mk/variables was meant to be that one. A service and a person may have
# variables of their own: POSTINSTVARS names them, or their makefiles use them.

.if !target(__names.mk__)
__names.mk__: .NOTMAIN

# (nb-check(1) tells of those in files with all else.)
_NAMEFILES=
.if make(base) || make(rescue) || make(build) || make(buildimg) || make(fetch) || \
    make(setfetch) || make(pkgfetch) || make(fetchall) || make(start) || \
    make(lock) || make(show)
.  for _f in ${_SERVICE}/options.mk ${_SERVICE}/own.mk ${_OWNSERVICE:N${_SERVICE}:S,$,/own.mk,}
.    if exists(${_f})
_NAMEFILES+=	${_f}
.    endif
.  endfor
.endif
_SAIDNAMES:=	${.MAKEOVERRIDES:O:u:NARCH:NSERVICE:NBIN:NCC:NSANITIZE:NCOVERAGE:NQ:N_*}
.if !empty(_NAMEFILES) || !empty(_SAIDNAMES)
_NAMEMAKES=	${.MAKE.MAKEFILES} ${TOP}/mk/*.mk ${TOP}/tools/Makefile.inc
_REFUSED:=	${:!awk -v said=${_SAIDNAMES:Q} -v own=${POSTINSTVARS:U:Q} -v makes="`echo ${_NAMEMAKES}`" -f ${_PRODUCT}mk/names.awk ${_PRODUCT}mk/variables ${_NAMEFILES} || echo mk/names.awk\: failed!}
.  if !empty(_REFUSED)
.error ${_REFUSED} ("bmake show" lists them)
.  endif
.endif

.endif
