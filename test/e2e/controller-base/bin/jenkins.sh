#!/bin/sh
# Answers as a Jenkins does to whoever is not logged in.
exec node -e '
const page = JSON.stringify({ url: process.env.JENKINS_URL, casc: process.env.CASC_JENKINS_CONFIG, password: "ADMIN_PASSWORD" in process.env });
require("http").createServer((request, answer) => { answer.writeHead(request.url === "/login" ? 200 : 403); answer.end(page) }).listen(8080)'
