# groups alone: the owner stays
chgrp _httpd etc/secret etc/rc
chgrp 5 var/www
