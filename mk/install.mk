# install.mk: `bmake install PREFIX=... DESTDIR=...`: the programs, and what a
# project elsewhere needs of the rest: rules, services, confs, manuals.

.if !target(__install.mk__)
__install.mk__: .NOTMAIN

# DESTDIR goes before names while files are copied only: nothing says where it was.
PREFIX?=	/usr/local
MANDIR?=	${PREFIX}/share/man
ZSHDIR?=	${PREFIX}/share/zsh/site-functions

COMPLETIONS=	${TOOLSOBJ}/completions
_INSTALL=	DESTDIR=${DESTDIR:U:Q} PROGS='${PROGS}' sh mk/install.sh
_INSTALLARGS=	${PREFIX:Q} ${MANDIR:Q} ${ZSHDIR:Q} ${BIN:Q} ${COMPLETIONS:Q}

_MANUALS:=	${PROGS:@p@tools/$p/$p.${exists(tools/$p/$p.8):?8:1}@}

# One file a shell and program, from the table of options that the manual's
# synopsis is. (rm -rf: a program that is no more has none.)
completions: .PHONY ${COMPLETIONS}/.made
${COMPLETIONS}/.made: mk/completions.sh mk/options.awk ${_MANUALS}
	@rm -rf ${.TARGET:H} && mkdir -p ${.TARGET:H}
	@sh mk/completions.sh ${.TARGET:H} ${_MANUALS}
	@: >${.TARGET}

install: .PHONY tools completions
	${Q}${_INSTALL} install ${_INSTALLARGS}

uninstall: .PHONY
	${Q}${_INSTALL} uninstall ${_INSTALLARGS}

.endif
