# a user that the script adds, as useradd(8) would
echo '_web:*:90:90::/var/web:/sbin/nologin' >>etc/passwd
echo '_web:*:90:' >>etc/group
mkdir -p var/web
chown _web:_web var/web
install -d -o _web -g _httpd -m 0770 var/web/data
