using System.Data;
using System.Globalization;

namespace Marketplace.Storage.Tests.Sql;

/// <summary>What Orleans asks of the statements for membership; only PostgreSQL has them.</summary>
[Trait("Category", "Postgres")]
public sealed class PostgresMembershipTests : IAsyncDisposable
{
    private const int Active = 3;
    private const int Dead = 6;
    private const int RacersMax = 8;
    private static readonly DateTime Start = new(2026, 3, 1, 12, 30, 15, 250, DateTimeKind.Utc);
    private readonly PostgresStore _store = new();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task The_table_is_made_once_and_read_without_silos()
    {
        var store = await _store.Open();

        Assert.True(await Insert(store));
        Assert.False(await Insert(store));

        var row = Assert.Single(await ReadAll(store));
        Assert.Equal(0, row["Version"]);
        Assert.Null(row["Address"]);
        Assert.Null(row["Status"]);
    }

    [Fact]
    public async Task A_silo_joins_with_the_version_that_was_read_only()
    {
        var store = await _store.Open();
        await Insert(store);

        Assert.False(await Join(store, 11_111, version: 1));
        Assert.Null(Assert.Single(await ReadAll(store))["Address"]);
        Assert.True(await Join(store, 11_111, version: 0));
        Assert.False(await Join(store, 11_112, version: 0));
        Assert.False(await Join(store, 11_111, version: 1));
        Assert.True(await Join(store, 11_112, version: 1));

        var rows = await ReadAll(store);
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Equal(2, row["Version"]));
        var row = Assert.Single(await ReadOne(store, 11_111));
        Assert.Equal("10.0.0.1", row["Address"]);
        Assert.Equal("silo", row["SiloName"]);
        Assert.Equal("host", row["HostName"]);
        Assert.Equal(30_000, row["ProxyPort"]);
        Assert.Equal(Start, row["StartTime"]);
        Assert.Null(row["SuspectTimes"]);
    }

    [Fact]
    public async Task Reading_a_silo_that_is_not_there_still_tells_the_version()
    {
        var store = await _store.Open();
        await Insert(store);
        await Join(store, 11_111, version: 0);

        var row = Assert.Single(await ReadOne(store, 22_222));

        Assert.Equal(1, row["Version"]);
        Assert.Null(row["Address"]);
    }

    [Fact]
    public async Task A_silo_is_updated_with_the_version_that_was_read_only()
    {
        var store = await _store.Open();
        await Insert(store);
        await Join(store, 11_111, version: 0);

        Assert.False(await Update(store, 11_111, Active, version: 0, suspects: null));
        Assert.False(await Update(store, 22_222, Active, version: 1, suspects: null));
        Assert.True(await Update(store, 11_111, Active, version: 1, suspects: "S10.0.0.2:1@1,2026-03-01"));

        var row = Assert.Single(await ReadAll(store));
        Assert.Equal(2, row["Version"]);
        Assert.Equal(Active, row["Status"]);
        Assert.Equal("S10.0.0.2:1@1,2026-03-01", row["SuspectTimes"]);
    }

    [Fact]
    public async Task Of_many_changes_with_one_version_one_wins()
    {
        var store = await _store.Open();
        await Insert(store);

        var joined = await Task.WhenAll(Enumerable.Range(0, RacersMax).Select(at => Join(store, 1_000 + at, version: 0)));

        Assert.Single(joined, done => done);
        Assert.Equal(1, Assert.Single(await ReadAll(store))["Version"]);
    }

    [Fact]
    public async Task A_sign_of_life_changes_no_version()
    {
        var store = await _store.Open();
        await Insert(store);
        await Join(store, 11_111, version: 0);
        var later = Start.AddMinutes(1);

        await store.Run("UpdateIAmAlivetimeKey", [.. Silo(11_111), ("IAmAliveTime", later, DbType.DateTime)]);

        var row = Assert.Single(await ReadAll(store));
        Assert.Equal(later, row["IAmAliveTime"]);
        Assert.Equal(1, row["Version"]);
    }

    [Fact]
    public async Task Gateways_are_the_silos_of_a_status_that_take_clients()
    {
        var store = await _store.Open();
        await Insert(store);
        await Join(store, 11_111, version: 0);
        await Join(store, 11_112, version: 1, proxyPort: 0);
        await Join(store, 11_113, version: 2);
        await Update(store, 11_111, Active, version: 3, suspects: null);
        await Update(store, 11_112, Active, version: 4, suspects: null);

        var row = Assert.Single(await store.Run(
            "GatewaysQueryKey", Deployment(), ("Status", Active, DbType.Int32)));

        Assert.Equal("10.0.0.1", row["Address"]);
        Assert.Equal(30_000, row["ProxyPort"]);
        Assert.Equal(7, row["Generation"]);
    }

    [Fact]
    public async Task Only_dead_silos_of_long_ago_are_cleaned_up()
    {
        var store = await _store.Open();
        await Insert(store);
        await Join(store, 11_111, version: 0);
        await Join(store, 11_112, version: 1);
        await Update(store, 11_111, Dead, version: 2, suspects: null);

        await store.Run("CleanupDefunctSiloEntriesKey", Deployment(), ("IAmAliveTime", Start, DbType.DateTime));
        Assert.Equal(2, (await ReadAll(store)).Count);
        await store.Run("CleanupDefunctSiloEntriesKey", Deployment(), ("IAmAliveTime", Start.AddDays(1), DbType.DateTime));

        Assert.Equal(11_112, Assert.Single(await ReadAll(store))["Port"]);
    }

    [Fact]
    public async Task A_deployment_is_deleted_and_no_other()
    {
        var store = await _store.Open();
        await Insert(store);
        await Insert(store, "other");
        await Join(store, 11_111, version: 0);

        await store.Run("DeleteMembershipTableEntriesKey", Deployment());

        Assert.Empty(await ReadAll(store));
        Assert.Single(await ReadAll(store, "other"));
    }

    private static (string Name, object? Value, DbType Type) Deployment(string deployment = "one") =>
        ("DeploymentId", deployment, DbType.String);

    private static (string Name, object? Value, DbType Type)[] Silo(int port) =>
    [
        Deployment(), ("Address", "10.0.0.1", DbType.String), ("Port", port, DbType.Int32), ("Generation", 7, DbType.Int32),
    ];

    private static async Task<bool> Insert(OrleansStore store, string deployment = "one") =>
        Answer(await store.Run("InsertMembershipVersionKey", Deployment(deployment)));

    private static Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> ReadAll(
        OrleansStore store, string deployment = "one") => store.Run("MembershipReadAllKey", Deployment(deployment));

    private static Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> ReadOne(OrleansStore store, int port) =>
        store.Run("MembershipReadRowKey", Silo(port));

    private static async Task<bool> Join(OrleansStore store, int port, int version, int proxyPort = 30_000) =>
        Answer(await store.Run(
            "InsertMembershipKey",
            [
                .. Silo(port),
                ("SiloName", "silo", DbType.String),
                ("HostName", "host", DbType.String),
                ("Status", 1, DbType.Int32),
                ("ProxyPort", proxyPort, DbType.Int32),
                ("StartTime", Start, DbType.DateTime),
                ("IAmAliveTime", Start, DbType.DateTime),
                ("Version", version, DbType.Int32),
            ]));

    private static async Task<bool> Update(OrleansStore store, int port, int status, int version, string? suspects) =>
        Answer(await store.Run(
            "UpdateMembershipKey",
            [
                .. Silo(port),
                ("Status", status, DbType.Int32),
                ("SuspectTimes", suspects, DbType.String),
                ("IAmAliveTime", Start, DbType.DateTime),
                ("Version", version, DbType.Int32),
            ]));

    private static bool Answer(IReadOnlyList<IReadOnlyDictionary<string, object?>> rows) =>
        Convert.ToBoolean(Assert.Single(Assert.Single(rows)).Value, CultureInfo.InvariantCulture);
}
