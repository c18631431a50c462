# the caller's environment
env | grep -i secret
tr '\0' '\n' </proc/1/environ | grep -i secret
cat /proc/*/environ 2>/dev/null | tr '\0' '\n' | grep -i secret
exit 0
