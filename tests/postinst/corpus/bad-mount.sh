# mounts, and taking mounts away
mkdir -p mnt
for c in 'mount -t tmpfs tmpfs mnt' 'mount --bind / mnt' \
    'mount -o remount,rw /usr' 'mount -t proc proc mnt' 'umount /usr' \
    'umount -l /proc' 'mount -o remount,rw,bind /build/service/web' \
    'unshare -m true' 'unshare -r true' 'unshare -Urm true' \
    'nsenter -t 1 -m true' 'pivot_root . mnt' 'swapon -a' \
    'hostname evil' 'sysctl -w kernel.hostname=evil' 'losetup -f'; do
	$c >/dev/null 2>&1 && echo "$c"
done
rmdir mnt
