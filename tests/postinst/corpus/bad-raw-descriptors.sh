# descriptors of all kinds where a file is expected
raw=../service/web/raw
test -x $raw || exit 0
$raw descriptors etc/rc
