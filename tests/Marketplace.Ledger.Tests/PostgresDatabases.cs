using System.Globalization;
using Marketplace.Testing;
using Npgsql;

namespace Marketplace.Ledger.Tests;

/// <summary>Books in a fresh schema of one PostgreSQL database: a schema is made faster than a database.</summary>
internal static class PostgresDatabases
{
    private static readonly Lazy<Task<string>> Database = new(MakeDatabase);
    private static int Schemas;

    public static async Task<TestBook> Open()
    {
        await PostgresServer.SkipUnlessAvailable();
        var schema = string.Create(CultureInfo.InvariantCulture, $"books_{Interlocked.Increment(ref Schemas)}");
        var settings = new NpgsqlConnectionStringBuilder(await Database.Value) { SearchPath = schema };
        var source = NpgsqlDataSource.Create(settings);

        await using (var command = source.CreateCommand($"CREATE SCHEMA {schema}"))
        {
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        return await TestBook.Open(
            LedgerDatabase.PostgreSql(source), source, LedgerScripts.PostgreSqlPrefix, () => ValueTask.CompletedTask);
    }

    private static async Task<string> MakeDatabase()
    {
        var server = await PostgresServer.SkipUnlessAvailable();
        return await server.CreateDatabase(CancellationToken.None);
    }
}
