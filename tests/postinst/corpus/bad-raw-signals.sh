# signals while a call is being answered do not make it twice or fail
raw=../service/web/raw
test -x $raw || exit 0
$raw signals dev/sig
rm dev/sig*
