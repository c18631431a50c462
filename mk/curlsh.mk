# curlsh.mk: CURLSH=URL: a script from there, which runs behind the service's
# own and where they do.

.if !target(__curlsh.mk__)
__curlsh.mk__: .NOTMAIN

.if !empty(CURLSH)

_KEYS_curlsh=	${ARCH}/curlsh/curlsh.sh ${_CURLSHFILE} ${CURLSH:Q}
_CURLSHSUM=	${CURLSHSUM:C,^..*$,-s &,}
.if empty(_OFFLINE)
_HINT_curlsh=	see CURLSH and CURLSHSUM
.else
_HINT_curlsh=	bmake ARCH=${ARCH} SERVICE=${SERVICE} CURLSH=${CURLSH} fetch brings it
.endif
_WORDS_curlsh=	${_CURLSHSUM} -H ${_HINT_curlsh:Q} -o ${_CURLSHFILE} ${CURLSH:Q}
_LOOK_curlsh=	${_LOOK} ${_WORDS_curlsh}

# It is asked for when it is not there, or was asked for an hour ago.
.if defined(_LOCKED) || !empty(_FRESH) || !exists(${_CURLSHFILE}) || \
    (empty(_OFFLINE) && empty(:!find ${_CURLSHFILE:H}/.curlsh.sh.origin -mmin -${FRESHMIN} 2>/dev/null || :!))
${_CURLSHFILE}: _curlsh
.endif
_curlsh: .PHONY ${NB_FETCH} ${_LOCKED:D${NB_LOCK}}
	@mkdir -p ${_CURLSHFILE:H}
.if defined(_LOCKED)
	${Q}${_LOCKCHECK} ${_KEYS_curlsh} ${_LOCKFETCH}
.else
	${Q}${_FETCHNOW} -m ${_WORDS_curlsh}
.endif

fetch fetchall lock: ${_CURLSHFILE}

.endif
.endif
