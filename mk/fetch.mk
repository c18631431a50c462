# fetch.mk: kernels, sets and ready images. What is not there is fetched for an image that
# needs it; what is there is left alone, and kernfetch and setfetch ask the
# server whether it has a newer one.

.if !target(__fetch.mk__)
__fetch.mk__: .NOTMAIN

# A set is a name; with a `/` in it, a file or folder of the user's own.
_SETNAMES=	${SETS:N*/*} ${ADDSETS:N*/*}
_SETFILES=	${_SETNAMES:O:u:S,^,${SETSDIR}/${ARCH}/,:S,$,.${SETEXT},}
_SETLAYERS=	${SETS:@s@${"${s:M*/*}" != "":?$s:${SETSDIR}/${ARCH}/$s.${SETEXT}}@} \
		${ADDSETS:@s@${"${s:M*/*}" != "":?$s:${SETSDIR}/${ARCH}/$s.${SETEXT}}@}
_KERNELFILE=	${KERNELDIR}/${KERNELNAME_${ARCH}}

# -m: a file's time is when it came, so that make sees that it is new.
_FETCHSETS=	${NB_FETCH} -m -C ${SETSDIR}/${ARCH} -S SHA512 \
		-H "see SETS and ADDSETS"
_FETCHKERNEL=	${NB_FETCH} -m ${KERNELFLAGS_${ARCH}} -o ${_KERNELFILE} \
		${KERNELURL_${ARCH}:Q}

# All that is missing in one call: over one connection, one file of sums.
_SETSMISSING=
.for _f in ${_SETFILES}
.  if !exists(${_f})
_SETSMISSING+=	${_f}
.  endif
.endfor
.if !empty(_SETSMISSING)
${_SETSMISSING}: _fetch-missing-sets
.endif
_fetch-missing-sets: .PHONY ${NB_FETCH}
	@mkdir -p ${SETSDIR}/${ARCH}
	${Q}${_FETCHSETS} ${_SETSMISSING:T:@f@${DIST:Q}/sets/$f@}

.if !exists(${_KERNELFILE})
${_KERNELFILE}: kernfetch
.endif

kernfetch: .PHONY ${NB_FETCH}
	@mkdir -p ${KERNELDIR}
	${Q}${_FETCHKERNEL}

setfetch: .PHONY ${NB_FETCH}
	@mkdir -p ${SETSDIR}/${ARCH}
	${Q}${_FETCHSETS} ${_SETFILES:T:@f@${DIST:Q}/sets/$f@}

# Only what is not there.
fetch: .PHONY ${_KERNELFILE} ${_SETFILES}

fetchall: .PHONY kernfetch setfetch

# Images that others made, unpacked while they come. One that is there is its
# user's, with what was written to it: it is never fetched over.
_READY_live=	${IMAGEDIR}/NetBSD-${ARCH}-live.img
_READY_fetchimg=${IMAGEDIR}/build-${ARCH}.img
LIVEURL?=	${LIVEURL_${ARCH}}
_URL_live=	${LIVEURL}
_SUMS_live=	-S SHA512
_URL_fetchimg=	${IMGDIST:D${IMGDIST}/build-${ARCH}.img.xz}
_SUMS_fetchimg=	-s .sha256
_WHERE_live=	LIVEURL=URL: there is no live image for ARCH=${ARCH}
_WHERE_fetchimg=IMGDIST=URL: the folder of build-${ARCH}.img.xz
.for _t in live fetchimg
${_t}: .PHONY
.  if exists(${_READY_${_t}})
	@echo '${_READY_${_t}} is there already: remove it to have it fetched'
.  elif empty(_URL_${_t})
	@echo '${_t}: give ${_WHERE_${_t}}' >&2; exit 1
.  else
${_t}: ${NB_FETCH}
	@mkdir -p ${IMAGEDIR}
	${Q}${NB_FETCH} -z ${_SUMS_${_t}} -o ${_READY_${_t}} ${_URL_${_t}:Q}
.  endif
.endfor

.endif
