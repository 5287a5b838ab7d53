# Process 1 does not hear SIGTERM unless it asks to: a shell that waits for the server lets a stop take no time.
trap 'kill "$server"; exit 0' TERM INT
httpd -f -p 8080 -h /site &
server=$!
wait "$server"
