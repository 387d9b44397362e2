using System.Text;
using Marketplace.Host.Ledger;
using Marketplace.Host.Storage;
using Marketplace.Host.Tests.Storage;
using Marketplace.Ledger;
using Marketplace.Ledger.Verify;
using Marketplace.Testing;
using Microsoft.Data.Sqlite;

namespace Marketplace.Host.Tests.Ledger;

public sealed class StoredLeasesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-leases-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task Leases_are_what_the_stored_states_of_open_work_say_on_sqlite() =>
        Leases_are_what_is_stored(new StorageOptions { DataDirectory = _folder });

    [Fact]
    [Trait("Category", "Postgres")]
    public async Task Leases_are_what_the_stored_states_of_open_work_say_on_postgresql()
    {
        var server = await PostgresServer.SkipUnlessAvailable();
        await Leases_are_what_is_stored(new StorageOptions
        {
            DataDirectory = _folder,
            Provider = "PostgreSql",
            ConnectionString = await server.CreateDatabase(Cancel),
        });
    }

    private static async Task Leases_are_what_is_stored(StorageOptions options)
    {
        await TestHost.Stop(await TestHost.Start(
            ("Storage:DataDirectory", options.DataDirectory),
            ("Storage:Provider", options.IsPostgreSql ? "PostgreSql" : "Sqlite"),
            ("Storage:ConnectionString", options.ConnectionString)));
        await using var databases = Databases.From(options);
        using var book = new Book(databases.Books, TimeProvider.System);
        var register = new Register(databases.Books, book);
        await register.Put(
            [
                Row("job", "job_1", "running"), Row("job", "job_2", "running"), Row("job", "job_3", "succeeded"),
                Row("job", "job_4", "queued"), Row("render", "rnd_1", "running"),
            ],
            Cancel);
        await Store(databases, "inference-job", "job_1", """{"Attempt":{"Id":"att_1","Device":"dev_1"},"Settlement":null}""");
        await Store(databases, "inference-job", "job_2", """{"Attempt":{"Id":"att_2","Device":"dev_1"},"Settlement":{}}""");
        await Store(databases, "inference-job", "job_3", """{"Attempt":{"Id":"att_3","Device":"dev_1"}}""");
        await Store(databases, "inference-job", "job_4", """{"Attempt":{"Id":"att_4","Device":"dev_1"}}""");
        await Store(databases, "render", "rnd_1", """{"Running":[{"Id":"att_5","Device":"dev_2"},{"Id":"att_6","Device":"dev_2"}]}""");
        await Store(databases, "device", "dev_1", """{"Spec":{"Slots":1}}""");
        await Store(databases, "device", "dev_2", """{"Spec":{"Slots":4}}""");

        Assert.Equal(
            [
                new ActiveLease("dev_1", "job_1", "att_1", 1), new("dev_2", "rnd_1", "att_5", 4),
                new("dev_2", "rnd_1", "att_6", 4),
            ],
            (await new StoredLeases(databases, register).Read(Cancel)).OrderBy(lease => lease.Attempt, StringComparer.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static RegisterRow Row(string kind, string id, string state) =>
        new(kind, id, "acc_1", state, "{}", DateTimeOffset.MaxValue);

    private static async Task Store(Databases databases, string name, string id, string state)
    {
        await using var connection = await databases.Orleans.OpenConnectionAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            INSERT INTO grain_state(grain_id_hash, grain_id_n0, grain_id_n1, state_name_hash, state_name, grain_id_text,
              service_id, payload, version, {(connection is SqliteConnection ? "modified_ms" : "modified_at")})
            VALUES (1, 0, 0, 1, @name, @id, 'marketplace', @payload, 1, {(connection is SqliteConnection ? "0" : "now()")})
            """;

        foreach (var (key, value) in new (string, object)[]
        {
            ("@name", name), ("@id", id), ("@payload", Encoding.UTF8.GetBytes(state)),
        })
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (key, value);
            command.Parameters.Add(parameter);
        }

        await command.ExecuteNonQueryAsync(Cancel);
    }
}
