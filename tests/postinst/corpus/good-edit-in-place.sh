# sed -i and perl -i make a new file and give it the old one's owner
sed -i'' 's/rc/RC/' etc/rc
sed -i 's/secret/public/' etc/secret
perl -pi -e 's/wheel/WHEEL/' etc/group
sed -i.bak 's/su/SU/' bin/su
