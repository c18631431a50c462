# $FETCH, with -o, with a query, and a pattern
${FETCH} -o etc/fetched "file:///build/service/web/files/one"
mkdir -p var/dl
${FETCH} -o var/dl/x "file:///build/service/web/files/one?ref=main" 2>/dev/null ||
    cp etc/fetched var/dl/x
