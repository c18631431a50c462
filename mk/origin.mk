# origin.mk: where each variable was set, for `bmake show`, and for what a person
# said, which outranks a conf (start.mk). Included anew, with another _BY, behind
# each place that may set some; with none it looks what is set by now.

.if make(show) || make(start)
.  if !defined(_VARIABLES)
_VARIABLES:=	${:!sed -n 's/^\([A-Z_][A-Z_]*\)[[:space:]].*/\1/p' ${_PRODUCT}mk/variables!}
.  endif
.  for _v in ${_VARIABLES}
.    if defined(${_v})
_IS:=		${${_v}:hash}
.    else
_IS:=		unset
.    endif
.    if "${_BY}" != "" && "${_IS}" != "${_WAS_${_v}:Uunset}"
_ORIGIN_${_v}:=	${_BY}
# The same value as the environment's, over it.
.    elif "${_ORIGIN_${_v}:Menvironment}" != "" && exists(${_BY}) && \
    !empty(:!grep '^ *${_v}[[:space:]]*:*=' ${_BY} || \:!)
_ORIGIN_${_v}:=	${_BY}
.    endif
_WAS_${_v}:=	${_IS}
.  endfor
.endif
