#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# manuals_test: what the manuals say of each other and of the programs' options;
# what README says of messages; that nothing that documents point to is missing.

# manuals: their files
manuals() {
	find "$NB_TOP/tools" -path "$NB_TOP/tools/obj" -prune -o -name 'nb*.[1-9]' -print |
	    LC_ALL=C sort
}

# progs: those that are here, of all that there are
progs() {
	for _p in "$NB_TOP"/tools/nb-*/; do
		basename "$_p"
	done
}

# section PAGE NAME: its source
section() {
	awk -v name="$2" '/^\.Sh / { on = substr($0, 5) == name; next } on' "$1"
}

atf_test_case references
references_head() {
	atf_set descr "pages refer to pages that are there, each to nb(7), that to all"
}
references_body() {
	for page in $(manuals); do
		file=${page##*/}
		sed -n 's/^\.\(It \)\{0,1\}Xr \(nb[a-z.-]*\) \([1-9]\).*/\2.\3/p' "$page" |
		    sort -u >refs
		while read -r ref; do
			[ -n "$(find "$NB_TOP/tools" -name "$ref" -not -path '*/obj/*')" ] ||
			    echo "$file: $ref: there is no such page"
		done <refs
		section "$page" "SEE ALSO" | sed -n 's/^\.Xr \([^ ]*\) \([1-9]\).*/\2 \1/p' >also
		LC_ALL=C sort -u also | cmp -s - also || {
			echo "$file: SEE ALSO is not in order:"
			cat also
		}
		grep -qx "${file##*.} ${file%.*}" also &&
		    echo "$file: refers to itself"
		if [ "$file" = nb.7 ]; then
			manuals | sed 's,.*/,,' | while read -r other; do
				[ "$other" = nb.7 ] || grep -qx "${other##*.} ${other%.*}" also ||
				    echo "$file: does not refer to $other"
			done
		else
			grep -qx '7 nb' also || echo "$file: does not refer to nb(7)"
		fi
		for part in NAME DESCRIPTION EXAMPLES "SEE ALSO"; do
			grep -qx "\\.Sh $part" "$page" || echo "$file: has no $part"
		done
		case $file in *.[18])
			for part in SYNOPSIS "EXIT STATUS"; do
				grep -qx "\\.Sh $part" "$page" || echo "$file: has no $part"
			done ;;
		esac
	done >bad
	# what a merge leaves
	for page in $(manuals); do
		grep -nE '^(<<<<<<<|=======|>>>>>>>)' "$page" && echo "$page"
	done >>bad
	atf_check cat bad
	atf_check test "$(manuals | wc -l)" -gt 13
}

atf_test_case programs
programs_head() {
	atf_set descr "nb(7), README and the list of what is compiled have the same programs"
}
programs_body() {
	progs | LC_ALL=C sort >want
	sed -n 's/^\.It Xr \(nb-[a-z]*\) [1-9] Ta .*/\1/p' "$NB_TOP/tools/nb.7" |
	    LC_ALL=C sort >got
	atf_check diff want got
	sed -n 's/^| `\(nb-[a-z]*\)` | .*/\1/p' "$NB_TOP/README.md" | LC_ALL=C sort >got
	atf_check diff want got
	sed -n 's/^PROGS+*=//p' "$NB_TOP/mk/tools.mk" | tr -s ' \t' '\n' | grep . |
	    LC_ALL=C sort >got
	atf_check diff want got
}

# used PROG: the options of its usage, one a line; long ones with their dashes
used() {
	# (nb-app is one that goes on without a word)
	case $1 in
	nb-app)	"$NB_BIN/$1" '-?' ;;
	*)	"$NB_BIN/$1" ;;
	esac 2>&1 | sed -n '/^usage: /,$p' >usage
	# tar's words are in usage's later lines
	[ "$1" != nb-untar ] || sed -i 1q usage
	grep -oE -e '(^|[[ ])--?[A-Za-z][A-Za-z-]*' usage | tr -d '[ ' | split
}

# split: -abc is three, --abc one
split() {
	while read -r word; do
		case $word in
		--*)	echo "$word" ;;
		*)	echo "${word#-}" | grep -o . | sed 's/^/-/' ;;
		esac
	done | LC_ALL=C sort -u
}

