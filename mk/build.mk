# build.mk: where a service's scripts run: `base` runs them on this host, in a
# sandbox, and `build` in the builder, a VM of NetBSD's own. The host does all
# else in either case, and without scripts they are the same.

.if !target(__build.mk__)
__build.mk__: .NOTMAIN

_POSTINST=
.if exists(${_SERVICE}/postinst)
_POSTINST:=	${:!LC_ALL=C ls ${_SERVICE}/postinst && echo /end || :!}
.  if empty(_POSTINST:M/end)
.error ${_SERVICE}/postinst: cannot be read
.  endif
_POSTINST:=	${_POSTINST:M*.sh}
.endif
# Behind them, one from a URL (curlsh.mk).
.if !empty(CURLSH)
_CURLSHFILE=	${_WORK}/curlsh.${:U${CURLSH} ${CURLSHSUM}:hash}/curlsh.sh
.endif
_NETBSDONLY=	${_SERVICE}/NETBSD_ONLY

# Nowhere, on the host, or in the builder, which nothing else can build.
_WHERE=
.if !empty(_POSTINST) || !empty(CURLSH)
_WHERE=		host
.endif
.if defined(_BUILD) && ${BUILDER} != "never" && ${SERVICE} != "build" && \
    (${BUILDER} == "always" || !empty(_WHERE) || exists(${_NETBSDONLY}) || \
    !empty(_RUNATBUILD))
_WHERE=		builder
.endif
.if exists(${_NETBSDONLY}) && ${_WHERE} != "builder" && \
    (make(base) || make(build) || make(start))
.error SERVICE=${SERVICE}: needs NetBSD (${_NETBSDONLY}): bmake SERVICE=${SERVICE} build
.endif

.if !empty(_RUNATBUILD) && ${_WHERE} != "builder" && \
    (make(base) || make(build) || make(start))
.error SERVICE=${SERVICE}: needs NetBSD (run_at_build in ${_SAILORCONF}): bmake SERVICE=${SERVICE} build
.endif

.if ${_WHERE} == "builder"

# --- The builder's image. One that is there is used as it is; `buildimg` looks
# whether it is of today, rm(1) has another one fetched.
_BUILDER=	${IMAGEDIR}/build-${ARCH}.img
.  if !exists(${_BUILDER})
.    if !empty(_HOSTOS:MLinux) || !empty(_HOSTOS:MNetBSD) || \
    !empty(_HOSTOS:MFreeBSD)
# A make of its own: all variables have other values for another service. The
# caller's words are handed on that say where things are from and where to.
_HANDED=	BIN CC SANITIZE Q VERS PKGVERS DIST KDIST PKGSITE NONET \
		FRESH FRESHMIN CACHE SETSDIR PKGSDIR KERNELDIR IMAGEDIR SERVICEDIR
_HANDEDWORDS=	${_HANDED:@v@${.MAKEOVERRIDES:M$v:O:u:@w@$w=${$w:Q}@}@}
${_BUILDER}: ${NB_MKFS} ${NB_FETCH}
	@echo 'there is no ${_BUILDER}: making it'
	${Q}unset SETS ADDSETS ROOTDIR FROMIMG IMGKERNEL MOUNTRO MINIMIZE IMGNAME IMGTAG DSTIMG; \
	    MAKEFLAGS= ${.MAKE} -f ${MAKEFILE:tA} _TURN=${_TURN} ARCH=${ARCH} \
	    ${_HANDEDWORDS} buildimg
.    else
${_BUILDER}: fetchimg
.    endif
.  endif

# --- The job: the service, common/, and .job, as service/build/etc/rc wants it.
# Variables are those of nb-postinst(1), and the packages' site; what is quoted
# twice is still quoted when the shell has printed it.
_JOBVARS=	ARCH PKGVERS SERVICE PKGSITE ${POSTINSTVARS}
.  for _v in SOURCE_DATE_EPOCH NONET http_proxy https_proxy ftp_proxy \
    all_proxy no_proxy
.    if defined(${_v}) && !empty(${_v})
_JOBVARS+=	${_v}
.    endif
.  endfor
_JOBENV=	${_JOBVARS:O:u:@v@$v=${$v:Q:Q}@}
_JOBLAYERS=	${_SERVICE}:/${SERVICE} ${_COMMON}:/common \
		"$$d/job:/.job"

