# owners and modes through $TAR and back
$TAR -cf /tmp/all.tar bin dev etc var
mkdir new
$TAR -xpf /tmp/all.tar -C new
(cd etc && $TAR cf - secret rc) | (cd var && $TAR xpf -)
