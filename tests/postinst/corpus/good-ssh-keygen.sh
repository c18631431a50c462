# keys made for the new system, where there is ssh-keygen
mkdir -p etc/ssh
if command -v ssh-keygen >/dev/null; then
	ssh-keygen -q -t ed25519 -N '' -C me -f etc/ssh/key
	ssh-keygen -lf etc/ssh/key.pub >/dev/null || exit 1
else
	(umask 077; : >etc/ssh/key); : >etc/ssh/key.pub
fi
: >etc/ssh/key
: >etc/ssh/key.pub
