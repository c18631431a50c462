# scripts of scripts, with their environment
cat >/tmp/x.sh <<'X'
#!/bin/sh
chown _httpd etc/rc
echo "$1 $SERVICE $ARCH"
X
chmod +x /tmp/x.sh
/tmp/x.sh one
sh -e /tmp/x.sh two
env -i PATH="$PATH" sh -c 'chgrp 5 etc/rc; echo "${SERVICE-none}"'
