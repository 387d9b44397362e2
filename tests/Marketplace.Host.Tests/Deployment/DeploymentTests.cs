using System.Globalization;
using Marketplace.Host.Storage;
using Marketplace.Host.Tests.Configuration;
using Microsoft.Extensions.Configuration;
using YamlDotNet.RepresentationModel;

namespace Marketplace.Host.Tests.Deployment;

/// <summary>docker-compose.yml and k8s/base describe a system that this host would start in.</summary>
public sealed class DeploymentTests
{
    private const string AdminKey = "MARKETPLACE_ADMIN_KEY";

    /// <summary>Stands in for what only the cluster or whoever starts it knows.</summary>
    private static readonly Dictionary<string, string> FilledIn = new(StringComparer.Ordinal)
    {
        ["Silo__AdvertisedAddress"] = "10.0.0.7",
        ["Storage__ConnectionString"] = "Host=postgres",
    };

    public static TheoryData<string> Hosts => [.. HostEnvironment.All().Select(host => host.Name)];

    public static TheoryData<string> Files => [Manifests.Compose, .. Manifests.KubernetesFiles];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_manifest_is_yaml(string file) => Assert.NotEmpty(Manifests.Documents(file));

    [Theory]
    [MemberData(nameof(Hosts))]
    public void A_host_sets_only_keys_that_the_options_classes_have(string name)
    {
        var known = OptionsClasses.All
            .SelectMany(type => OptionsClasses.Properties(type).Select(p => $"{OptionsClasses.Section(type)}__{p.Name}"))
            .Append(AdminKey)
            .ToHashSet(StringComparer.Ordinal);

        var unknown = Host(name).Values.Keys.Except(known, StringComparer.Ordinal);

        Assert.Equal("", string.Join(", ", unknown));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void A_host_sets_only_values_that_can_be_bound(string name)
    {
        var configuration = Configuration(Host(name));

        foreach (var type in OptionsClasses.All)
        {
            configuration.GetSection(OptionsClasses.Section(type)).Bind(
                OptionsClasses.Defaults(type), binder => binder.ErrorOnUnknownConfiguration = true);
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void A_host_has_storage_and_a_place_in_the_cluster_that_it_accepts(string name)
    {
        var configuration = Configuration(Host(name));
        var storage = configuration.GetSection(StorageOptions.Section).Get<StorageOptions>()!;
        var silo = configuration.GetSection(SiloEndpointOptions.Section).Get<SiloEndpointOptions>()!;

        Assert.True(storage.IsPostgreSql, "more than one host needs PostgreSQL");
        Assert.Empty(storage.Faults().Concat(silo.Faults()));
    }

    [Fact]
    public void Hosts_of_compose_share_a_cluster_and_no_port()
    {
        var hosts = HostEnvironment.All().Where(host => host.Name.StartsWith(Manifests.Compose, StringComparison.Ordinal)).ToList();
        string[] ports = [.. hosts.SelectMany(host => new[]
            { host.Values["Silo__Port"]!, host.Values["Silo__GatewayPort"]!, host.Values["Host__Url"]!.Split(':')[^1] })];

        Assert.Equal(2, hosts.Count);
        Assert.Single(hosts.Select(host => host.Values["Silo__ClusterId"]).Distinct(StringComparer.Ordinal));
        Assert.Equal(ports.Length, ports.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Ports_of_the_pod_are_those_that_the_host_listens_on()
    {
        var values = HostEnvironment.All().Single(host => host.Name == "k8s/base").Values;
        var container = Manifests.Items(HostEnvironment.KubernetesHost(), "spec", "template", "spec", "containers").Single();
        var ports = Manifests.Items(container, "ports").ToDictionary(
            port => Manifests.Text(port, "name")!, port => Manifests.Text(port, "containerPort")!, StringComparer.Ordinal);

        Assert.Equal(values["Silo__Port"], ports["silo"]);
        Assert.Equal(values["Silo__GatewayPort"], ports["gateway"]);
        Assert.EndsWith($":{ports["http"]}", values["Host__Url"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_pod_is_given_longer_to_stop_than_the_host_takes()
    {
        var values = HostEnvironment.All().Single(host => host.Name == "k8s/base").Values;
        var takes = TimeSpan.Parse(values["Host__ShutdownTimeout"]!, CultureInfo.InvariantCulture);
        var given = Manifests.Text(HostEnvironment.KubernetesHost(), "spec", "template", "spec", "terminationGracePeriodSeconds");

        Assert.True(TimeSpan.FromSeconds(int.Parse(given!, CultureInfo.InvariantCulture)) > takes);
    }

    [Fact]
    public void The_sanctions_list_is_fetched_to_where_the_hosts_read_it()
    {
        var path = HostEnvironment.All().Single(host => host.Name == "k8s/base").Values["Compliance__ListPath"];
        var fetch = Manifests.At(Manifests.OfKind("CronJob").Single(), "spec", "jobTemplate", "spec", "template", "spec")!;
        var host = Manifests.At(HostEnvironment.KubernetesHost(), "spec", "template", "spec")!;
        var script = Manifests.Items(Manifests.Items(fetch, "containers").Single(), "args").Single().ToString();

        Assert.NotNull(Claim(host, path));
        Assert.Equal(Claim(host, path), Claim(fetch, path));
        Assert.Contains($" {path}/sdn.xml", script, StringComparison.Ordinal);
        Assert.Contains(
            Claim(host, path),
            Manifests.OfKind("PersistentVolumeClaim").Select(claim => Manifests.Text(claim, "metadata", "name")),
            StringComparer.Ordinal);

        static string? Claim(YamlNode pod, string? path)
        {
            var mount = Manifests.Items(Manifests.Items(pod, "containers").Single(), "volumeMounts")
                .SingleOrDefault(one => Manifests.Text(one, "mountPath") == path);
            return Manifests.Items(pod, "volumes")
                .Where(volume => Manifests.Text(volume, "name") == Manifests.Text(mount, "name"))
                .Select(volume => Manifests.Text(volume, "persistentVolumeClaim", "claimName"))
                .SingleOrDefault();
        }
    }

    [Fact]
    public void What_the_base_names_is_in_it()
    {
        var resources = Manifests.Items(Manifests.Documents("k8s/base/kustomization.yaml")[0], "resources")
            .Select(node => node.ToString());
        var secret = Manifests.Documents("k8s/base/secret.example.yaml")[0];
        var keys = Manifests.Entries(Manifests.At(secret, "stringData")).Select(entry => entry.Key).ToList();
        var wanted = Manifests.OfKind("Deployment").Concat(Manifests.OfKind("StatefulSet"))
            .SelectMany(document => Manifests.Items(document, "spec", "template", "spec", "containers"))
            .SelectMany(container => Manifests.Items(container, "env"))
            .Select(variable => Manifests.Text(variable, "valueFrom", "secretKeyRef", "key"))
            .OfType<string>();

        Assert.All(resources, resource => Assert.True(File.Exists(Manifests.Full($"k8s/base/{resource}")), resource));
        Assert.All(wanted, key => Assert.Contains(key, keys, StringComparer.Ordinal));
    }

    [Fact]
    public void Images_are_built_from_files_that_are_there()
    {
        var compose = Manifests.Documents(Manifests.Compose)[0];
        var files = Manifests.Entries(Manifests.At(compose, "services"))
            .Select(service => Manifests.Text(service.Value, "build", "dockerfile"))
            .OfType<string>()
            .ToList();

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.True(File.Exists(Manifests.Full(file)), file));
    }

    private static HostEnvironment Host(string name) => HostEnvironment.All().Single(host => host.Name == name);

    private static IConfiguration Configuration(HostEnvironment host) => new ConfigurationBuilder()
        .AddInMemoryCollection(host.Values
            .Where(pair => pair.Key != AdminKey)
            .Select(pair => KeyValuePair.Create(
                pair.Key.Replace("__", ":", StringComparison.Ordinal), pair.Value ?? FilledIn.GetValueOrDefault(pair.Key))))
        .Build();
}
