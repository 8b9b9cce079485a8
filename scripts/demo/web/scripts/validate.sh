#!/bin/sh
host=${0%/agent/*}
for _ in 1 2 3 4 5 6 7 8 9 10; do
  page=$(node -e "fetch('http://127.0.0.1:$(cat "$host/port")').then((a) => a.text()).then(console.log, () => process.exit(1))") && break
  sleep 0.3
done
echo "The page says: $page"
case "$page" in
  *broken*) echo "the page is broken on $(basename "$host")" >&2; exit 1 ;;
  Welcome*) exit 0 ;;
esac
exit 1
