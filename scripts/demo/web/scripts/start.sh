#!/bin/sh
host=${0%/agent/*}
nohup node "$host/files/opt/web/server.mjs" "$(cat "$host/port")" > "$host/web.log" 2>&1 < /dev/null &
echo $! > "$host/web.pid"
