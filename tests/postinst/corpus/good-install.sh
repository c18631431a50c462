# install(1) with everything
install -d -m 0755 usr/pkg/bin
install -m 0555 etc/rc usr/pkg/bin/tool
install -o _httpd -g _httpd -m 0440 etc/rc var/www/config
install -o root -g wheel -m 4555 bin/su usr/pkg/bin/su
install -d -o _httpd -m 0750 var/cache
install -D -m 600 etc/rc usr/pkg/share/doc/rc
