# start.mk: boots what image.mk made; and asks after it, and stops it.

.if !target(__start.mk__)
__start.mk__: .NOTMAIN

# A conf of the service's, if there is one, says how. Over it goes what a person
# said, by any way but options.mk, which counts for what the conf leaves open.
_CONF=		${CONFDIR}/${SERVICE}.conf
.if !empty(_PRODUCT) && !exists(${_CONF})
_CONF=		${_PRODUCT}etc/${SERVICE}.conf
.endif
.if make(start) && exists(${_CONF})
_STARTCONF=	-f ${_CONF:Q}
_CONFKEYS:=	${:!sed -n 's/^[[:space:]]*\([a-z_]*\)=..*/\1/p' ${_CONF:Q}!} -
.  for _key _v in kernel KERNEL mem MEM cores CPUS hostfwd PORT
_SAID=		${.MAKEOVERRIDES:M${_v}} ${_ORIGIN_${_v}:U:Menvironment} ${_ORIGIN_${_v}:U:M*/own.mk}
.    if empty(_SAID:M*) && (!empty(_CONFKEYS:M${_key}) || "${_ORIGIN_${_v}:U}" == "")
_CONFSAYS+=	${_v}
.    endif
.  endfor
# What is not said there either is the same for both, but for the kernel, whose
# name follows from ARCH here.
.  if empty(_CONFKEYS:Mkernel)
_CONFSAYS:=	${_CONFSAYS:NKERNEL}
.  endif
.endif
_CONFSAYS?=
.for _v _opt in KERNEL -k MEM -m CPUS -c PORT -p
.  if empty(_CONFSAYS:M${_v})
_STARTWORDS+=	${_opt} ${empty(${_v}):?"":${${_v}:Q}}
.  endif
.endfor

start: .PHONY ${NB_START} ${_IMAGE} ${_STARTWORDS:M-k:S/-k/${KERNEL}/}
.if !defined(_LOCKED) && ${KERNEL} == ${_KERNELFILE} && !empty(_STARTWORDS:M-k)
	${Q}${_LOOK_kernel}
.endif
	@${_LETGO}
	${Q}${NB_START} ${_STARTCONF} -i ${DSTIMG:Q} ${_STARTWORDS}

# By its image, whatever it was started with and by whom.
_VMIMAGE=	${"${DSTIMG:M/*}" != "":?${DSTIMG}:${.CURDIR}/${DSTIMG}}

stop status console: .PHONY ${NB_VM}
	${Q}${NB_VM} ${.TARGET} ${_VMIMAGE:Q}

demo: .PHONY tools
	${Q}MAKE=${.MAKE:Q} BIN=${BIN} ARCH=${ARCH} DIST=${DIST:Q} \
	    KDIST=${KDIST:Q} TOP=${TOP:Q} sh ${_PRODUCT}mk/demo.sh

.endif
