# shellcheck shell=bash
# A private Redis, a Redis Cluster and a RabbitMQ for one test run: free ports of 127.0.0.1, data in
# $dir, everything gone afterwards. Starting and awaiting are apart, so that the servers boot
# while cargo builds. Sourced by ./test.

dir='' redis_pid='' redis_port='' cluster_pid='' cluster_ports=() epmd_pid='' rabbit_pid='' amqp_port='' management_port=''

# Every process of this run carries this variable, with the run's own folder as its value, so
# that the end of the run finds those that no longer are anybody's children.
marker=TEST_RUN_FOLDER

# Starts a server in a process group of its own, so that a Ctrl-C reaches the tests alone.
# The process id is in $REPLY.
start_server() { # LOG COMMAND...
    local log=$1
    shift
    set -m
    "$@" </dev/null >>"$log" 2>&1 &
    REPLY=$!
    set +m
}

listens() { # HOST PORT
    # shellcheck disable=SC2016 # expanded by the inner shell
    timeout 5 bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$1" "$2" 2>/dev/null
}

# A free port, in $REPLY. Below the range from which the system serves those who ask for any
# port, as the tests do. Somebody may still take it first: starting is tried again then.
free_port() {
    while :; do
        REPLY=$((12000 + RANDOM % 20000))
        listens 127.0.0.1 "$REPLY" || return 0
    done
}

# Whether the management API at this URL, which has user and password, lists virtual hosts.
management_answers() { # URL
    curl --silent --fail --noproxy '*' --max-time 5 --globoff --output /dev/null "$1/api/vhosts"
}

redis_is_ready() {
    [[ $(timeout 5 redis-cli -p "$redis_port" ping 2>/dev/null) == PONG ]]
}

# Ready is: the management API answers, and AMQP answers the protocol header with a method
# frame (a first byte of 1); it does so only when the node has booted.
rabbit_is_ready() {
    # shellcheck disable=SC2016 # expanded by the inner shell
    management_answers "http://guest:guest@127.0.0.1:$management_port" && timeout 5 bash -c '
        exec 3<>"/dev/tcp/127.0.0.1/$1"
        printf "AMQP\0\0\11\1" >&3
        read -r -N1 frame <&3
        [[ $frame == $'\''\1'\'' ]]' bash "$amqp_port" 2>/dev/null
}

# Waits for a server that was started, and starts it again on other ports if it ended by itself.
await_server() { # NAME LIMIT_SECONDS
    local name=$1 deadline=$((SECONDS + $2)) tries=1 pid
    until "${name}_is_ready"; do
        pid=${name}_pid
        if ! kill -0 "${!pid}" 2>/dev/null; then
            ((tries++ < 3)) || server_failed "$name" "ended by itself three times"
            say "$name ended by itself; starting it again on other ports"
            "start_$name"
        fi
        ((SECONDS < deadline)) || server_failed "$name" "not ready after ${2}s"
        sleep 0.1
    done
}

