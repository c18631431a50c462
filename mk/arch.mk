# arch.mk: the architectures that an image can be for. ARCH is the host's own
# unless it is given.

.if !target(__arch.mk__)
__arch.mk__: .NOTMAIN

ARCHS=		amd64 i386 evbarm-aarch64

.if !defined(ARCH) || empty(ARCH)
_HOST:=		${:!uname -m!}
ARCH:=		${_HOST:S/^x86_64$/amd64/:S/^i[3-6]86$/i386/:C/^i[3-6]86$/i386/:C/^(aarch64|arm64|evbarm)$/evbarm-aarch64/}
.endif
.if empty(ARCHS:M${ARCH})
.error ARCH=${ARCH}: not an architecture that images are made for: one of ${ARCHS}
.endif

# How the packages' servers call it (pkgsrc's MACHINE_ARCH).
MACHINE_amd64=		x86_64
MACHINE_i386=		i386
MACHINE_evbarm-aarch64=	aarch64
PKGMACHINE=		${MACHINE_${ARCH}}

# What is behind a set's name; smolBSD's services call it SETSEXT.
SETEXT_amd64=		tar.xz
SETEXT_i386=		tgz
SETEXT_evbarm-aarch64=	tar.xz
SETEXT=			${SETEXT_${ARCH}}
SETSEXT=		${SETEXT}

# The kernel that boots directly, and where it comes from: a base, which may
# list several, and a name below it.
KERNELNAME_amd64=		netbsd-SMOL
KERNELNAME_i386=		netbsd-SMOL386
KERNELNAME_evbarm-aarch64=	netbsd-GENERIC64.img
KERNELBASE_amd64=		${KDIST}
KERNELBASE_i386=		${KDIST}
KERNELBASE_evbarm-aarch64=	${DIST}
KERNELPATH_amd64=		netbsd-SMOL
KERNELPATH_i386=		netbsd-SMOL386
KERNELPATH_evbarm-aarch64=	kernel/netbsd-GENERIC64.img.gz
# How nb-fetch verifies it, and that the last one comes compressed; and what is
# behind its name in that of the file of sums.
KERNELFLAGS_amd64=		-s .sha256
KERNELFLAGS_i386=		-s .sha256
KERNELFLAGS_evbarm-aarch64=	-z -S SHA512
KERNELSUMS_amd64=		.sha256
KERNELSUMS_i386=		.sha256
KERNELSUMS_evbarm-aarch64=	.SHA512

# NetBSD's ready-to-use image, beside the sets' folder; none for i386.
LIVEURL_amd64=			${DIST:H:H}/images/NetBSD-*-amd64-live.img.gz
LIVEURL_evbarm-aarch64=		${DIST}/gzimg/arm64.img.gz

.endif
