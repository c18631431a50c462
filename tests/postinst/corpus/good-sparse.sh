# sizes
dd if=/dev/zero of=var/zeros bs=1000 count=3 2>/dev/null
truncate -s 100000 var/sparse
: >var/empty
chown _httpd var/sparse
