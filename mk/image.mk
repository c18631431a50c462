# image.mk: from layers to images/NAME-ARCH.img.

.if !target(__image.mk__)
__image.mk__: .NOTMAIN

_LABEL=		${SERVICE}root

# /etc/fstab: the type as mount(8) knows it, and its options.
_MOUNTTYPE=	${FSTYPE:S/ext2/ext2fs/:S/ffs2/ffs/}
_MOUNTOPTS=	${"${MOUNTRO:tl:M[y1]*}" != "":?ro:rw}
.if ${_MOUNTTYPE} == "ffs"
# A journal wants room that a minimised image does not have.
_MOUNTOPTS:=	${_MOUNTOPTS:S/^rw$/rw${_MINIMIZE:U,log:M,log}/},noatime
.endif

# --- Layers, the first at the bottom.
_LAYERS=	${_PRODUCT}mk/skel.mtree
.if !empty(ROOTDIR)
_LAYERS+=	${ROOTDIR}${exists(${ROOTDIR}/METALOG):?/METALOG:}
.else
_LAYERS+=	${_FROMIMG} ${_SETLAYERS}
.endif
# Packages come here (pkg.mk), before what is the service's own.
.if ${DEVNODES} == "y"
_DEVLIST=	${_PRODUCT}mk/dev-${ARCH}.mtree
.endif
_OWNLAYERS=	${_DEVLIST} ${_MADEDIR} ${_SSHLAYER} ${_COMMON}:/etc/include
.for _d in etc packages
.  if exists(${_SERVICE}/${_d})
_OWNLAYERS+=	${_SERVICE}/${_d}:/${_d}
.  endif
.endfor
.if exists(${_SERVICE}/root.mtree)
_OWNLAYERS+=	${_SERVICE}/root.mtree
.endif
_LAYERWORDS=	${_LAYERS:@l@${l:Q}@} ${_PKGLAYERS} ${_OWNLAYERS:@l@${l:Q}@}
# The same as files of the host, to see which are newer than the stamp.
_LAYERFILES=	${_PRODUCT}mk/skel.mtree ${_DEVLIST} ${_SETFILES} ${_SETYOURS} ${ROOTDIR} \
		${_FROMIMG} ${_SERVICE} ${_COMMON} ${IMGKERNEL} ${_PKGLAYERFILES} ${_CURLSHFILE} \
		${_SSHFILES} ${_WHERE:Mbuilder:S,builder,${_BUILDER},}

# --- What shapes the image besides files. A folder is named after the values:
# what is made for other values is not there, and its stamp says that the image
# on disk has these. Its time is that at which making the image began: what was
# changed meanwhile is newer, and a VM that writes to its image changes nothing
# about that. (make compares whole seconds only; find does better. What could not
# be looked at is not the same.)
_SHAPE=		${SETS} ${ADDSETS} / ${_PKGSHAPE} / ${IMGSIZE} ${_MINIMIZE} ${MOUNTRO} ${FSTYPE} ${PKGVERS} \
		${DEVNODES} ${ROOTDIR} ${_FROMIMG} ${IMGKERNEL} ${SERVICE} ${ARCH} ${DSTIMG} \
		${SOURCE_DATE_EPOCH} / ${_LOCKSUM} / ${_POSTINST} \
		${CURLSH} ${CURLSHSUM} ${POSTINST_NET} ${POSTINST_BIND} ${_WHERE:Mbuilder} \
		${_SSHSHAPE} ${POSTINSTVARS:@v@$v=${$v}@}
_GEN=		${_WORK}/${_SHAPE:hash}
_STAMP=		${_GEN}/stamp

# make cannot have a target with a colon: the stamp stands for such an image.
_IMAGE=		${"${DSTIMG:M*\:*}" != "":?${_STAMP}:${DSTIMG}}

.if defined(_WANTIMAGE)
.  if !exists(${_STAMP}) || !exists(${DSTIMG}) || defined(_SSHNEWS)
${_IMAGE}: _again
.  elif "${:!find ${_LAYERFILES} ${NB_MKFS} \( -name own.mk -o -name options.mk -o -name README.md \) -o -newer ${_STAMP} -print 2>/dev/null && echo same || :!}" != "same"
${_IMAGE}: _again
.  endif
.endif
_again: .PHONY

