# names that need care
mkdir 'with space' && : >'with space/#hash'
: >"$(printf 'new\nline')"
: >-dash
: >'back\slash'
: >"$(printf '\303\251')"
chown _httpd 'with space' ./-dash "$(printf 'new\nline')"
