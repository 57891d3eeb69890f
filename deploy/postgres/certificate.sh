#!/bin/sh
# Makes an authority and PostgreSQL's certificate by it, once: `certificate.sh FOLDER HOST`.
# For one machine, where nobody else issues any; the authority's key is not kept.
set -eu
cd "$1"
[ -e server.crt ] && exit 0
umask 077
openssl req -x509 -newkey rsa:3072 -nodes -days 3650 -subj "/CN=isthmus compose" \
    -keyout authority.key -out ca.pem
openssl req -newkey rsa:3072 -nodes -subj "/CN=$2" -keyout server.key -out server.csr
printf 'subjectAltName=DNS:%s,DNS:localhost,IP:127.0.0.1\n' "$2" > names
openssl x509 -req -days 3650 -in server.csr -CA ca.pem -CAkey authority.key -CAcreateserial \
    -extfile names -out server.part
rm -f authority.key server.csr names ./*.srl
chmod 644 ca.pem
# PostgreSQL refuses a key that others may read.
[ "$(id -u)" != 0 ] || chown postgres server.key server.part
mv server.part server.crt
