#!/usr/bin/env bash
# Deploys an AppSpec with bash and the AWS CLI alone; exit code 0 if the deployment succeeded.
#
#   APPLICATION, GROUP            where to
#   APPSPEC                       the file
#   AWS_ENDPOINT_URL_CODEDEPLOY   the output ApiEndpoint, with applications/NAME behind it for a role of one application
#   POLL_SECONDS                  between two looks, 5 if not set
set -euo pipefail

# Has the AWS CLI sign for API Gateway.
models=$(mktemp -d)
trap 'rm -rf "$models"' EXIT
mkdir -p "$models/codedeploy/2014-10-06"
echo '{ "version": 1.0, "merge": { "metadata": { "signingName": "execute-api" } } }' \
  > "$models/codedeploy/2014-10-06/service-2.sdk-extras.json"
export AWS_DATA_PATH=$models

id=$(aws deploy create-deployment --application-name "$APPLICATION" --deployment-group-name "$GROUP" \
  --revision "revisionType=AppSpecContent,appSpecContent={content@=file://$APPSPEC}" \
  --query deploymentId --output text)

seen=
while true; do
  status=$(aws deploy get-deployment --deployment-id "$id" --query deploymentInfo.status --output text)
  if [ "$status" != "$seen" ]; then echo "$id $status"; fi
  seen=$status
  case $status in
    Succeeded) exit 0 ;;
    Failed | Stopped)
      aws deploy get-deployment --deployment-id "$id" --output json \
        --query 'deploymentInfo.{reason: errorInformation, rollback: rollbackInfo}'
      exit 1
      ;;
  esac
  sleep "${POLL_SECONDS:-5}"
done
