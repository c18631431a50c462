# check.mk: tests, and the habits of those who change the code.

.if !target(__check.mk__)
__check.mk__: .NOTMAIN

_TESTENV=	NB_TOP=${TOP} NB_BIN=${TOP}/${BIN} NB_OBJ=${TOOLSOBJ} \
		CC=${CC:Q} SANITIZE=${SANITIZE:U:Q} COVERAGE=${COVERAGE:U} \
		MAKE=${.MAKE:Q}

test: .PHONY tools
	@${_TESTENV} tests/run ${TESTS}

soak: .PHONY tools
	@${_TESTENV} NB_SOAK=y tests/run ${TESTS}

# All corpora have an equal part of these seconds (after compiling): fifteen of
# four each are enough to see that all of it works, a night is better.
fuzz: .PHONY
	@NB_TOP=${TOP} tests/fuzz/run -T ${SECONDS:U900:Q} ${FUZZ}

# (COVERAGE=y is set in tools.mk.) Nothing is left of what was counted before.
coverage: .PHONY tools
	@${_TESTENV} tests/coverage/run ${TESTS}

bench: .PHONY tools
	@${_TESTENV} tests/bench/bench ${BENCH}

lint: .PHONY
	@sh mk/lint.sh

# Only lines that differ from HEAD: tables and structs are aligned by hand.
format: .PHONY
	@git clang-format --extensions c,h HEAD -- tools tests || :

.endif
