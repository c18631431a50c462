# folders made, removed, renamed, one over another
mkdir -p usr/pkg/etc/rc.d var/db/pkg
mkdir -m 0700 root
mkdir a b && : >a/f && mv a b/a && mv b c
rm -r var/www
mkdir -m 1777 tmp
rmdir var/db/pkg
mkdir -m 2775 shared && chgrp 5 shared
mkdir shared/sub && : >shared/sub/f && : >shared/own && chown _httpd shared/own
