# pkg.mk: binary packages: from ADDPKGS, and those of a sailor.conf (trim.mk), to
# the layers that hold them. What is not there is fetched for an image that needs
# it; pkg_summary.gz is a file like those in fetch.mk, and a newer one may call
# for other packages.

.if !target(__pkg.mk__)
__pkg.mk__: .NOTMAIN

.if !empty(_ADDPKGS)

_PKGSHAPE=	${_ADDPKGS} ${PKGDEPS} ${PKGSITE} ${_LOCKPLAN}

# A folder named after what was asked for holds the answer: nb-pkg's table of
# the packages, the sums of their files, what goes over them, and when all that
# was looked at last. Which site pkg_summary.gz is from is noted beside.
_PKGPLAN=	${_PKGDIR}/.plan/${_PKGSHAPE:hash}
_PKGTABLE=	${_PKGPLAN}/table
_PKGDB=		${_PKGPLAN}/pkgdb.tar
_PKGDONE=	${_PKGPLAN}/done
_PKGSITENOTE=	${_PKGDIR}/.plan/site
# What calls for another look when it is newer.
_PKGNEWS=	${_PKGPLANNED:D:U${_PKGSUMMARY}} ${_PKGFILES}

# Known once it is there; what nb-pkg names has no blanks. %- is before files
# without a sum, %/ before the user's own. (A shell goes on when a command among
# a command's words fails, but not here.)
_READPKGS=	pkgs=$$(cut -f 2 ${_PKGTABLE}) &&
_PKGLAYERS=	$$pkgs ${_PKGDB}
.if exists(${_PKGPLAN}/files)
_PKGLIST:=	${:!cat ${_PKGPLAN}/files && echo /end || :!}
.  if empty(_PKGLIST:M/end)
.error ${_PKGPLAN}/files: cannot be read
.  endif
_PKGLIST:=	${_PKGLIST:N/end}
.endif
_PKGFILES=	${_PKGLIST:C,^%.,,}
_PKGLAYERFILES=	${_PKGFILES} ${_PKGTABLE} ${_PKGDB}

# Whether there is something to do: to ask, to plan, or to look whether. By a
# lock a plan is for good, and pkg_summary.gz is there to make it only.
.if defined(_LOCKED)
.  if exists(${_PKGTABLE}) && exists(${_PKGPLAN}/files)
_PKGPLANNED=	y
_LOCKPKGS=	${_KEYS_pkgs}
_LOCKREAD=	${_READKEYS}
.    if empty(_PKGLIST:N%/*)
.      undef _ASK_pkgs
.    endif
.  else
_LOCKPKGS=	${_KEYS_summary}
.  endif
.elif (defined(_WANT_pkgs) || defined(_ASK_pkgs) || make(fetch)) && \
    (!exists(${_PKGSUMMARY}) || \
    "${:!cat ${_PKGSITENOTE} 2>/dev/null || :!}" != "${PKGSITE}")
_ASK_pkgs=	y
_PKGSITENEW=	y
.endif
.if !exists(${_PKGTABLE}) || !exists(${_PKGPLAN}/files) || \
    !exists(${_PKGDB}) || !exists(${_PKGDONE})
_PKGDO=		y
.elif "${:!find ${_PKGNEWS} ${NB_PKG} \
    -newer ${_PKGDONE} 2>/dev/null && echo same || :!}" != "same"
_PKGDO=		y
.endif
.for _f in ${_PKGFILES}
.  if !exists(${_f})
_PKGDO=		y
.  endif
.endfor

# Without a network what is missing is the one thing to say. A server that has
# a package no more has another one, and a newer pkg_summary.gz.
_PKGHINT=	bmake ARCH=${ARCH} SERVICE=${SERVICE} pkgfetch brings it
.if empty(_OFFLINE) && defined(_ASK_pkgs)
_PKGHINT=	see PKGSITE and PKGVERS
.endif
_PKGWORDS=	-m -C ${_PKGDIR} -H ${_PKGHINT:Q} -b ${PKGSITE:Q}
_WORDS_pkgs=	${_PKGWORDS} pkg_summary.gz

# Who asks for packages asks for those of the last plan in the same call.
.if !defined(_PKGDO) && (make(pkgfetch) || make(fetchall))
.  if !empty(_PKGLIST:N%*)
_WORDS_pkgs+=	+ ${_PKGWORDS} -S ${_PKGPLAN}/sums ${_PKGLIST:N%*:T}
.  endif
.  if !empty(_PKGLIST:M%-*)
_WORDS_pkgs+=	+ ${_PKGWORDS} ${_PKGLIST:M%-*:T}
.  endif
.endif

.if defined(_ASK_pkgs)
${_PKGSUMMARY}: _fetch
.endif

# Before an image is made of them: as in fetch.mk.
.if !empty(_PKGLIST:N%*)
_LOOK_pkgs=	-C ${_PKGDIR} -b ${PKGSITE:Q} -S ${_PKGPLAN}/sums \
		-H ${_PKGHINT:Q} ${_PKGLIST:N%*:T}
.endif
.if !empty(_PKGLIST:M%-*)
_LOOK_pkgs+=	${_PKGLIST:N%*:[1]:M?*:C/.*/+/} -C ${_PKGDIR} -b ${PKGSITE:Q} \
		-H ${_PKGHINT:Q} ${_PKGLIST:M%-*:T}
