# pkg.mk: binary packages: from ADDPKGS to the layers that hold them. What is
# not there is fetched for an image that needs it; pkgfetch asks the server for
# a newer pkg_summary.gz and brings what that calls for.

.if !target(__pkg.mk__)
__pkg.mk__: .NOTMAIN

.if !empty(ADDPKGS)

_PKGDIR=	${PKGSDIR}/${ARCH}
_PKGSUMMARY=	${_PKGDIR}/pkg_summary.gz
_PKGSHAPE=	${ADDPKGS} ${PKGDEPS} ${PKGSITE}

# A folder named after what was asked for holds the answer: nb-pkg's table of
# the packages, the sums of their files, what goes over them, and when all that
# was looked at last. Which site pkg_summary.gz is from is noted beside.
_PKGPLAN=	${_PKGDIR}/.plan/${_PKGSHAPE:hash}
_PKGTABLE=	${_PKGPLAN}/table
_PKGDB=		${_PKGPLAN}/pkgdb.tar
_PKGDONE=	${_PKGPLAN}/done
_PKGSITENOTE=	${_PKGDIR}/.plan/site

# Known once the table is there; what it names has no blanks (nb-pkg).
_PKGLAYERS=	$$(cut -f 2 ${_PKGTABLE}) ${_PKGDB}
.if exists(${_PKGTABLE})
_PKGFILES:=	${:!cut -f 2 ${_PKGTABLE}!}
.endif
_PKGLAYERFILES=	${_PKGFILES} ${_PKGTABLE} ${_PKGDB}

# Whether there is something to do.
.if make(pkgfetch) || make(fetchall) || !exists(${_PKGSUMMARY}) || \
    "${:!cat ${_PKGSITENOTE} 2>/dev/null || :!}" != "${PKGSITE}"
_PKGASK=	y
.endif
.if defined(_PKGASK) || !exists(${_PKGTABLE}) || !exists(${_PKGDB}) || \
    !exists(${_PKGDONE}) || \
    !empty(:!find ${_PKGSUMMARY} ${_PKGFILES} ${NB_PKG} \
    -newer ${_PKGDONE} 2>/dev/null || :!)
_PKGDO=		y
.endif
.for _f in ${_PKGFILES}
.  if !exists(${_f})
_PKGDO=		y
.  endif
.endfor

# Without a network what is missing is the one thing to say. A server that has
# a package no more has another one, and a newer pkg_summary.gz.
_PKGOFFLINE=	${"${NONET:U:N0:Nn:Nno}" != "":?-q:}
_PKGHINT=	bmake ARCH=${ARCH} SERVICE=${SERVICE} pkgfetch brings it
.if empty(_PKGOFFLINE) && defined(_PKGASK)
_PKGHINT=	see PKGSITE and PKGVERS
.endif
_FETCHPKG=	${NB_FETCH} ${_PKGOFFLINE} -m -C ${_PKGDIR} -b ${PKGSITE:Q} \
		-H ${_PKGHINT:Q}
_PKGPLANNER=	${NB_PKG} ${PKGDEPS:tl:M[n0]*:C/.+/-x/} -C ${_PKGDIR} \
		-f table -o ${_PKGTABLE}.new

.if defined(_PKGDO)
_pkg-summary: .PHONY ${NB_FETCH}
	@mkdir -p ${_PKGPLAN}
.  if defined(_PKGASK)
	${Q}${_FETCHPKG} pkg_summary.gz
	@echo ${PKGSITE:Q} >${_PKGSITENOTE}
.  endif

# What comes out the same as before stays: no image is made again for it.
_pkg-table: .PHONY _pkg-summary ${NB_PKG} ${ADDPKGS:M*/*}
	${Q}${_PKGPLANNER} ${_PKGSUMMARY} ${ADDPKGS:@p@${p:Q}@}
	@if cmp -s ${_PKGTABLE}.new ${_PKGTABLE}; then rm ${_PKGTABLE}.new; \
	    else mv ${_PKGTABLE}.new ${_PKGTABLE}; fi

# By sums where there are some. What has none is left alone once it is there,
# but for pkgfetch.
_pkg-files: .PHONY _pkg-table
	@awk -F '\t' '$$5 ~ /:/ { sub(/.*\//, "", $$2); \
	    sub(/:/, " (" $$2 ") = ", $$5); print $$5 }' ${_PKGTABLE} \
	    >${_PKGPLAN}/sums
	${Q}set -- $$(sed 's/^[^(]*(\([^)]*\)).*/\1/' ${_PKGPLAN}/sums); \
	    [ $$# -eq 0 ] || ${_FETCHPKG} -S ${_PKGPLAN}/sums "$$@"
	${Q}set --; for f in $$(awk -F '\t' '$$5 == "-" { print $$2 }' \
	    ${_PKGTABLE}); do \
	    [ "${_PKGASK}" != y ] && [ -e "$$f" ] || \
	    set -- "$$@" "$${f##*/}"; done; \
	    [ $$# -eq 0 ] || ${_FETCHPKG} "$$@"

${_PKGDB}: _pkg-files
	${Q}${NB_PKG} ${ADDPKGS:@p@-k ${p:Q}@} -r ${.TARGET}.new \
	    $$(cut -f 2 ${_PKGTABLE})
	@if cmp -s ${.TARGET}.new ${.TARGET}; then rm ${.TARGET}.new; \
	    else mv ${.TARGET}.new ${.TARGET}; fi
	@: >${_PKGDONE}
.endif
_PKGDEPS=	${_PKGDB}

pkgfetch: .PHONY ${_PKGDB}
fetch fetchall: pkgfetch

.else
pkgfetch: .PHONY
	@echo 'SERVICE=${SERVICE} has no packages:' \
	    'bmake ADDPKGS="NAME ..." SERVICE=${SERVICE} pkgfetch'
.endif

.endif
