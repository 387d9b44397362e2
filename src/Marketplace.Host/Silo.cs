using System.Net;
using System.Net.Sockets;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Batches;
using Marketplace.Grains.Abstractions.Verification;
using Marketplace.Host.Storage;
using Marketplace.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Marketplace.Host;

/// <summary>The silo of this process and the storage below it.</summary>
public static class Silo
{
    /// <summary>Part of the key of every stored row and reminder: never changes.</summary>
    public const string ServiceId = "marketplace";

    /// <summary>Name by which Orleans' ADO.NET providers know SQLite; it loads Microsoft.Data.Sqlite.</summary>
    private const string SqliteInvariant = "System.Data.SQLite";

    private const string PostgresInvariant = "Npgsql";
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(120);

    /// <summary>
    /// Adds the silo, its grain storage (the default provider), its reminders, the blob store and the books' database.
    /// With nothing configured: SQLite in <c>data</c>, one process. Bad configuration throws at once, with a message
    /// that names the key and what is allowed.
    /// </summary>
    public static IHostApplicationBuilder AddMarketplaceSilo(this IHostApplicationBuilder builder)
    {
        var storage = Read<StorageOptions>(builder.Configuration, StorageOptions.Section, o => o.Faults());
        var endpoint = Read<SiloEndpointOptions>(builder.Configuration, SiloEndpointOptions.Section, o => o.Faults());
        storage.DataDirectory = Directory.CreateDirectory(storage.DataDirectory).FullName;

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(storage);
        builder.Services.AddSingleton(endpoint);
        builder.Services.AddSingleton(_ => Databases.From(storage));
        builder.Services.AddSingleton(services => services.GetRequiredService<Databases>().Books);
        builder.Services.AddSingleton<IBlobStore>(services => new FileBlobStore(
            Path.Combine(storage.DataDirectory, "blobs"), services.GetRequiredService<TimeProvider>()));
        builder.Services.AddKeyedSingleton<IBlobStore>(FileView.BlobsKey, (services, _) => new FileBlobStore(
            Path.Combine(storage.DataDirectory, "files"), services.GetRequiredService<TimeProvider>()));
        builder.Services.AddKeyedSingleton<IBlobStore>(FindingView.BlobsKey, (services, _) => new FileBlobStore(
            Path.Combine(storage.DataDirectory, "findings"), services.GetRequiredService<TimeProvider>()));
        builder.Services.AddHostedService<StorageStart>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);

        builder.UseOrleans(silo =>
        {
            AddCluster(silo, storage, endpoint);
            AddStorage(silo, storage.IsPostgreSql ? PostgresInvariant : SqliteInvariant);
            AddTimeouts(silo);
            silo.Services.Insert(0, ServiceDescriptor.Singleton<IGrainInterfaceTypeProvider, KnownInterfaces>());

            if (builder.Configuration[$"{WebOptions.Section}:{nameof(WebOptions.OtlpEndpoint)}"] is not null)
            {
                // Every grain call pays for it, so only where somebody collects the traces.
                silo.AddActivityPropagation();
            }
        });

        return builder;
    }

    private static void AddCluster(ISiloBuilder silo, StorageOptions storage, SiloEndpointOptions endpoint)
    {
        var port = endpoint.Port == 0 ? FreePort() : endpoint.Port;
        var gatewayPort = endpoint.GatewayPort == 0 ? FreePort() : endpoint.GatewayPort;

        if (!storage.IsPostgreSql)
        {
            silo.UseLocalhostClustering(port, gatewayPort, serviceId: ServiceId, clusterId: endpoint.ClusterId);
            return;
        }

        silo.Configure<ClusterOptions>(cluster =>
        {
            cluster.ServiceId = ServiceId;
            cluster.ClusterId = endpoint.ClusterId;
        });
        silo.Configure<EndpointOptions>(o =>
        {
            var address = IPAddress.Parse(endpoint.AdvertisedAddress);
            var listen = IPAddress.IsLoopback(address) ? address : AnyOf(address);
            o.AdvertisedIPAddress = address;
            o.SiloPort = port;
            o.GatewayPort = gatewayPort;
            o.SiloListeningEndpoint = new IPEndPoint(listen, port);
            o.GatewayListeningEndpoint = new IPEndPoint(listen, gatewayPort);
        });
        silo.UseAdoNetClustering((OptionsBuilder<AdoNetClusteringSiloOptions> options) =>
            options.Configure<Databases>((o, databases) =>
            {
                o.Invariant = PostgresInvariant;
                o.DataSource = databases.Orleans;
            }));
    }

    private static void AddStorage(ISiloBuilder silo, string invariant)
    {
        silo.UseSystemTextJsonGrainStorageSerializer();
        silo.AddAdoNetGrainStorageAsDefault((OptionsBuilder<AdoNetGrainStorageOptions> options) =>
            options.Configure<Databases>((o, databases) =>
            {
                o.Invariant = invariant;
                o.DataSource = databases.Orleans;
            }));
        silo.UseAdoNetReminderService((OptionsBuilder<AdoNetReminderTableOptions> options) =>
            options.Configure<Databases>((o, databases) =>
            {
                o.Invariant = invariant;
                o.DataSource = databases.Orleans;
            }));
    }

    /// <summary>A dead silo is noticed after about six seconds; two must agree where there are three or more.</summary>
    private static void AddTimeouts(ISiloBuilder silo)
    {
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = ProbeTimeout;
            membership.NumMissedProbesLimit = 3;
            membership.NumVotesForDeathDeclaration = 2;
        });
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = ResponseTimeout);
        silo.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = ResponseTimeout);
    }

    private static TOptions Read<TOptions>(
        IConfiguration configuration, string section, Func<TOptions, IEnumerable<string>> faults)
        where TOptions : class, new()
    {
        var options = new TOptions();

        try
        {
            configuration.GetSection(section).Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException wrong)
        {
            var known = string.Join(", ", typeof(TOptions).GetProperties().Select(property => property.Name));
            throw new StartException($"{section}: {wrong.Message} Allowed keys: {known}.");
        }

        var found = faults(options).ToList();

        return found.Count == 0 ? options : throw new OptionsValidationException(section, typeof(TOptions), found);
    }

    private static IPAddress AnyOf(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
