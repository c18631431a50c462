# and all at once; the recorder is not among them
trap '' TERM HUP
kill -TERM -1
kill -KILL -1
chown _httpd etc/rc
