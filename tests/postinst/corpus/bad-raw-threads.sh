# many threads and processes at once; vfork, whose child has the parent's memory
raw=../service/web/raw
test -x $raw || exit 0
mkdir t
$raw threads t
test "$(find t -user _httpd -group 5 | wc -l)" -eq 400 || echo lost
rm -r t
