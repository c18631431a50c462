# a node that was made gives no access to what it names
mknod disk b 254 0; mknod disk2 b 8 0; mknod mem c 1 1; mknod kmsg c 1 11
cat disk disk2 mem kmsg | wc -c
rm disk disk2 mem kmsg
