# io_uring, which makes system calls that no filter sees
raw=../service/web/raw
test -x $raw || exit 0
$raw uring
