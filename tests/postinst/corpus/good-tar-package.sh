# a binary package, as services unpack them
mkdir -p usr/pkg
$TAR zxvfp ../service/web/pkg.tgz --exclude='+*' -C usr/pkg 2>/dev/null
$TAR xzOf ../service/web/pkg.tgz +DESC
