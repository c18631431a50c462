# abstract sockets of the host
raw=../service/web/raw
test -x $raw || exit 0
$raw sockets "$ABSTRACT"
