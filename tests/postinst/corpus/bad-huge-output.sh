# output without an end is a matter of time only
# says: not done after 2 seconds
# options: -T 2
yes 'the same line again and again' | head -c 20000000
sleep 100
