# through a link and of the link itself
chown _httpd etc/link
chown -h 5:5 etc/link
ln -s nowhere etc/dangling
chown -h _httpd:_httpd etc/dangling
chown _httpd etc/dangling 2>/dev/null || echo nowhere
