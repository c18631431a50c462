# check.mk: tests, and the habits of those who change the code.

.if !target(__check.mk__)
__check.mk__: .NOTMAIN

_TESTENV=	NB_TOP=${TOP} NB_BIN=${TOP}/${BIN} NB_OBJ=${TOOLSOBJ} \
		CC=${CC:Q} SANITIZE=${SANITIZE:U:Q} MAKE=${.MAKE:Q}

test: .PHONY tools
	@${_TESTENV} tests/run ${TESTS}

soak: .PHONY tools
	@${_TESTENV} NB_SOAK=y tests/run ${TESTS}

bench: .PHONY tools
	@${_TESTENV} tests/bench/bench ${BENCH}

lint: .PHONY
	@sh mk/lint.sh

# Only lines that differ from HEAD: tables and structs are aligned by hand.
format: .PHONY
	@git clang-format --extensions c,h HEAD -- tools tests || :

.endif
