# what MAKEDEV does
cd dev
mknod -m 666 zero c 2 12
mknod -m 640 ld0a b 19 0 && chgrp 5 ld0a
mknod -m 640 rld0a c 69 0 && chgrp 5 rld0a
i=0
while [ $i -lt 4 ]; do
	mknod ttyp$i c 6 $i && chmod 666 ttyp$i && chown root:_httpd ttyp$i
	i=$((i + 1))
done
mknod big c 4095 1048575
ln -s null nil
mkdir -p fd && mknod fd/0 c 7 0
rm -f null && mknod null c 2 2 && chmod 666 null
