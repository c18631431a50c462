# modes as they are written: numbers, letters, trees
chmod +x etc/rc
chmod 0600 'etc/a b'
chmod -R go-rwx var
chmod u+s,g+s bin/su
chmod 1777 dev
chmod -x etc/rc