server_failed() { # NAME WHY
    tail -n 40 "$dir/$1"/*.log "$dir/$1"/log/*.log >&2 2>/dev/null || true
    fail 1 "$1: $2; the end of its log is above"
}

start_redis() {
    mkdir -p "$dir/redis"
    free_port
    redis_port=$REPLY
    start_server "$dir/redis/out.log" env "$marker=$dir" LC_ALL=C redis-server \
        --bind 127.0.0.1 --port "$redis_port" --dir "$dir/redis" --daemonize no \
        --appendonly yes --save '' --maxmemory-policy noeviction
    redis_pid=$REPLY
}

# Three nodes in one process group, which end together, and who makes a cluster of them.
start_cluster() {
    end_server "$cluster_pid"
    rm -rf "$dir/cluster"
    mkdir -p "$dir"/cluster/{1,2,3}
    cluster_ports=()
    local arguments=()
    for _ in 1 2 3; do
        free_port && cluster_ports+=("$REPLY") && arguments+=("$REPLY")
        free_port && arguments+=("$REPLY")
    done
    # shellcheck disable=SC2016 # expanded by the inner shell
    start_server "$dir/cluster/out.log" env "$marker=$dir" LC_ALL=C bash -c '
        folder=$1 nodes=() number=0
        shift
        while (($# > 0)); do
            ((++number))
            redis-server --bind 127.0.0.1 --port "$1" --cluster-enabled yes --cluster-port "$2" \
                --dir "$folder/$number" --daemonize no --appendonly yes --save "" \
                --maxmemory-policy noeviction &
            nodes+=("127.0.0.1:$1")
            shift 2
        done
        until redis-cli --cluster create "${nodes[@]}" --cluster-yes; do sleep 0.2; done
        wait -n' bash "$dir/cluster" "${arguments[@]}"
    cluster_pid=$REPLY
}

cluster_is_ready() {
    local port
    for port in "${cluster_ports[@]}"; do
        [[ $(timeout 5 redis-cli -p "$port" cluster info 2>/dev/null) == cluster_state:ok* ]] || return
    done
}

# The server's own start script. What Debian has on the path is a wrapper around it that
# changes to the user and the folders of the packaged service.
rabbit_script() {
    local script
    for script in /usr/lib/rabbitmq/bin/rabbitmq-server /opt/rabbitmq/sbin/rabbitmq-server; do
        [[ -x $script ]] && printf %s "$script" && return
    done
    command -v rabbitmq-server
}

start_rabbit() {
    local home=$dir/rabbit epmd_port dist_port
    # What an earlier try has left is of no use on other ports.
    end_rabbit
    rm -rf "$home"
    mkdir -p "$home/conf.d" "$home/log" "$home/data"
    free_port && amqp_port=$REPLY
    free_port && management_port=$REPLY
    free_port && epmd_port=$REPLY
    free_port && dist_port=$REPLY

    # Few statistics and a small log of Raft entries, so that tests get the machine; limits
    # that a laptop's full disk or small memory does not trip over.
    cat >"$home/rabbitmq.conf" <<CONF
listeners.tcp.1 = 127.0.0.1:$amqp_port
management.tcp.ip = 127.0.0.1
management.tcp.port = $management_port
management.rates_mode = none
disk_free_limit.absolute = 1MB
vm_memory_high_watermark.absolute = 1GB
raft.wal_max_size_bytes = 33554432
CONF
    printf '[rabbitmq_management].\n' >"$home/enabled_plugins"
    printf '[].\n' >"$home/advanced.config"
    : >"$home/env.conf"

    # Erlang's name service. Erlang would start it by itself, as a daemon for the whole
    # machine; a private one in front is ours to end.
    start_server "$home/epmd.log" env "$marker=$dir" epmd -address 127.0.0.1 -port "$epmd_port"
    epmd_pid=$REPLY

    # A clean environment: the machine's RABBITMQ_… settings are for the machine's server.
    # HOME is where Erlang keeps its cookie. As under systemd, the start script becomes the
    # Erlang machine instead of staying as its parent: one process to watch and to end.
    start_server "$home/out.log" env -i "$marker=$dir" PATH="$PATH:/usr/sbin" HOME="$home" LANG=C.UTF-8 \
        ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT="$epmd_port" \
        RUNNING_UNDER_SYSTEMD=true \
        RABBITMQ_NODENAME="signpost-test-$$@localhost" \
        RABBITMQ_DIST_PORT="$dist_port" \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}' \
        RABBITMQ_CONF_ENV_FILE="$home/env.conf" \
        RABBITMQ_CONFIG_FILE="$home/rabbitmq.conf" \
        RABBITMQ_CONFIG_FILES="$home/conf.d" \
        RABBITMQ_ADVANCED_CONFIG_FILE="$home/advanced.config" \
        RABBITMQ_ENABLED_PLUGINS_FILE="$home/enabled_plugins" \
        RABBITMQ_MNESIA_BASE="$home/data" \
        RABBITMQ_LOG_BASE="$home/log" \
        ERL_CRASH_DUMP="$home/erl_crash.dump" \
        RABBITMQ_PID_FILE="$home/pid" \
        "$(rabbit_script)"
    rabbit_pid=$REPLY
}

# The data is thrown away, so nothing needs an orderly shutdown.
end_server() { # PID
    [[ -n $1 ]] || return 0
    kill -KILL -- "-$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true # takes bash's report of how it ended with it
}

end_rabbit() {
    end_server "$rabbit_pid"
    end_server "$epmd_pid"
    rabbit_pid='' epmd_pid=''
}

end_servers() {
    end_server "$redis_pid"
    end_server "$cluster_pid"
    end_rabbit
}

# Ends whatever else carries this run's marker, such as a binary whose test was killed, and
# waits until all are gone: nothing may write to the folder that is removed next.
end_leftovers() {
    local deadline=$((SECONDS + 10)) environ
    while :; do
        local left=()
        for environ in $(env -u "$marker" grep -lsazxF -- "$marker=$dir" /proc/[0-9]*/environ); do
            environ=${environ#/proc/}
            left+=("${environ%/environ}")
        done
        ((${#left[@]} > 0 && SECONDS < deadline)) || break
        kill -KILL "${left[@]}" 2>/dev/null
        sleep 0.1
    done
}
