# says: 1\.sh: exit status [0-9]+|the disk has
# options: -S 8
# one file without an end
dd if=/dev/zero of=var/big bs=1M count=400 2>/dev/null || exit 9
