# named pipes
mkfifo var/pipe
mkfifo -m 0600 var/private
mknod var/old p
chown _httpd var/pipe
(echo through >var/pipe) & cat var/pipe
