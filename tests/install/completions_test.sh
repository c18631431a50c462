#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# completions_test: each option of each program completes, in three shells, and
# nothing else does. What there is, is taken from where programs read it.

. "$(atf_get_srcdir)/../helpers.sh"

# wanted PROG: lines of command, option and "y" if that has an argument
wanted() {
	src=$NB_TOP/tools/$1
	case $1 in
	nb-start)
		"$NB_BIN/nb-start" -h | sed -n '/^ *-.*  /p' | sed 's/^ *//; s/   *[^ ].*//' |
		    awk '{
			sub(/,/, "", $1)
			long = $1 ~ /^--/
			arg = NF > (long ? 1 : 2) ? "y" : "n"
			print "-", $1, arg
			if (!long)
				print "-", $2, arg
		    }' ;;
	nb-vm)	sed -n 's/^	{ "\([a-z]*\)", "\([A-Za-z:]*\)", [0-9].*/\1 \2/p' "$src/nb-vm.c" |
		    while read -r command letters; do
			echo "$command . n"
			letters "$command" "$letters"
		    done ;;
	nb-untar)
		letters - "$(getopt_of "$1")"
		letters - f:JOacjkmoptxz
		printf -- '- --exclude y\n- --strip-components y\n' ;;
	*)	letters - "$(getopt_of "$1")"
		! grep -q '"--help"' "$src/$1.c" || printf -- '- -h n\n- --help n\n' ;;
	esac | LC_ALL=C sort -u
}

# The letters that it gives to getopt(3).
getopt_of() {
	sed -n 's/.*getopt(argc, argv, "+*\([^"]*\)".*/\1/p' "$NB_TOP/tools/$1"/*.c
}

# letters COMMAND OPTSTRING: a line each
letters() {
	printf '%s\n' "$2" | sed 's/.:*/& /g' | tr ' ' '\n' | grep -v '^$' |
	    sed -e "s/^\\(.\\):\$/$1 -\\1 y/" -e "s/^.\$/$1 -& n/"
}

made() {
	(cd "$NB_TOP" && mkdir "$OLDPWD/c" &&
	    sh mk/completions.sh "$OLDPWD/c" tools/nb-*/nb-*.[18]) ||
	    atf_fail "completions.sh"
	progs=$(cd "$NB_TOP/tools" && ls -d nb-*)
	[ -x "$NB_BIN/nb-app" ] || progs=$(echo "$progs" | grep -v nb-app)
}

# each FUNCTION: called with a program and, of one with commands, each of these
each() {
	for prog in $progs; do
		wanted "$prog" >all
		atf_check test -s all
		cut -d ' ' -f 1 all | uniq >commands
		if grep -qx -e - commands; then
			"$1" "$prog"
		else
			atf_check test "$(wc -l <commands)" -gt 3
			while read -r command; do
				"$1" "$prog" "$command" <&-
			done <commands
		fi
	done
}

# options_of COMMAND: those in all, of that one
options_of() {
	awk -v c="${1:--}" '$1 == c && $2 != "." { print $2 }' all | LC_ALL=C sort
}

atf_test_case in_bash
in_bash_head() {
	atf_set descr "bash: each option; behind one that has an argument none"
	atf_set require.progs bash
}
in_bash_body() {
	made
	cat >ask.bash <<-'EOF'
		# ask.bash FILE WORD ...: what is offered for the last one
		. "$1"
		shift
		set -- "${@}"
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		function=$(complete -p "$1" | sed 's/.*-F \([^ ]*\) .*/\1/')
		$function
		printf '%s\n' "${COMPREPLY[@]}" | grep . | LC_ALL=C sort
		exit 0
	EOF
	each bash_of
	for command in list stop console; do
		bash ask.bash c/nb-vm nb-vm '' | grep -qx "$command" ||
		    atf_fail "nb-vm $command"
	done
}
bash_of() {
	options_of "${2-}" >want
	bash ask.bash "c/$1" $1 ${2-} - >got 2>err
	atf_check cat err
	atf_check diff want got
	# one that has an argument is not followed by an option
	awk -v c="${2:--}" '$1 == c && $3 == "y" { print $2 }' all >taking
	while read -r option; do
		bash ask.bash "c/$1" $1 ${2-} "$option" - >got 2>err
		atf_check cat err
		atf_check -s exit:1 -o ignore grep -e - got
	done <taking
	awk -v c="${2:--}" '$1 == c && $3 == "n" && $2 != "." { print $2 }' all >flags
	while read -r option; do
		bash ask.bash "c/$1" $1 ${2-} "$option" - >got
		atf_check diff want got
	done <flags
}

atf_test_case in_zsh
in_zsh_head() {
	atf_set descr "zsh: each option, and whether it has an argument"
	atf_set require.progs zsh
}
in_zsh_body() {
	made
	cat >ask.zsh <<-'EOF'
		# ask.zsh FILE WORD ...: the options that _arguments is told
		_arguments() {
			for spec; do
				print -r -- "$spec"
			done
		}
		file=$1
		shift
		words=("$@")
		CURRENT=$#
		. $file
	EOF
	each zsh_of
}
zsh_of() {
	awk -v c="${2:--}" '$1 == c && $2 != "." { print $2, $3 }' all |
	    LC_ALL=C sort >want
	zsh -f ask.zsh "c/_$1" $1 ${2-} - 2>err | sed -n 's/^\*\(-[^:]*\)/\1/p' |
	    awk '{
		arg = /:/ ? "y" : "n"
		sub(/[+=]?[\[:].*/, "")
		print $0, arg
	    }' | LC_ALL=C sort >got
	atf_check cat err
	atf_check diff want got
}

atf_test_case in_fish
in_fish_head() {
	atf_set descr "fish: each option"
	atf_set require.progs fish
}
in_fish_body() {
	made
	HOME=$PWD
	XDG_CONFIG_HOME=$PWD/.config
	export HOME XDG_CONFIG_HOME
	each fish_of
}
fish_of() {
	options_of "${2-}" >want
	fish -N -c "complete -c $1 -e; source c/$1.fish; complete -C '$1 ${2-} -'" 2>err |
	    cut -f 1 | LC_ALL=C sort >got
	atf_check cat err
	atf_check diff want got
}

atf_init_test_cases() {
	atf_add_test_case in_bash
	atf_add_test_case in_zsh
	atf_add_test_case in_fish
}
