# The host: REST, Swagger, the agents' gateway and the silo. Built from the root of the repository.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/Marketplace.Host -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
RUN mkdir -p /var/lib/marketplace && chown "$APP_UID" /var/lib/marketplace
USER $APP_UID
VOLUME /var/lib/marketplace
EXPOSE 8080 11111 30000
ENTRYPOINT ["dotnet", "Marketplace.Host.dll"]
