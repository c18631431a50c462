# work in the background that is waited for
(chown _httpd etc/rc) &
(mkdir -p var/run && chgrp _httpd var/run) &
wait
