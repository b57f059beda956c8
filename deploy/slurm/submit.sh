#!/bin/bash
# Makes one trail with the tasks of a Slurm array, and joins their manifests when all of them are done:
#
#   deploy/slurm/submit.sh 100 scenario.toml /shared/trail
#   deploy/slurm/submit.sh 100 scenario.toml s3://audit-lab/logs /shared/manifests
#
# The last argument is a folder that all nodes see; for a trail in a directory, it is a part of that by default.
# `mocktrail` must be on the PATH of the nodes. Options for sbatch (partition, account, time) go into SBATCH_… variables.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
shards=${1:?number of shards} scenario=${2:?scenario file} trail=${3:?destination}
manifests=${4:-$trail/.mocktrail}

array=$(sbatch --parsable --array="0-$((shards - 1))" --export="ALL,MOCKTRAIL_SHARD_COUNT=$shards" \
    "$here/shards.sbatch" "$scenario" "$trail" "$manifests")
merge=$(sbatch --parsable --dependency="afterok:$array" --kill-on-invalid-dep=yes \
    "$here/merge.sbatch" "$trail" "$manifests")
echo "shards are job $array, joining their manifests is job $merge"
echo "to run shards 4 and 18 again: MOCKTRAIL_SHARD_COUNT=$shards sbatch --array=3,17 $here/shards.sbatch $scenario $trail $manifests"
