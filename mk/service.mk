# service.mk: which service an image is for, and every variable that a person
# or a service may set, with its default.

.if !target(__service.mk__)
__service.mk__: .NOTMAIN

# `bmake rescue` is `bmake SERVICE=rescue base`, `buildimg` that of build.
.if make(rescue)
SERVICE=	rescue
.elif make(buildimg)
SERVICE=	build
.endif
SERVICE?=	base
SERVICEDIR?=	service

.if ${SERVICE:[#]} != 1 || !empty(SERVICE:C/[A-Za-z0-9._+-]//g) || !empty(SERVICE:M.*) || empty(SERVICE)
.error SERVICE=${SERVICE}: a service's name has letters, digits, "_", "+", "-" and "." only
.endif

_OWNSERVICE=	${SERVICEDIR}/${SERVICE}
_SERVICE=	${_OWNSERVICE}
_COMMON=	${SERVICEDIR}/common
.if !empty(_PRODUCT)
# A project's own service wins over the product's of that name. One with no more
# than a person's settings in its folder has them for the product's.
.  if exists(${_PRODUCT}service/${SERVICE}) && \
    empty(:!find ${_OWNSERVICE} -type d -o -name own.mk -o -name lock -o -name '*.pub' -o -print 2>/dev/null | head -n 1!)
_SERVICE=	${_PRODUCT}service/${SERVICE}
.  endif
.  if !exists(${_COMMON})
_COMMON=	${_PRODUCT}service/common
.  endif
.endif

.if make(buildimg) && ${SERVICE} != "build"
.error buildimg: makes the builder, whatever SERVICE is: leave SERVICE=${SERVICE} out
.endif
.if make(base) || make(rescue) || make(build) || make(fetch) || make(setfetch) || \
    make(pkgfetch) || make(fetchall) || make(start) || make(lock) || make(show) || make(check)
.  if !exists(${_SERVICE}) || ${SERVICE} == "common"
.error SERVICE=${SERVICE}: there is no folder ${_SERVICE}: one of ${${SERVICEDIR} ${_PRODUCT:C,..*$,&service,}:L:@d@${exists($d):?${:!cd $d && ls -d */ 2>/dev/null || :!}:}@:S,/,,:Ncommon:O:u}
.  endif
.endif

_BY=
.include "origin.mk"
.for _f in ${_SERVICE}/options.mk ${_SERVICE}/own.mk ${_OWNSERVICE:N${_SERVICE}:S,$,/own.mk,}
.-include "${_f:tA}"
_BY=		${_f}
.include "origin.mk"
.endfor

# Where things come from.
VERS?=		11
PKGVERS?=	11.0
DIST?=		https://nycdn.netbsd.org/pub/NetBSD-daily/netbsd-${VERS}/latest/${ARCH}/binary
KDIST?=		https://smolbsd.org/assets
PKGSITE?=	https://cdn.netbsd.org/pub/pkgsrc/packages/NetBSD/${PKGMACHINE}/${PKGVERS}/All

# Where things are.
SETSDIR?=	sets
PKGSDIR?=	pkgs
KERNELDIR?=	kernels
IMAGEDIR?=	images
CONFDIR?=	etc

# Where the image is, and what is kept of its making.
IMGNAME?=	${SERVICE}-${ARCH}${IMGTAG:D${IMGTAG:M?*:S,^,:,}}
DSTIMG?=	${IMAGEDIR}/${IMGNAME}.img
_WORK=		${IMAGEDIR}/.work/${IMGNAME:S,:,+,g}

# `start` keeps to what `build` has made.
.if make(build) || (!make(base) && !make(rescue) && exists(${_WORK}/by-build))
_BUILD=		y
.endif

# An image to start from instead of sets, by its path or its name in images/.
.if !empty(FROMIMG)
_FROMIMG:=	${FROMIMG:C,^[^/]*$,${IMAGEDIR}/&,}
.  for _f in ${_FROMIMG}-${ARCH}.img ${_FROMIMG}.img
.    if !exists(${_FROMIMG}) && exists(${_f})
_FROMIMG:=	${_f}
.    endif
.  endfor
.  if !exists(${_FROMIMG}) && !make(check)
.error FROMIMG=${FROMIMG}: there is no ${_FROMIMG}
.  endif
SETS=
_ORIGIN_SETS=	FROMIMG
.endif

# What is in the image. BASE is the older word for the first of SETS.
.if defined(BASE)
SETS?=		${BASE} etc
.endif
SETS?=		base etc
ADDSETS?=
ADDPKGS?=
PKGDEPS?=	y
IMGSIZE?=	512
MOUNTRO?=	n
DEVNODES?=	n
MINIMIZE?=	n
# Of a service with sshd(8): where host keys are made, and who logs in.
SSHKEYS?=
SSHUSER?=	ssh
CACHE?=		y
_HOSTOS:=	${.MAKE.OS:U${:!uname -s!}}
.if ${_HOSTOS} == "Linux" && !defined(_BUILD)
FSTYPE?=	ext2
.else
FSTYPE?=	ffs
.endif

# What is asked of the servers, unless FRESH=y, at most once in so many minutes.
FRESH?=		n
FRESHMIN?=	60
_FRESH=		${"${FRESH:tl:M[y1]*}" != "":?y:}
_OFFLINE=	${"${NONET:U:N0:Nn:Nno}" != "":?y:}

# How postinst scripts run (nb-postinst(1)).
POSTINST_NET?=	y
_NONETWORK=	${"${_OFFLINE}${POSTINST_NET:Mn}" != "":?y:}
POSTINST_BIND?=
POSTINST_TIMEOUT?= 3600
POSTINST_SPACE?= 4096

# How it is started.
KERNEL?=	${KERNELDIR}/${KERNELNAME_${ARCH}}
MEM?=		256
CPUS?=		1
PORT?=		::22022-:22

# What the builder's VM gets, and whether it is wanted.
BUILDER?=	auto
BUILDMEM?=	1024
BUILDCPUS?=	2
BUILDTIMEOUT?=	3600

Q?=		@

# (nb-check(1) tells of these with their lines.)
.if !make(check)
.if empty(BUILDER:Mauto) && empty(BUILDER:Malways) && empty(BUILDER:Mnever)
.error BUILDER=${BUILDER}: one of auto, always, never
.endif
.if empty(FSTYPE:Mffs) && empty(FSTYPE:Mffs2) && empty(FSTYPE:Mext2)
.error FSTYPE=${FSTYPE}: not a file system for a root: one of ffs, ffs2, ext2
.endif
.if !empty(IMGSIZE:C/[0-9]//g) || empty(IMGSIZE)
.error IMGSIZE=${IMGSIZE}: not a whole number of megabytes
.endif
.if !empty(FRESHMIN:C/[0-9]//g) || empty(FRESHMIN)
.error FRESHMIN=${FRESHMIN}: not a whole number of minutes
.endif
.for _v in POSTINST_NET DEVNODES
.  if ${${_v}} != "y" && ${${_v}} != "n"
.error ${_v}=${${_v}}: y or n
.  endif
.endfor
.for _v in MOUNTRO PKGDEPS CACHE FRESH
.  if !empty(${_v}:U:tl:Ny:Nyes:N1:Nn:Nno:N0)
.error ${_v}=${${_v}}: y or n
.  endif
.endfor
.if !empty(SSHKEYS) && ${SSHKEYS} != "boot" && ${SSHKEYS} != "build"
.error SSHKEYS=${SSHKEYS}: boot or build: where host keys are made
.endif
.if empty(SSHUSER) || ${SSHUSER:[#]} != 1 || !empty(SSHUSER:C/^[a-z_][a-z0-9_-]*$//)
.error SSHUSER=${SSHUSER}: no name of a user: a-z, 0-9, "_" and "-"
.endif
.endif # check

.endif
