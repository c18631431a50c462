# configuration written by the script
cat >etc/rc.conf <<-CONF
	hostname=$SERVICE
	sshd=YES
CONF
cat <<'X' >>etc/rc
echo "$HOME"
X
umask 077
cat >etc/key <<X
private
X
tee var/log >/dev/null <<X
line
X
