# copies that keep owners, and copies that do not
cp -p etc/secret etc/kept
cp etc/secret etc/mine
cp -a var/www var/copy
cp -pR var/www var/copy2
cp -p bin/su bin/su2
cp -a dev/null dev/null2
cp -d etc/link etc/link2
