# the host's tar sees and sets owners as $TAR does
tar -cf /tmp/all.tar --sort=name bin dev etc var
mkdir new
tar -xpf /tmp/all.tar -C new
tar -tvf /tmp/all.tar --numeric-owner etc/secret | cut -d' ' -f1,2
