# every way to write an owner
echo 1 >a; echo 1 >b; echo 1 >c; echo 1 >d; echo 1 >e; echo 1 >f
chown _httpd a
chown _httpd:wheel b
chown :_httpd c
chown 1000:1001 d
chown --reference=etc/secret e
chown 4294967294:70000 f
chown nobody-knows a 2>/dev/null || echo unknown
stat -c '%U:%G %n' a b c
