# .bash_profile: read by bash(1) in each of tmux's windows.
PATH=$HOME/bin:/bin:/sbin:/usr/bin:/usr/sbin:/usr/pkg/bin:/usr/pkg/sbin
LANG=en_US.UTF-8
EDITOR=nvim VISUAL=nvim PAGER=less
export PATH LANG EDITOR VISUAL PAGER
PS1='\[\e[1;35m\]\u@\h\[\e[0m\] \w\$ '
HISTFILE=$HOME/.history
alias vi=nvim vim=nvim

# Once in each session's first window.
if [ -n "${TMUX-}" ] && [ ! -e "/tmp/.greeted.$USER" ]; then
	: >"/tmp/.greeted.$USER"
	cat <<-'GREETING'

	  nbakery: NetBSD, freshly baked

	  doas COMMAND     run it as root
	  pkgin            more packages
	  Ctrl-q           tmux's prefix: Ctrl-q c is another window
	  exit             leave the last window to shut down
	  Ctrl-a x         end QEMU

	GREETING
fi
