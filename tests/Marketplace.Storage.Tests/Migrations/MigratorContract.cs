using System.Data.Common;
using System.Reflection;
using Marketplace.Storage.Migrations;

namespace Marketplace.Storage.Tests.Migrations;

/// <summary>What a migration does and refuses; each engine runs it on scripts embedded in this assembly.</summary>
public abstract class MigratorContract
{
    private const int RacersMax = 6;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<(Migrator Migrator, DbDataSource Source)> Open();

    [Fact]
    public async Task Scripts_run_once_in_their_order()
    {
        var (migrator, source) = await Open();

        Assert.Equal(["orleans/0001_first.sql"], await migrator.Migrate([Set("one")], Cancel));
        Assert.Equal(["orleans/0002_second.sql"], await migrator.Migrate([Set("two")], Cancel));
        Assert.Empty(await migrator.Migrate([Set("two")], Cancel));

        Assert.Equal(2L, Convert.ToInt64(await Ask(source, "SELECT COUNT(*) FROM word"), null));
    }

    [Fact]
    public async Task A_changed_script_is_refused_by_its_name()
    {
        var (migrator, _) = await Open();
        await migrator.Migrate([Set("two")], Cancel);

        var error = await Assert.ThrowsAsync<MigrationException>(() => migrator.Migrate([Set("changed")], Cancel));

        Assert.Contains("'orleans/0001_first.sql' was changed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        var (migrator, _) = await Open();
        await migrator.Migrate([Set("two")], Cancel);

        var error = await Assert.ThrowsAsync<MigrationException>(() => migrator.Migrate([Set("one")], Cancel));

        Assert.Contains("'orleans/0002_second.sql', which this version does not know", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_fails_leaves_nothing_of_its_set()
    {
        var (migrator, source) = await Open();

        await Assert.ThrowsAnyAsync<DbException>(() => migrator.Migrate([Set("broken")], Cancel));

        await Assert.ThrowsAnyAsync<DbException>(() => Ask(source, "SELECT COUNT(*) FROM word"));
        Assert.Equal(2, (await migrator.Migrate([Set("two")], Cancel)).Count);
    }

    [Fact]
    public async Task Of_many_that_start_together_one_runs_each_script()
    {
        var (migrator, _) = await Open();

        var applied = await Task.WhenAll(Enumerable.Range(0, RacersMax).Select(_ => migrator.Migrate([Set("two")], Cancel)));

        Assert.Equal(2, applied.Sum(scripts => scripts.Count));
    }

    [Fact]
    public async Task A_set_without_scripts_is_a_mistake()
    {
        var (migrator, _) = await Open();

        await Assert.ThrowsAsync<MigrationException>(() => migrator.Migrate([Set("none")], Cancel));
    }

    private static ScriptSet Set(string name) => new(
        "orleans", Assembly.GetExecutingAssembly(), $"Marketplace.Storage.Tests.Migrations.Scripts.{name}.");

    private static async Task<object?> Ask(DbDataSource source, string text)
    {
        await using var command = source.CreateCommand(text);
        return await command.ExecuteScalarAsync(Cancel);
    }
}
