# fetch.mk: kernels, sets and ready images. What a goal needs and what is not
# there is fetched; what is there is asked about at most once in FRESHMIN
# minutes, or with FRESH=y. One nb-fetch brings all.

.if !target(__fetch.mk__)
__fetch.mk__: .NOTMAIN

# A set is a name, with or without its suffix, and perhaps `:` and a pattern of
# what of it is wanted (comp:/usr/bin/strip); with a `/` before that, a file or
# folder of the user's own.
_SETWORDS=	${SETS} ${ADDSETS}
_SETWORDS:=	${_SETWORDS:C,^([^/:]*)\.(tar\.xz|tgz)$,\1,:C,^([^/:]*)\.(tar\.xz|tgz):,\1:,}
_SETNAMES=	${_SETWORDS:C,^([^/:]*):.*,\1,:N*/*}
_SETYOURS=	${_SETWORDS:C,^[^/:]*:.*,,:M*/*:C,:/.*,,}
# (The last modifier makes no file of no name.)
_SETFILES=	${_SETNAMES:O:u:C,^..*$,${SETSDIR}/${ARCH}/&.${SETEXT},}
_SETLAYERS=	${_SETWORDS:C,^([^/:]+)$,${SETSDIR}/${ARCH}/\1.${SETEXT},:C,^([^/:]+):,${SETSDIR}/${ARCH}/\1.${SETEXT}:,}
_KERNELFILE=	${KERNELDIR}/${KERNELNAME_${ARCH}}
_PKGDIR=	${PKGSDIR}/${ARCH}
_PKGSUMMARY=	${_PKGDIR}/pkg_summary.gz

LIVEURL?=	${LIVEURL_${ARCH}}

# ---- Which kinds the goals want, and which they were made to ask for.
.if make(base) || make(rescue) || make(build) || make(buildimg) || \
    make(start) || make(${DSTIMG})
_WANTIMAGE=	y
.endif
.if (make(start) && ${KERNEL} == ${_KERNELFILE}) || \
    (make(live) && !empty(LIVEURL)) || \
    !empty(_RUNDEPS:M${_KERNELFILE}) || make(${_KERNELFILE})
_WANT_kernel=	y
.endif
.if defined(_WANTIMAGE) && empty(ROOTDIR)
_WANT_sets=	y
.endif
.for _f in ${_SETFILES}
.  if make(${_f})
_WANT_sets=	y
.  endif
.endfor
.if defined(_WANTIMAGE) && !empty(_ADDPKGS)
_WANT_pkgs=	y
.endif
.for _k _t in kernel kernfetch sets setfetch pkgs pkgfetch
.  if make(${_t}) || make(fetchall)
_ASK_${_k}=	y
.  endif
.endfor

# A file of sums speaks for its files: its note tells when it was asked about.
_FILES_kernel=	${_KERNELFILE}
_FILES_sets=	${_SETFILES}
_FILES_pkgs=	${_PKGSUMMARY}
_NOTE_kernel=	${KERNELDIR}/.${KERNELNAME_${ARCH}}${KERNELSUMS_${ARCH}}.origin
_NOTE_sets=	${SETSDIR}/${ARCH}/.SHA512.origin
_NOTE_pkgs=	${_PKGDIR}/.pkg_summary.gz.origin
.if defined(_LOCKED)
.  for _k in kernel sets pkgs
.    if defined(_WANT_${_k}) || make(fetch)
_ASK_${_k}=	y
.    endif
.  endfor
.elif empty(_OFFLINE) && (defined(_WANT_kernel) || defined(_WANT_sets) || \
    defined(_WANT_pkgs))
.  if empty(_FRESH)
_BASES=		${DIST} ${KERNELBASE_${ARCH}} ${PKGSITE}
_ASKED:=	${:!find ${_NOTE_kernel} ${_NOTE_sets} ${_NOTE_pkgs} -mmin -${FRESHMIN} -exec grep -lF ${_BASES:@b@-e ${:Uurl $b/:Q}@} {} + 2>/dev/null || :!}
.  endif
.  for _k in kernel sets pkgs
.    if defined(_WANT_${_k}) && empty(_ASKED:M${_NOTE_${_k}})
_ASK_${_k}=	y
.    endif
.  endfor
.endif
.for _k in kernel sets pkgs
.  for _f in ${_FILES_${_k}}
.    if !exists(${_f}) && (defined(_WANT_${_k}) || make(fetch))
_ASK_${_k}=	y
.    endif
.    if !exists(${_f})
_MISSING=	y
.    endif
.  endfor
.endfor
.if empty(_ADDPKGS)
.  undef _ASK_pkgs
.endif
.if empty(_SETFILES)
.  undef _ASK_sets
.endif

# ---- How each kind is fetched. -m: a file's time is when it came, so that make
# sees that it is new. Without a network what is missing is the one thing to
# say; with nothing missing, who does not answer is not waited for long.
.if empty(_OFFLINE)
_HINT_kernel=	see KDIST and DIST
_HINT_sets=	see SETS and ADDSETS
.else
_HINT_kernel=	bmake ARCH=${ARCH} kernfetch brings it
_HINT_sets=	bmake ARCH=${ARCH} SERVICE=${SERVICE} setfetch brings it
.endif
_FETCHNOW=	${NB_FETCH} ${_OFFLINE:S/y/-q/} \
		${"${_FRESH}" == "" && "${FRESHMIN:N0}" != "":?-t ${FRESHMIN}:}
