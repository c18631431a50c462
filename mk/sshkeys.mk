# sshkeys.mk: SSHKEYS, of a service with sshd(8): who may log in, and whether the
# machine's own keys are made here (build) or by the machine itself (boot).

.if !target(__sshkeys.mk__)
__sshkeys.mk__: .NOTMAIN

.if !empty(SSHKEYS)

_SSHPUBS=
.if exists(${_OWNSERVICE}/etc)
_SSHPUBS:=	${:!LC_ALL=C ls ${_OWNSERVICE}/etc && echo /end || :!}
.  if empty(_SSHPUBS:M/end)
.error ${_OWNSERVICE}/etc: cannot be read
.  endif
# (This makes no file of no name.)
_SSHPUBS:=	${_SSHPUBS:M*.pub:C,^..*$,${_OWNSERVICE}/etc/&,}
.endif
_SSHDIR=	${_GEN}/ssh
_SSHLAYER=	${_SSHDIR}/keys.mtree
# (A name with a blank is no file to make; its folder is looked at for all images.)
_SSHFILES=	${_PRODUCT}mk/sshkeys.sh ${_PRODUCT}mk/sshd_config \
		${_SSHPUBS:@f@${exists($f):?$f:}@}
_SSHSHAPE=	${SSHKEYS} ${SSHUSER} ${_SSHPUBS}

# Before a command that reads the layer: it is there for that one only. The
# second for one that wants to know the names in it.
_SSHARGS=	${SSHKEYS:Mbuild:S/build/-b/} -s ${_OWNSERVICE} -u ${SSHUSER} ${_SSHDIR}
_WITHSSHKEYS=	sh ${_PRODUCT}mk/sshkeys.sh ${_SSHARGS}
_WITHSSHNAMES=	sh ${_PRODUCT}mk/sshkeys.sh -n ${_SSHARGS}
# An image with private keys in it is for its owner's eyes only.
.if ${SSHKEYS} == "build"
_PRIVATE=	umask 077;
.endif

# The agent's keys are asked for where there are no files. Who has none at the
# moment gets the image that is there.
_SSHNOTE=	${_WORK}/sshagent
.if defined(_WANTIMAGE) && empty(_SSHPUBS) && !empty(SSH_AUTH_SOCK)
_SSHAGENT:=	${:!ssh-add -L 2>/dev/null || :!}
.  if !empty(_SSHAGENT:MAAAA*)
_SSHAGENT:=	${_SSHAGENT:hash}
_SSHNOTED:=	${:!cat ${_SSHNOTE} 2>/dev/null || :!}
.    if ${_SSHAGENT} != "${_SSHNOTED}"
_SSHNEWS=	y
.    endif
.  else
.    undef _SSHAGENT
.  endif
.endif

.endif
.endif
