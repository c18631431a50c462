# modes that shut even root's own eyes
mkdir -m 0 locked && : >locked/f && chmod 0 locked/f
chown _httpd locked locked/f
chmod 0 etc/rc && cat etc/rc
