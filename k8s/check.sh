#!/bin/sh
# Checks manifests before they are applied: k8s/check.sh FOLDER. Prints what is wrong and ends with 1, or says that nothing is.
[ -d "$1" ] || { echo "k8s/check.sh: '$1' is no folder: name the one that holds the manifests" >&2; exit 2; }
folder=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 2
log=$(mktemp)
if mvn -B -pl k8s,jobs -am test -Dmanifests="$folder" -Dsurefire.failIfNoSpecifiedTests=false --fail-at-end \
    -Dtest='ManifestsTest#everythingThatAManifestNamesExists,OperatorTest#theOperatorFindsNothingWrong,KubernetesTest#kubernetesFindsNothingWrong' \
    > "$log" 2>&1; then
    echo "nothing wrong was found in $1"
    rm "$log"
    exit 0
fi
literally=$(printf %s "$folder" | sed 's/[][\.*^$(){}?+|]/\\&/g')
grep -oE "\"$literally/[^\"]+\"" "$log" | sort -u | tr -d '"' | grep . || echo "the check itself failed: see $log" >&2
exit 1
