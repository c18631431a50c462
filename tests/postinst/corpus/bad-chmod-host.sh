# modes and owners of what is the host's
for f in / /usr /bin/sh /usr/bin/env /dev/null /dev/zero /dev /etc/passwd.x \
    /proc/sys/kernel/core_pattern /build /build/tools ../service /etc/ssl; do
	chmod 0777 "$f" 2>/dev/null
	chown 24:24 "$f" 2>/dev/null && [ "$f" != /dev ] && echo "chown $f"
done
exit 0
