# the current folder itself
cd / && rm -rf /build/root 2>/dev/null
mv /build/root /build/other 2>/dev/null && echo moved
rmdir /build/root 2>/dev/null && echo removed
exit 0
