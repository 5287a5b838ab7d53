#!/bin/sh
# Starts the controller: takes the secrets out of the environment, where every job would read them, then becomes
# tini and Jenkins. It is process 1 until then, so /proc/1/environ is without them too.
set -eu
umask 077

here=$(cd "$(dirname "$0")" && pwd)
private=${FARGATE_CI_PRIVATE:-/dev/shm/fargate-ci}
workspaces=${FARGATE_CI_WORKSPACES:-/var/jenkins_workspaces}

# Checks all settings, then writes the secrets and the configuration that depends on them.
FARGATE_CI_PRIVATE=$private node "$here/configure.mjs" || exit $?

# The GitHub credential is for GitHub alone: another host that serves the library must not see it.
LIBRARY_CREDENTIAL=
case ${LIBRARY_REPOSITORY:-} in
  https://github.com/*) [ -z "${GITHUB_CREDENTIAL:-}" ] || LIBRARY_CREDENTIAL=github ;;
esac
unset ADMIN_PASSWORD GITHUB_CREDENTIAL

# The location needs its trailing slash: Jenkins appends to it.
JENKINS_URL=${JENKINS_URL%/}/
ADMIN_USER=${ADMIN_USER:-admin}
EXECUTORS=${EXECUTORS:-2}
FARGATE_CI_PREFIX=${FARGATE_CI_PREFIX:-fargate-ci}
FARGATE_CI_PRIVATE=$private
CASC_JENKINS_CONFIG=${CASC_JENKINS_CONFIG:-$here/casc},$private/casc
export JENKINS_URL ADMIN_USER EXECUTORS FARGATE_CI_PREFIX FARGATE_CI_PRIVATE CASC_JENKINS_CONFIG LIBRARY_CREDENTIAL

# No build survives a restart of Jenkins, so these workspaces are of no use.
if [ -d "$workspaces" ]; then
  find "$workspaces" -mindepth 1 -maxdepth 1 -exec rm -rf -- {} +
fi

# Not for the files that Jenkins writes: other users of the file system may read them as before.
umask 022
exec tini -- jenkins.sh "$@"
