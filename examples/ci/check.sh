#!/bin/sh
# Any other host: check the statements below the present folder, and their numbers where the records are there.
# Exit code: 0 no error, 1 an error or a refuted number, 2 a file that cannot be read.
set -u
dls validate "$@" || exit $?
find . -name '.git*' -type d -prune -o \( -name dls.yaml -o -name '*.dls.yaml' -o -name dls.yml -o -name '*.dls.yml' \
    -o -name dls.json -o -name '*.dls.json' \) -print |
    while read -r statement; do dls recompute --allow-unverified "$statement" || exit $?; done
