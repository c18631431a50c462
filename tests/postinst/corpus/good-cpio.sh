# cpio -p, where there is one
command -v cpio >/dev/null || { cp -a etc/secret var/www var/copy 2>/dev/null; exit 0; }
mkdir new
find etc/secret var/www dev/null bin | cpio -pdm --quiet new
