#!/bin/bash
# Makes one trail with an array job of AWS Batch, and joins the manifests when all of its jobs are done:
#
#   aws batch register-job-definition --cli-input-json file://deploy/aws-batch/job-definition.json
#   deploy/aws-batch/submit.sh my-queue 100 /shared/scenario.toml s3://audit-lab/logs /shared/manifests
#
# Before, put your image, roles and file system into the definition, and the scenario onto that file system. Batch numbers
# the jobs of an array from 0 and tells each how many there are (2 to 10,000); `--shard auto` reads both. A job that is
# tried again skips what it has delivered.
set -euo pipefail
queue=${1:?job queue} shards=${2:?number of shards} scenario=${3:?scenario file} trail=${4:?bucket}
manifests=${5:?folder for manifests}

array=$(aws batch submit-job --job-name mocktrail-shards --job-queue "$queue" --job-definition mocktrail \
    --array-properties "size=$shards" --parameters "scenario=$scenario,trail=$trail,manifests=$manifests" \
    --query jobId --output text)
merge=$(aws batch submit-job --job-name mocktrail-merge --job-queue "$queue" --job-definition mocktrail \
    --depends-on "jobId=$array" --container-overrides "command=manifest,merge,$manifests,--to,$trail" \
    --query jobId --output text)
echo "shards are job $array, joining their manifests is job $merge"
