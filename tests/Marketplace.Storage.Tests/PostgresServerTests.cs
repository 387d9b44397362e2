using Marketplace.Testing;
using Npgsql;

namespace Marketplace.Storage.Tests;

public sealed class PostgresServerTests
{
    [Fact]
    public async Task Every_request_makes_an_empty_database_of_its_own()
    {
        var cancel = TestContext.Current.CancellationToken;
        var server = await PostgresServer.SkipUnlessAvailable();

        var one = await server.CreateDatabase(cancel);
        var other = await server.CreateDatabase(cancel);

        Assert.NotEqual(one, other, StringComparer.Ordinal);
        await using var connection = new NpgsqlConnection(one);
        await connection.OpenAsync(cancel);
        await using var command = new NpgsqlCommand("SHOW fsync", connection);
        Assert.Equal("on", await command.ExecuteScalarAsync(cancel));
    }
}
