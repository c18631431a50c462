# ask.mk: what a person may ask before building: which services there are, what
# is set for one and where, what is wrong with it; and a new one.

.if !target(__ask.mk__)
__ask.mk__: .NOTMAIN

list: .PHONY
	@sh ${_PRODUCT}mk/list.sh ${SERVICEDIR:Q} ${IMAGEDIR:Q} ${ARCH} ${_PRODUCT}

# Made by whom it is for: SERVICE says so, and has no default here.
new: .PHONY
.if empty(.MAKEOVERRIDES:MSERVICE)
	@echo 'new: say what it is called: bmake SERVICE=NAME new' >&2; exit 1
.else
	@sh ${_PRODUCT}mk/new.sh ${SERVICEDIR:Q} ${CONFDIR:Q} ${SERVICE:Q} ${_PRODUCT}
.endif

.if make(check)

# --- What is here of the image's layers, for its size; what a lock should name.
_CHECKLAYERS=
.  for _l in ${"${ROOTDIR}${_FROMIMG}" == "":?${_SETLAYERS}:}
.    if exists(${_l}) || exists(${_l:C,:[^:]*$,,})
_CHECKLAYERS+=	${_l}
.    endif
.  endfor
.  for _l in ${_PKGLAYERFILES:N*/table}
.    if exists(${_l})
_CHECKLAYERS+=	${_l}
.    endif
.  endfor
_CHECKLAYERS+=	${_OWNLAYERS:N${_MADEDIR}:N${_SSHLAYER}}
_CHECKKEYS=	kernel/* ${_SETFILES:T:S,^,sets/,} ${CURLSH:M?*:[1]:C,.*,curlsh/curlsh.sh,}
.  if !empty(ADDPKGS) && empty(_PKGLIST)
_CHECKKEYS+=	packages/*
.  elif !empty(ADDPKGS)
_CHECKKEYS+=	packages/pkg_summary.gz ${_PKGLIST:N%/*:C,^%.,,:T:S,^,packages/,}
.  endif
# An image that is made as small as can be has no size to be too small.
.  if !defined(_MINIMIZE) && !exists(${_SERVICE}/sailor.conf)
_CHECKSIZE=	-s ${IMGSIZE:Q}
.  endif

.  if exists(${_SERVICE}/sailor.conf)
_CHECKTRIM=	-t ${NB_TRIM}
check: ${NB_TRIM}
.  endif

check: .PHONY ${NB_CHECK}
	${Q}${_CACHED} ${NB_CHECK} -v -V ${_PRODUCT}mk/variables -a ${ARCH} -C ${_COMMON:Q} \
	    -c ${_CONF:Q} ${_CHECKSIZE} ${_CHECKTRIM} ${_CHECKKEYS:@k@-k ${ARCH}/${k:Q}@} \
	    ${_CHECKLAYERS:@l@-l ${l:Q}@} ${_SERVICE:Q}

.endif

.if make(show)

# --- Variables, each as its name, where it was set, and =value. What the command
# line says counts whatever a file says.
.  for _v in ${_VARIABLES} ${POSTINSTVARS}
.    if !empty(.MAKEOVERRIDES:M${_v})
_ORIGIN_${_v}=	command line
.    endif
.  endfor
_SHOWVARS=	${_VARIABLES:@v@$v ${_ORIGIN_$v:Udefault:Q} =${$v:U:S/${.newline}/ /gW:Q}@} \
		${POSTINSTVARS:U:@v@$v ${_ORIGIN_$v:UPOSTINSTVARS:Q} =${$v:U:S/${.newline}/ /gW:Q}@}

# --- What follows from them. nb-pkg's plan says which packages there will be.
.if !empty(CURLSH)
_SHOWCURLSH=	CURLSH
.endif
_SHOWSCRIPTS=	${_POSTINST:T} ${_SHOWCURLSH}
.if empty(_SHOWSCRIPTS:M*)
_SHOWWHERE=	none
.elif exists(${_NETBSDONLY})
_SHOWWHERE=	in the builder ("bmake build"): ${_SHOWSCRIPTS:M*}
.elif ${_WHERE} == "builder"
_SHOWWHERE=	in the builder, as it was built: ${_SHOWSCRIPTS:M*}
.else
_SHOWWHERE=	on this host, sandboxed ("bmake build": in the builder): ${_SHOWSCRIPTS:M*}
.endif
.if empty(ADDPKGS)
_SHOWPKGS=	none
.elif empty(_PKGLIST)
_SHOWPKGS=	${ADDPKGS:M*}, and what they need ("bmake SERVICE=${SERVICE} pkgfetch" tells)
.else
_SHOWPKGS=	${_PKGLIST:T:C,^%.,,:R}
.endif
_SHOWFROM=	${_SETLAYERS:M*}
.if !empty(ROOTDIR)
_SHOWFROM=	${ROOTDIR}
.elif !empty(_FROMIMG)
_SHOWFROM=	${_FROMIMG} ${_SETLAYERS:M*}
.endif
_SHOWLOCK=	${exists(${_LOCK}):?${_LOCK}:none}
_SHOWIMAGE=	${DSTIMG}${exists(${DSTIMG}):?: (not built yet)}
_SHOWKERNEL=	${KERNEL}${exists(${KERNEL}):?: (not fetched yet)}

show: .PHONY
	@printf '%s\t%s\t%s\n' ${_SHOWVARS} | awk -f ${_PRODUCT}mk/show.awk
	@echo
	@printf '%s\t\t=%s\n' image ${_SHOWIMAGE:Q} 'made from' ${_SHOWFROM:Q} \
	    packages ${_SHOWPKGS:Q} scripts ${_SHOWWHERE:Q} \
	    kernel ${_SHOWKERNEL:Q} lock ${_SHOWLOCK:Q} | awk -f ${_PRODUCT}mk/show.awk

.endif

.endif
