# start.mk: boots what image.mk made.

.if !target(__start.mk__)
__start.mk__: .NOTMAIN

start: .PHONY ${NB_START} ${_IMAGE} ${KERNEL}
.if !defined(_LOCKED) && ${KERNEL} == ${_KERNELFILE}
	${Q}${_LOOK_kernel}
.endif
	${Q}${NB_START} -k ${KERNEL:Q} -i ${DSTIMG:Q} -m ${MEM} -c ${CPUS} \
	    ${PORT:D-p ${PORT:Q}}

demo: .PHONY tools
	${Q}MAKE=${.MAKE:Q} BIN=${BIN} ARCH=${ARCH} DIST=${DIST:Q} \
	    KDIST=${KDIST:Q} sh mk/demo.sh

.endif