# listed PAGE: options that it has a paragraph for
listed() {
	section "$1" DESCRIPTION | sed -n -e 's/^\.It Fl Fl \([a-z-]*\).*/--\1/p' \
	    -e 's/^\.It Fl \([A-Za-z]\)$/-\1/p' -e 's/^\.It Fl \([A-Za-z]\) .*/-\1/p' \
	    -e 's/^\.Fl \([A-Za-z]\) , Fl Fl .*/-\1/p' |
	    LC_ALL=C sort -u
}

# table PAGE: those of its synopsis
table() {
	awk -f "$NB_TOP/mk/options.awk" "$1" |
	    awk -F '\t' '$2 != "-" { print "-" $2 } $2 == "-" && $3 != "-" { print "--" $3 }' |
	    LC_ALL=C sort -u
}

atf_test_case options
options_head() {
	atf_set descr "each option of a usage is in the synopsis and the page, and the other way round"
}
options_body() {
	for prog in $(progs); do
		[ -x "$NB_BIN/$prog" ] || continue
		page=$(ls "$NB_TOP/tools/$prog/$prog".[18])
		used "$prog" | grep -vx -e -h >used
		atf_check test -s used
		listed "$page" | grep -vx -e -h >listed
		table "$page" | grep -vx -e -h >table
		case $prog in
		nb-untar)
			# those of tar are its own test's
			comm -23 used table >bad
			comm -23 used listed >>bad
			;;
		*)	diff used listed >bad || echo "$prog: usage and page" >>bad
			diff used table >>bad || echo "$prog: usage and synopsis" >>bad
			;;
		esac
		atf_check cat bad
	done
}

atf_test_case messages
messages_head() {
	atf_set descr "each message that README explains is one that a program has"
}
messages_body() {
	# Words that C has in several strings are one.
	find "$NB_TOP/tools" "$NB_TOP/mk" -path "$NB_TOP/tools/obj" -prune -o \
	    \( -name '*.[ch]' -o -name '*.mk' -o -name '*.sh' \) -exec cat {} + |
	    tr -s '\n\t' '  ' | sed -e 's/" *PRI[a-zA-Z0-9]* *"//g' -e 's/" *"//g' \
	    -e 's/%[a-z]*//g' -e 's/  */ /g' >sources
	awk '/^## When it says no/ { on = 1; next } /^## / { on = 0 }
	    on && /^\| `/ { split($0, c, "|"); print c[2] }' "$NB_TOP/README.md" |
	    tr '`' '\n' | grep '[a-z]' | grep -v '^ *\.\.\. *$' >parts
	atf_check test "$(wc -l <parts)" -ge 15
	while IFS= read -r part; do
		# the system's own, and those with a name at their end
		case $part in 'No space left on device') continue ;; esac
		part=$(printf '%s\n' "$part" | sed -e 's/=\.\.\.:/=/; s/(404)/(/; s/^ *//; s/ *$//')
		case $part in *=*) part=${part%%=*}=;; esac
		grep -qF -- "$part" sources || echo "$part"
	done <parts >unknown
	atf_check cat unknown
}

atf_test_case links
links_head() {
	atf_set descr "files that README and others point to are there, and headings too"
}
links_body() {
	(cd "$NB_TOP" && find . -name '*.md' -not -path './tests/cache/*' \
	    -not -path './tools/obj/*' -not -path './.git/*') >pages
	while read -r page; do
		grep -oE '\]\([^)]*\)' "$NB_TOP/$page" | tr -d '])(' |
		    while read -r link; do
			case $link in https:*) continue ;; esac
			target=$(dirname "$page")/${link%%#*}
			[ -n "${link%%#*}" ] || target=$page
			[ -e "$NB_TOP/$target" ] || {
				echo "$page: $link"
				continue
			}
			case $link in *'#'*) ;; *) continue ;; esac
			sed -n 's/^##* //p' "$NB_TOP/$target" | tr 'A-Z ' 'a-z-' |
			    tr -cd 'a-z0-9\n-' | grep -qx -e "${link#*#}" ||
			    echo "$page: $link: no such heading"
		done
	done <pages >bad
	atf_check cat bad
}

atf_test_case gnu_make
gnu_make_head() {
	atf_set descr "who types make where that is GNU's is told what to type"
	atf_set require.progs gmake
}
gnu_make_body() {
	cp "$NB_TOP/Makefile" "$NB_TOP/GNUmakefile" .
	atf_check -s exit:2 -e match:'type bmake in the place of make' gmake base
}

atf_init_test_cases() {
	atf_add_test_case references
	atf_add_test_case programs
	atf_add_test_case options
	atf_add_test_case messages
	atf_add_test_case links
	atf_add_test_case gnu_make
}