.endif

# A new plan, and what it calls for: by sums where there are some; what has none
# is left alone once it is there, but for pkgfetch. What comes out the same as
# before stays: no image is made again for it.
_PKGPLANNER=	${NB_PKG} ${_OFFLINE:S/y/-q/} ${PKGDEPS:tl:M[n0]*:C/.+/-x/} -C ${_PKGDIR} \
		-f table -o ${_PKGTABLE}.new
_PKGTABLEDO=	${_PKGPLANNER} ${_PKGSUMMARY} ${_ADDPKGS:@p@${p:Q}@}; \
	    keep_same ${_PKGTABLE}; \
	    put_same ${_PKGPLAN}/sums awk -F '\t' '$$5 ~ /:/ { \
		sub(/.*\//, "", $$2); sub(/:/, " (" $$2 ") = ", $$5); \
		print $$5 }' ${_PKGTABLE}; \
	    put_same ${_PKGPLAN}/files awk -F '\t' '{ print ($$5 == "-" ? "%-" : \
		$$5 == "local" ? "%/" : "") $$2 }' ${_PKGTABLE}
_PKGFETCHDO=	set -- $$(sed 's/^[^(]*(\([^)]*\)).*/\1/' ${_PKGPLAN}/sums); \
	    [ -z "$$*" ] || ${_FETCHNOW} ${_PKGWORDS} -S ${_PKGPLAN}/sums "$$@"; \
	    set --; for f in $$(awk -F '\t' '$$5 == "-" { print $$2 }' \
	    ${_PKGTABLE}); do \
		[ "${_ASK_pkgs}" != y ] && [ -e "$$f" ] || \
		    set -- "$$@" "$${f\#\#*/}"; \
	    done; \
	    [ -z "$$*" ] || ${_FETCHNOW} ${_PKGWORDS} "$$@"
.if defined(_LOCKED)
_PKGFETCHDO=	${_READKEYS} set -- ${_KEYS_pkgs}; \
	    [ -z "$$*" ] || ${_LOCKCHECK} "$$@" ${_LOCKFETCH}
.endif
_pkg-plan: .PHONY ${_PKGPLANNED:D${_ASK_pkgs:D_fetch}:U${_PKGSUMMARY}} \
    ${NB_FETCH} ${NB_HOLD} ${NB_PKG} ${_LOCKED:D${NB_LOCK}} ${_ADDPKGS:M*/*}
	@mkdir -p ${_PKGPLAN}
.if defined(_PKGSITENEW)
	@new=${_PKGSITENOTE}.$$$$; trap 'rm -f $$new' EXIT; trap 'exit 1' HUP INT TERM; \
	    echo ${PKGSITE:Q} >$$new && mv $$new ${_PKGSITENOTE}
.endif
	${Q}[ "${_PKGDO}" = y ] || \
	    [ "$$(find ${_PKGNEWS} -newer ${_PKGDONE} && echo same)" != same ] || \
	    exit 0; set -ef; ${_HOLDPLAN}; ${_KEEPSAME}; rm -f ${_PKGDONE}; \
	    ${_PKGPLANNED:D\::U${_PKGTABLEDO}; ${_PKGFETCHDO}}; \
	    ${_READPKGS} ${NB_PKG} ${_ADDPKGS:@p@-k ${p:Q}@} \
		-r ${_PKGDB}.new $$pkgs; \
	    keep_same ${_PKGDB}; : >${_PKGDONE}
# FILE.new becomes FILE, or goes; put_same FILE COMMAND makes it first.
_KEEPSAME=	trap 'rm -f ${_PKGTABLE}.new ${_PKGPLAN}/sums.new ${_PKGPLAN}/files.new \
		${_PKGDB}.new' EXIT; \
	    keep_same() { \
		if cmp -s "$$1.new" "$$1"; then rm "$$1.new"; else mv "$$1.new" "$$1"; fi; }; \
	    put_same() { same=$$1; shift; "$$@" >"$$same.new"; keep_same "$$same"; }
.if defined(_PKGDO) || defined(_ASK_pkgs) || defined(_LOCKED)
${_PKGDB}: _pkg-plan
.endif
_PKGDEPS=	${_PKGDB}

pkgfetch: .PHONY ${_PKGDB}
fetch fetchall lock: ${_PKGDB}

.else
pkgfetch: .PHONY
	@echo 'SERVICE=${SERVICE} has no packages:' \
	    'bmake ADDPKGS="NAME ..." SERVICE=${SERVICE} pkgfetch'
.endif

.endif
