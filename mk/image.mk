# image.mk: from layers to images/NAME-ARCH.img.

.if !target(__image.mk__)
__image.mk__: .NOTMAIN

_NAME=		${SERVICE}-${ARCH}
IMGNAME?=	${_NAME}${IMGTAG:D${IMGTAG:M?*:S,^,:,}}
DSTIMG?=	${IMAGEDIR}/${IMGNAME}.img
_WORK=		${IMAGEDIR}/.work/${IMGNAME:S,:,+,g}
_LABEL=		${SERVICE}root

# /etc/fstab: the type as mount(8) knows it, and its options.
_MOUNTTYPE=	${FSTYPE:S/ext2/ext2fs/:S/ffs2/ffs/}
.if ${MOUNTRO:tl:M[y1]*}
_MOUNTOPTS=	ro${FSTYPE:Mffs*:S/^.*$/,noatime/}
.else
_MOUNTOPTS=	rw${FSTYPE:Mffs*:S/^.*$/,log,noatime/}
.endif

# --- Layers, the first at the bottom.
_LAYERS=	mk/skel.mtree
.if !empty(ROOTDIR)
_LAYERS+=	${ROOTDIR}${exists(${ROOTDIR}/METALOG):?/METALOG:}
.else
_LAYERS+=	${_SETLAYERS}
.endif
_LAYERS+=	${_WORK}/made ${SERVICEDIR}/common:/etc/include
.for _d in etc packages
.  if exists(${_SERVICE}/${_d})
_LAYERS+=	${_SERVICE}/${_d}:/${_d}
.  endif
.endfor
.if exists(${_SERVICE}/root.mtree)
_LAYERS+=	${_SERVICE}/root.mtree
.endif
_POSTINST=	${:!ls ${_SERVICE}/postinst/*.sh 2>/dev/null || :!}

# --- What shapes the image besides files. The values are part of a file's
# name: another value is another file, which is newer than the image.
_SHAPE=		${SETS} ${ADDSETS} / ${IMGSIZE} ${MOUNTRO} ${FSTYPE} ${PKGVERS} \
		${ROOTDIR} ${IMGKERNEL} ${SERVICE} ${ARCH} ${SOURCE_DATE_EPOCH} \
		/ ${_POSTINST} ${_POSTINST:D${POSTINSTVARS:@v@$v=${$v}@}}
_CONFIG=	${_WORK}/config-${_SHAPE:hash}

# --- Files of the service, and folders: theirs is the time when a name comes
# or goes. A name that make would read otherwise stands there as a pattern.
.if make(base) || make(rescue) || make(start)
_SERVICEFILES:=	${:!find ${_SERVICE} ${SERVICEDIR}/common ${ROOTDIR:U} \( -name own.mk -o -name options.mk -o -name README.md -o -name lock \) -prune -o -print | LC_ALL=C sed 's/[^A-Za-z0-9_.,+@%=~\/-]/?/g'!}
.endif

${_CONFIG}:
	@mkdir -p ${_WORK}
	@rm -f ${_WORK}/config-*
	@: >${.TARGET}

# The files that are made for each image.
${_WORK}/made/etc/fstab: ${_CONFIG}
	@mkdir -p ${.TARGET:H}
	@echo 'NAME=${_LABEL} / ${_MOUNTTYPE} ${_MOUNTOPTS} 1 1' >${.TARGET}
${_WORK}/made/etc/pkgvers: ${_CONFIG}
	@mkdir -p ${.TARGET:H}
	@echo 'PKGVERS=${PKGVERS}' >${.TARGET}
_MADE=		${_WORK}/made/etc/fstab ${_WORK}/made/etc/pkgvers

# init(8) fills /dev by MAKEDEV on a tmpfs; on ext2 there are no union mounts,
# and a copy is needed that the tmpfs does not hide.
_ETCSET=	${_SETLAYERS:M*/etc.${SETEXT}}
.if ${FSTYPE} == "ext2" && empty(ROOTDIR) && !empty(_ETCSET)
_MADE+=		${_WORK}/made/dev/MAKEDEV
${_WORK}/made/dev/MAKEDEV: ${_ETCSET} ${_CONFIG} ${NB_UNTAR}
	@mkdir -p ${.TARGET:H} ${_WORK}/made/etc
	${Q}${NB_UNTAR} -xOf ${_ETCSET:[1]} dev/MAKEDEV >${.TARGET}.part
	@sed 's/ -o union//' ${.TARGET}.part >${_WORK}/made/etc/MAKEDEV
	@chmod +x ${_WORK}/made/etc/MAKEDEV
	@rm -f ${.TARGET}.part
	@ln -f ${_WORK}/made/etc/MAKEDEV ${.TARGET}
.endif

# The kernel inside the image, for those who boot it from there.
.if !empty(IMGKERNEL)
_MADE+=		${_WORK}/made/netbsd
${_WORK}/made/netbsd: ${IMGKERNEL} ${_CONFIG}
	@cp ${IMGKERNEL:Q} ${.TARGET}
.endif

_MKFS=		${NB_MKFS} -v -t ${FSTYPE} -s ${IMGSIZE}m -L ${_LABEL} ${DSTIMG:Q}

# make cannot have a target with a colon: a stamp stands for such an image.
.if !empty(DSTIMG:M*\:*)
_IMAGE=		${_WORK}/image
.  if !exists(${DSTIMG}) && exists(${_IMAGE})
_IMAGEGONE!=	rm -f ${_IMAGE}
.  endif
.else
_IMAGE=		${DSTIMG}
.endif

_IMAGEDEPS=	${_SETFILES} ${SETS:M*/*} ${ADDSETS:M*/*}
.if !empty(ROOTDIR)
_IMAGEDEPS=	${ROOTDIR}
.endif

${_IMAGE}: ${_CONFIG} ${_IMAGEDEPS} ${_MADE} mk/skel.mtree ${_SERVICEFILES} ${NB_MKFS}
.if empty(_POSTINST)
	${Q}${_MKFS} ${_LAYERS:@l@${l:Q}@}
.else
	${Q}${NB_UNTAR} -C ${_WORK}/stage ${_LAYERS:@l@${l:Q}@}
	${Q}${NB_POSTINST} -C ${_WORK}/stage -s ${_SERVICE} \
	    -e ARCH=${ARCH} -e PKGVERS=${PKGVERS} -e SERVICE=${SERVICE} \
	    ${POSTINSTVARS:U:@v@-e $v=${$v:Q}@} || { rm -rf ${_WORK}/stage; exit 1; }
	${Q}${_MKFS} ${_WORK}/stage/METALOG || { rm -rf ${_WORK}/stage; exit 1; }
	@rm -rf ${_WORK}/stage
.endif
.if ${_IMAGE} != ${DSTIMG}
	@: >${.TARGET}
.endif
.if !empty(_POSTINST)
${_IMAGE}: ${NB_UNTAR} ${NB_POSTINST}
.endif

base rescue: .PHONY ${_IMAGE}
	@echo '${DSTIMG} is up to date: bmake SERVICE=${SERVICE} ARCH=${ARCH} start'

.endif
