# app.mk: the page: VMs and services, managed in a browser.

.if !target(__app.mk__)
__app.mk__: .NOTMAIN

# Options of nb-app(8).
APPFLAGS?=

# What the command line said here is said to the bmake that the page starts,
# which gets service and architecture from the page.
_APPVARS=	${.MAKEOVERRIDES:O:u:NAPPFLAGS:NSERVICE:NARCH:@v@$v=${$v:Q}@}

app: .PHONY tools
	${Q}MAKEFLAGS= CONFDIR=${CONFDIR:Q} IMAGEDIR=${IMAGEDIR:Q} \
	    KERNELDIR=${KERNELDIR:Q} SERVICEDIR=${SERVICEDIR:Q} \
	    ${NB_APP} -m ${.MAKE:Q} ${APPFLAGS} ${_APPVARS}

.endif
