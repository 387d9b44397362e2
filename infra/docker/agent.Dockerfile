# A provider's agent on the processor. GPUs need the vendor's driver and runtime in the container besides.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/Marketplace.Agent -c Release -o /app

FROM mcr.microsoft.com/dotnet/runtime:10.0
WORKDIR /app
COPY --from=build /app .
COPY infra/docker/agent.sh .
RUN mkdir -p /var/lib/marketplace-agent && chown "$APP_UID" /var/lib/marketplace-agent
USER $APP_UID
VOLUME /var/lib/marketplace-agent
ENTRYPOINT ["sh", "/app/agent.sh"]
