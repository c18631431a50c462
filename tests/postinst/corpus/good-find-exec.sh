# find(1) by owner, and what it executes
find . -user _httpd -exec chown 5 {} +
find . -perm -4000 -exec chmod u-s {} \;
find . -user 3 -print
