# lock.mk: service/NAME/lock: the URLs and sums of what a service is built from.
# Where there is one, files are fetched from there and are what it says, or
# nothing is built; `bmake SERVICE=NAME lock` writes it.

.if !target(__lock.mk__)
__lock.mk__: .NOTMAIN

# (One that comes with an installed service counts, and is never written to.)
_LOCK=		${_OWNSERVICE}/lock
.if !make(lock) && !exists(${_LOCK})
_LOCK=		${_SERVICE}/lock
.endif
_LOCKSUM=
_LOCKPLAN=
.if make(lock)
_FRESH=		y
_ASK_kernel=	y
_ASK_pkgs=	y
.  if empty(ROOTDIR)
_ASK_sets=	y
.  endif
.elif exists(${_LOCK})
_LOCKED=	y
# Another lock, another image; another pkg_summary.gz, another plan.
_LOCKSUM:=	${:!cksum <${_LOCK}!}
_LOCKPLAN:=	${:!sed -n 's,^${ARCH}/packages/pkg_summary.gz .* = ,,p' ${_LOCK}!}
.endif

# What files are called in a lock, by kind: "key file url ...". Those of packages
# are read before the command that has them among its words (pkg.mk).
_KEYS_kernel=	${ARCH}/kernel/${KERNELNAME_${ARCH}} ${_KERNELFILE} \
		${KERNELBASE_${ARCH}:[1]:Q}/${KERNELPATH_${ARCH}}
_KEYS_sets=	${_SETFILES:@f@${ARCH}/sets/${f:T} $f ${DIST:[1]:Q}/sets/${f:T}@}
_KEYS_summary=	${ARCH}/packages/pkg_summary.gz ${_PKGSUMMARY} \
		${PKGSITE:[1]:Q}/pkg_summary.gz
_READKEYS=	keys=$$(awk -F '\t' -v u=${PKGSITE:[1]:Q} '$$5 != "local" { n = $$2; \
		sub(/.*\//, "", n); print "${ARCH}/packages/" n, $$2, u "/" n }' \
		${_PKGTABLE}) &&
_KEYS_pkgs=	$$keys

# A file that did not change since it was summed is not summed again, but for
# FRESH=y, by which the servers are asked whether they still have it.
_LOCKMEMO=	${IMAGEDIR}/.work/.lock.${SERVICE}-${ARCH}
_LOCKHINT=	bmake ARCH=${ARCH} SERVICE=${SERVICE} lock
.if empty(_OFFLINE)
_LOCKMISSING=	${_LOCKHINT} moves it on
.else
_LOCKMISSING=	bmake ARCH=${ARCH} SERVICE=${SERVICE} fetch brings it
.endif
_LOCKASK=	${"${_FRESH}" != "":?-a:}
_LOCKCHECK=	${NB_LOCK} ${_WANTIMAGE:D-q} ${_LOCKASK} -c ${_LOCKMEMO} \
		-H ${_LOCKHINT:Q}\ adds\ it -M ${_LOCKMISSING:Q} ${_LOCK}
_LOCKFETCH=	-- ${_FETCHNOW} ${_LOCKASK}

lock: .PHONY ${NB_LOCK}
	@mkdir -p ${IMAGEDIR}/.work && mkdir -p ${_LOCK:H}
	${Q}${"${_ADDPKGS:M*}" != "":?${_READKEYS}:} ${NB_LOCK} -w ${_LOCKASK} -c ${_LOCKMEMO} -M ${_LOCKMISSING:Q} \
	    ${_LOCK} ${_KEYS_kernel} ${_ASK_sets:D${_KEYS_sets}} ${_KEYS_curlsh} \
	    ${"${_ADDPKGS:M*}" != "":?${_KEYS_summary} ${_KEYS_pkgs}:}

.endif
