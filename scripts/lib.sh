# shellcheck shell=bash
# What ./test and .ci/run share: progress lines, one step at a time that a signal can end,
# and packages of the system. Sourced, never run.

say() { printf '==> %4ds  %s\n' "$SECONDS" "$*"; }

fail() { # STATUS MESSAGE
    printf '==> %4ds  error: %s\n' "$SECONDS" "$2" >&2
    exit "$1"
}

# The step that runs now or has failed, and its process group. A step gets a group of its own because bash
# runs a trap only between commands: `wait` can be interrupted, a command in front cannot.
step=
step_pid=

run_step() { # NAME COMMAND...
    local status=0 begun=$SECONDS
    step=$1
    shift
    say "$step"
    set -m
    "$@" </dev/null &
    step_pid=$!
    set +m
    wait "$step_pid" || status=$?
    step_pid=
    if ((status != 0)); then
        say "$step: failed with status $status after $((SECONDS - begun))s"
        return "$status"
    fi
    step=
}

# Ends the step that runs now: asks its whole group, then insists after SECONDS_TO_WAIT.
end_step() { # SECONDS_TO_WAIT
    local deadline=$((SECONDS + $1))
    [[ -n $step_pid ]] || return 0
    kill -TERM -- "-$step_pid" 2>/dev/null
    while kill -0 -- "-$step_pid" 2>/dev/null && ((SECONDS < deadline)); do sleep 0.1; done
    kill -KILL -- "-$step_pid" 2>/dev/null
    wait "$step_pid" 2>/dev/null
    step_pid=
}

# Runs `cleanup` once, however the script ends. The first signal leads there through `exit`;
# from then on signals are ignored, so that an impatient second Ctrl-C leaves nothing behind.
clean_up_at_exit() {
    trap 'at_exit $?' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    trap 'exit 129' HUP
    trap 'exit 141' PIPE
}

at_exit() { # STATUS
    trap '' INT TERM HUP PIPE
    set +e
    # A signal can find a child between its birth and its program, with the traps of its
    # parent; it is not the child who cleans up.
    ((BASHPID == $$)) && cleanup "$1"
    exit "$1"
}

policy=/usr/sbin/policy-rc.d
policy_is_ours=

# As root, or through sudo; without a terminal, sudo must not ask for a password.
as_root() {
    if ((EUID == 0)); then
        "$@"
    elif [[ -t 0 ]]; then
        sudo -- "$@"
    else
        sudo -n -- "$@"
    fi
}

can_install() { command -v apt-get >/dev/null && as_root true 2>/dev/null; }

# Installs packages of the system, or says which are needed and exits with 2. Not within a
# step: `cleanup` would not know of the policy.
install_packages() { # PACKAGE...
    can_install ||
        fail 2 "these are needed, and there is no apt-get, root or sudo to install them with: $*"
    say "installing $*"
    # Two runs at once take turns; the script itself serves as the lock file.
    exec 8<"${BASH_SOURCE[0]}"
    flock 8
    # Debian starts a service as soon as it is installed, on its usual port. This file is
    # Debian's own way to say no. Where there is one already, its owner has decided.
    if [[ ! -e $policy ]]; then
        policy_is_ours=1
        # shellcheck disable=SC2016 # expanded by the inner shell
        as_root sh -c 'printf "#!/bin/sh\nexit 101\n" >"$1" && chmod 755 "$1"' sh "$policy"
    fi
    if ! { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -qq --yes --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"; } \
        </dev/null >/dev/null; then
        fail 2 "apt-get could not install $*"
    fi
    remove_policy
    exec 8<&-
}

remove_policy() {
    [[ -z $policy_is_ours ]] || as_root rm -f "$policy"
    policy_is_ours=
}