# Behind the service's scripts, the commands of its sailor.conf.
.  if !empty(_RUNATBUILD)
_JOBRUNATBUILD=	${_READSAILOR} -p run_at_build >"$$d/job/run_at_build" && \
		cp ${_PRODUCT}mk/run_at_build.sh "$$d/job/" && \
		echo ../service/.job/run_at_build.sh >>"$$d/job/scripts" &&
.  endif
.  if !empty(CURLSH)
_JOBCURLSH=	cp ${_CURLSHFILE} "$$d/job/" && \
		echo ../service/.job/curlsh.sh >>"$$d/job/scripts" &&
.  endif

# --- The VM. All that is made on the way is in a folder of its own, which ends
# with the shell that made it, and is called after that one: what a killed one
# left is found by that.
_VMNAME=	${_WORK}/vm
_STAGE=		"$$d/stage"
_BEFORE=	"$$d/before.mtree"
_STARTVM=	TMPDIR="$$d" ${NB_START} --status --limit ${BUILDTIMEOUT} \
		--rundir "$$d" -k ${KERNEL:Q} -i ${_BUILDER:Q}:snapshot \
		-l "$$d/target.img" -l "$$d/job.img:ro" -m ${BUILDMEM} \
		-c ${BUILDCPUS} ${_NONETWORK:S/y/-N/} </dev/null
# A newer kernel is no reason to build again.
_RUNDEPS=	${_BUILDER} ${NB_START}
.  if !exists(${KERNEL})
_RUNDEPS+=	${KERNEL:M${_KERNELFILE}}
.  endif
_RUNBUILDER= \
	(${_PRIVATE} for d in ${_VMNAME}.*; do \
		kill -0 "$${d\#\#*.}" 2>/dev/null && \
		case $$(ps -o stat= -p "$${d\#\#*.}") in Z*) false ;; esac || \
		rm -rf "$$d"; \
	done; \
	d=${_VMNAME}.$$$$; new=${DSTIMG:Q}.$$$$.new; \
	trap 'rm -rf "$$d" "$$new"' EXIT; trap 'exit 1' HUP INT TERM; \
	mkdir -p "$$d/job" && \
	case "$$(${NB_MKFS} -x ${_BUILDER}:/BUILDIMG 2>/dev/null)" in \
	*nbjob=1*) ;; \
	*) echo '${_BUILDER}: not a builder of this release: remove it to' \
	    'have it made again' >&2; exit 1 ;; \
	esac && \
	echo ${_LABEL} >"$$d/job/target" && \
	printf '%s\n' ${_JOBENV} >"$$d/job/env" && \
	for s in ${_SERVICE}/postinst/*.sh; do [ ! -f "$$s" ] || \
		echo "../service/${SERVICE}/postinst/$${s\#\#*/}"; \
	done >"$$d/job/scripts" && \
	${_JOBCURLSH} ${_JOBRUNATBUILD} \
	${_READPKGS} ${_WITHSSHKEYS} ${_MKFSSIZE} ${IMGSIZE}m "$$d/target.img" ${_LAYERWORDS} && \
	${_NOTEBEFORE} \
	${NB_MKFS} -q -L nbjob "$$d/job.img" ${_JOBLAYERS} && \
	echo 'the builder goes on with it (BUILDTIMEOUT=${BUILDTIMEOUT})' && \
	${_STARTVM} && ${_TAKEBACK} mv "$$new" ${DSTIMG:Q})

# What comes back is the image, or what a smaller one is made of.
.  if !defined(_MINIMIZE)
_TAKEBACK=	{ [ "$${NB_SYNC-}" != y ] || sync; } && mv "$$d/target.img" "$$new" &&
.  elif !defined(_TRIM)
_TAKEBACK=	${_MKFS} "$$new" "$$d/target.img" &&
.  else
_NOTEBEFORE=	${NB_MKFS} -l -o mtree "$$d/target.img" >${_BEFORE} &&
_TAKEBACK=	${NB_UNTAR} -C ${_STAGE} "$$d/target.img" && ${_TRIMSTAGE} && \
		${_MKFS} "$$new" ${_STAGE}/${_KEPT} &&
.  endif

.endif
.endif
