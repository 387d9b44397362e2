#!/bin/sh
# Enrols the device at the first start, with the one-time code of its provider, and works from then on.
set -eu
data=/var/lib/marketplace-agent
url="${MARKETPLACE_URL:?give the base URL of the market}"
device="${MARKETPLACE_DEVICE:-host}"
if [ ! -e "$data/enrolled" ]; then
    dotnet /app/marketplace-agent.dll enrol --url "$url" --data "$data" --device "$device" \
        --region "${MARKETPLACE_REGION:-local}" \
        --code "${MARKETPLACE_ENROLMENT_CODE:?give the code from POST /v1/provider/enrolment-codes}"
    touch "$data/enrolled"
fi
exec dotnet /app/marketplace-agent.dll run --url "$url" --data "$data" --device "$device"
