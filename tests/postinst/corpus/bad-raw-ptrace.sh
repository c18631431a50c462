# tracing: the host's processes and what watches it are out of reach
raw=../service/web/raw
test -x $raw || exit 0
$raw ptrace "$OUTER"
