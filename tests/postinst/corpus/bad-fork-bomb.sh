# says: stopped: more than 512 processes at once
# options: -T 60
# processes without an end
b() { b | b & }
b 2>/dev/null
sleep 30
