#!/bin/sh
# Checks manifests of one's own before they are applied: k8s/check.sh FOLDER
set -e
[ -d "$1" ] || { echo "k8s/check.sh: name the folder of manifests to check, not '$1'" >&2; exit 2; }
folder=$(realpath "$1")
cd "$(dirname "$0")/.."
mvn -q -pl k8s,jobs -am test -Dsurefire.failIfNoSpecifiedTests=false -Dmanifests="$folder" \
    -Dtest='ManifestsTest#everythingThatAManifestNamesExists,OperatorTest#theOperator*Manifest,KubernetesTest#kubernetesReadsEveryKey'
echo "$1: nothing wrong was found"
