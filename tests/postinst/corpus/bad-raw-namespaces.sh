# namespaces in which the script would be another root
raw=../service/web/raw
test -x $raw || exit 0
$raw namespaces
