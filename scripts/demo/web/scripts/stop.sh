#!/bin/sh
# The script lies in the agent's folder of this host: beside it are the host's files and what else is its own.
host=${0%/agent/*}
[ -f "$host/web.pid" ] && kill "$(cat "$host/web.pid")"
rm -f "$host/web.pid"