_FETCH=		${_FETCHNOW} ${defined(_MISSING):?:-c 3}
_WORDS_kernel=	-m ${KERNELFLAGS_${ARCH}} -o ${_KERNELFILE} -H ${_HINT_kernel:Q} \
		-b ${KERNELBASE_${ARCH}:Q} ${KERNELPATH_${ARCH}}
_WORDS_sets=	-m -C ${SETSDIR}/${ARCH} -S SHA512 -H ${_HINT_sets:Q} \
		-b ${DIST:Q} ${_SETFILES:T:S,^,sets/,}

# An image and a VM are not made of what no sum speaks for without a word. By a
# lock everything was verified.
_LOOK=		${NB_FETCH} -n
_LOOK_kernel=	${_LOOK} ${KERNELFLAGS_${ARCH}} -o ${_KERNELFILE} \
		-H bmake\ ARCH=${ARCH}\ kernfetch\ brings\ it \
		-b ${KERNELBASE_${ARCH}:Q} ${KERNELPATH_${ARCH}}
_LOOK_sets=	${_LOOK} -C ${SETSDIR}/${ARCH} -S SHA512 \
		-H bmake\ ARCH=${ARCH}\ SERVICE=${SERVICE}\ setfetch\ brings\ it \
		-b ${DIST:Q} ${_SETFILES:T:S,^,sets/,}

# All that is asked in one call: over one connection, one file of sums.
# Two makes' calls come one after the other: what one brings the other finds.
_HOLDFETCH=	${_ASK_kernel:D${_HOLD_kernel}} ${_ASK_sets:D${_HOLD_sets}} \
		${_ASK_pkgs:D${_HOLD_pkgs}}
_fetch: .PHONY ${NB_FETCH} ${NB_HOLD} ${_LOCKED:D${NB_LOCK}}
	@for d in ${_ASK_kernel:D${KERNELDIR}} ${_ASK_sets:D${SETSDIR}/${ARCH}} \
	    ${_ASK_pkgs:D${_PKGDIR}}; do mkdir -p "$$d" || exit 1; done
.if defined(_LOCKED)
	@mkdir -p ${IMAGEDIR}/.work
	${Q}${_ASK_pkgs:D${_LOCKREAD}} ${_HOLDFETCH} ${_LOCKCHECK} ${_ASK_kernel:D${_KEYS_kernel}} \
	    ${_ASK_sets:D${_KEYS_sets}} ${_ASK_pkgs:D${_LOCKPKGS}} \
	    ${_LOCKFETCH}
.else
	${Q}${_HOLDFETCH} ${_FETCH} ${_ASK_kernel:D${_WORDS_kernel}} \
	    ${_ASK_kernel:D${_ASK_sets:D+}} ${_ASK_sets:D${_WORDS_sets}} \
	    ${"${_ASK_kernel}${_ASK_sets}" != "":?${_ASK_pkgs:D+}:} \
	    ${_ASK_pkgs:D${_WORDS_pkgs}}
.endif
.if defined(_ASK_kernel)
${_KERNELFILE}: _fetch
.endif
.if defined(_ASK_sets)
${_SETFILES}: _fetch
.endif

kernfetch: .PHONY ${_KERNELFILE}
setfetch: .PHONY ${_SETFILES}
fetch fetchall: .PHONY ${_KERNELFILE} ${_SETFILES}
lock: .PHONY ${_KERNELFILE} ${_ASK_sets:D${_SETFILES}}

# Images that others made, unpacked while they come. One that is there is its
# user's, with what was written to it: it is never fetched over.
_READY_live=	${IMAGEDIR}/NetBSD-${ARCH}-live.img
_READY_fetchimg=${IMAGEDIR}/build-${ARCH}.img
_URL_live=	${LIVEURL}
_SUMS_live=	-S SHA512
_URL_fetchimg=	${IMGDIST:D${IMGDIST}/build-${ARCH}.img.xz}
_SUMS_fetchimg=	-s .sha256
.if empty(_OFFLINE)
_HINT_live=	see LIVEURL
_HINT_fetchimg=	see IMGDIST
.else
_HINT_live=	bmake ARCH=${ARCH} live brings it
_HINT_fetchimg=	bmake ARCH=${ARCH} fetchimg brings it
.endif
# what is booted needs a kernel
_KERNEL_live=	${empty(LIVEURL):?:${_KERNELFILE}}
_WHERE_live=	LIVEURL=URL: there is no live image for ARCH=${ARCH}
_WHERE_fetchimg=IMGDIST=URL: the folder of build-${ARCH}.img.xz
.for _t in live fetchimg
${_t}: .PHONY ${_KERNEL_${_t}}
.  if exists(${_READY_${_t}})
	@echo '${_READY_${_t}} is there already: remove it to have it fetched'
.  elif empty(_URL_${_t})
	@echo '${_t}: give ${_WHERE_${_t}}' >&2; exit 1
.  else
${_t}: ${NB_FETCH}
	@mkdir -p ${IMAGEDIR}
	${Q}${NB_FETCH} -z ${_SUMS_${_t}} -o ${_READY_${_t}} \
	    -H ${_HINT_${_t}:Q} ${_URL_${_t}:Q}
.  endif
.endfor

.endif