# --- The files that are made for each image. What takes a while to be made may
# be interrupted, or fail: then nothing is left of it. (One folder a mkdir: GNU's,
# with no descriptor to come back by, makes the second one below the first.)
_NOPART=	trap 'rm -f ${.TARGET}.part' EXIT; trap 'exit 1' HUP INT TERM;
_MADEDIR=	${_GEN}/made
${_MADEDIR}/etc/fstab:
	@mkdir -p ${.TARGET:H}
	@echo 'NAME=${_LABEL} / ${_MOUNTTYPE} ${_MOUNTOPTS} 1 1' >${.TARGET}.part
	@mv ${.TARGET}.part ${.TARGET}
${_MADEDIR}/etc/pkgvers:
	@mkdir -p ${.TARGET:H}
	@echo 'PKGVERS=${PKGVERS}' >${.TARGET}.part
	@mv ${.TARGET}.part ${.TARGET}
_MADE=		${_MADEDIR}/etc/fstab ${_MADEDIR}/etc/pkgvers
# basicrc writes this file at boot, where it can: QEMU's own name server.
.if ${_MOUNTOPTS:Mro*} != ""
${_MADEDIR}/etc/resolv.conf:
	@mkdir -p ${.TARGET:H}
	@echo 'nameserver 10.0.2.3' >${.TARGET}.part
	@mv ${.TARGET}.part ${.TARGET}
_MADE+=		${_MADEDIR}/etc/resolv.conf
.endif

# init(8) fills /dev by MAKEDEV on a tmpfs; on ext2 there are no union mounts,
# and a copy is needed that the tmpfs does not hide.
_ETCSET=	${_SETLAYERS:M*/etc.${SETEXT}}
.if ${FSTYPE} == "ext2" && empty(ROOTDIR) && !empty(_ETCSET)
_MADE+=		${_MADEDIR}/dev/MAKEDEV
${_MADEDIR}/dev/MAKEDEV: ${_ETCSET} ${NB_UNTAR}
	@mkdir -p ${.TARGET:H} && mkdir -p ${_MADEDIR}/etc
	${Q}${_NOPART} ${NB_UNTAR} -xOf ${_ETCSET:[1]} dev/MAKEDEV >${.TARGET}.part && \
	    ${_NOUNION} && mv ${.TARGET}.part ${.TARGET}
.elif ${FSTYPE} == "ext2" && empty(ROOTDIR) && !empty(_FROMIMG)
# An image may have none.
_MADE+=		${_GEN}/makedev
${_GEN}/makedev: ${_FROMIMG} ${NB_MKFS}
	@mkdir -p ${_MADEDIR}/dev && mkdir -p ${_MADEDIR}/etc
	@${_NOPART} if ${NB_MKFS} -x ${_FROMIMG}:/dev/MAKEDEV >${.TARGET}.part 2>/dev/null; then \
	    ${_NOUNION} && mv ${.TARGET}.part ${_MADEDIR}/dev/MAKEDEV; fi && : >${.TARGET}
.endif
_NOUNION=	sed 's/ -o union//' ${.TARGET}.part >${_MADEDIR}/etc/MAKEDEV && \
		chmod +x ${_MADEDIR}/etc/MAKEDEV && \
		cp -p ${_MADEDIR}/etc/MAKEDEV ${.TARGET}.part

# The kernel inside the image, for those who boot it from there.
.if !empty(IMGKERNEL)
_MADE+=		${_MADEDIR}/netbsd
${_MADEDIR}/netbsd: ${IMGKERNEL}
	@${_NOPART} cp ${IMGKERNEL:Q} ${.TARGET}.part && mv ${.TARGET}.part ${.TARGET}
.endif

# Archives are unpacked once, for all images (CACHE=n: for each again).
_CACHED=	${"${CACHE:tl:N[n0]*}" != "":?NB_CACHE=${SETSDIR:Q}/${ARCH}/.cache:}
_MKFSSIZE=	${_CACHED} ${NB_MKFS} -v -t ${FSTYPE} -L ${_LABEL} -s
_MKFS=		${_MKFSSIZE} ${_SIZE}

