# rsynclite of service/common
. ../service/common/funcs
rsynclite ../service/web/files usr/share
rsynclite ../service/web/etc/me.pub etc/me.pub
chown -R _httpd usr/share