# Where a stage is, and what it was before scripts ran.
_STAGE?=	${_WORK}/stage
_BEFORE?=	${_WORK}/before.mtree

_YOURS=		${_SETYOURS} ${ADDPKGS:M*/*}
_IMAGEDEPS=	${_FROMIMG} ${_SETFILES} ${_SETYOURS}
.if !empty(ROOTDIR)
_IMAGEDEPS=	${ROOTDIR}
.endif
_IMAGEDEPS+=	${_PKGDEPS} ${_RUNDEPS} ${_CURLSHFILE}

${_IMAGE}: ${_IMAGEDEPS} ${_MADE} ${NB_MKFS}
	@mkdir -p ${DSTIMG:H:Q}
	@rm -f ${_WORK}/*/stamp; : >${_GEN}/begun
.if !defined(_LOCKED)
.  if empty(ROOTDIR) && !empty(_SETFILES)
	${Q}${_LOOK_sets}
.  endif
.  if !empty(_LOOK_pkgs)
	${Q}${_LOOK} ${_LOOK_pkgs}
.  endif
.  if !empty(CURLSH)
	${Q}${_LOOK_curlsh}
.  endif
.endif
.if !empty(_YOURS)
	@echo 'not verified, being yours: ${_YOURS:M*}' >&2
.endif
.if empty(_WHERE) && !defined(_TRIM)
	${Q}${_READPKGS} ${_WITHSSHKEYS} ${_MKFS} ${DSTIMG:Q} ${_LAYERWORDS}
.elif ${_WHERE} == "builder"
.  if !defined(_LOCKED) && ${KERNEL} == ${_KERNELFILE}
	${Q}${_LOOK_kernel}
.  endif
	${Q}${_RUNBUILDER}
.else
	@rm -rf ${_STAGE} ${_BEFORE}
	${Q}${_READPKGS} ${_WITHSSHKEYS} ${_CACHED} ${NB_UNTAR} -C ${_STAGE} ${_LAYERWORDS}
.  if !empty(_WHERE)
.    if defined(_TRIM)
	@cp ${_STAGE}/METALOG ${_BEFORE}
.    endif
	${Q}${NB_POSTINST} -C ${_STAGE} -s ${_SERVICE} -c ${_COMMON} \
	    ${_NONETWORK:S/y/-n/} ${_CURLSHFILE:D-a} \
	    ${POSTINST_BIND:@b@-b ${b:Q}@} \
	    -T ${POSTINST_TIMEOUT} -S ${POSTINST_SPACE} \
	    -e ARCH=${ARCH} -e PKGVERS=${PKGVERS} -e SERVICE=${SERVICE} \
	    ${POSTINSTVARS:U:@v@-e $v=${$v:Q}@} ${_CURLSHFILE} || { rm -rf ${_STAGE}; exit 1; }
.  endif
.  if defined(_TRIM)
	${Q}${_TRIMSTAGE} || { rm -rf ${_STAGE}; exit 1; }
.  endif
	${Q}${_PRIVATE} ${_MKFS} ${DSTIMG:Q} ${_STAGE}/${_KEPT} || { rm -rf ${_STAGE}; exit 1; }
	@rm -rf ${_STAGE}
.endif
	@mv ${_GEN}/begun ${_STAMP}
	@find ${_WORK} -mindepth 1 -maxdepth 1 ! -name ${_GEN:T} \
	    ! -name 'vm.*' ! -name 'curlsh.*' -exec rm -rf {} +
.if defined(_BUILD)
	@: >${_WORK}/by-build
.endif
.if !empty(_SSHAGENT)
	@echo ${_SSHAGENT} >${_SSHNOTE}
.endif
.if ${_WHERE} == "host"
${_IMAGE}: ${NB_UNTAR} ${NB_POSTINST}
.endif
.if defined(_TRIM)
${_IMAGE}: ${NB_UNTAR} ${NB_TRIM}
.endif

buildimg: .PHONY ${_IMAGE}
	@echo '${DSTIMG} is up to date: "bmake SERVICE=NAME build" uses it'
base rescue build: .PHONY ${_IMAGE}
	@echo '${DSTIMG} is up to date: bmake SERVICE=${SERVICE} ARCH=${ARCH} start'

.endif
