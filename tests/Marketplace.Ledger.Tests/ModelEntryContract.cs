using System.Data.Common;
using Marketplace.Domain.Verification;
using Marketplace.Ledger.Verification;

namespace Marketplace.Ledger.Tests;

/// <summary>The entries of the manifest of models, whatever engine they are kept by.</summary>
public abstract class ModelEntryContract
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, 123, 456, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<TestBook> Open();

    [Fact]
    public async Task Each_entry_makes_the_next_version()
    {
        await using var books = await Open();
        var rows = new ModelEntryRows(books.Database);
        Assert.Equal((0, 0), (await rows.Version(Cancel), (await rows.Manifest(Cancel)).Version));

        Assert.Equal(1, await rows.Append(Entry("one"), Cancel));
        Assert.Equal(2, await rows.Append(Entry("two"), Cancel));
        Assert.Equal(1, await rows.Append(Entry("one"), Cancel));

        var manifest = await rows.Manifest(Cancel);
        Assert.Equal((2, 2), (await rows.Version(Cancel), manifest.Version));
        Assert.Equal([Entry("one"), Entry("two")], manifest.Entries);
    }

    [Fact]
    public async Task Entries_of_two_processes_at_once_make_consecutive_versions()
    {
        await using var books = await Open();
        ModelEntryRows[] processes = [new(books.Database), new(books.Database)];

        var versions = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            at => Task.Run(() => processes[at % 2].Append(Entry($"m{at / 2}-{at % 2}"), Cancel), Cancel)));

        Assert.Equal(Enumerable.Range(1, 16).Select(at => (long?)at), versions.Order());
        Assert.Equal(16, (await processes[0].Manifest(Cancel)).Entries.Count);
    }

    [Fact]
    public async Task One_entry_by_two_processes_at_once_is_one()
    {
        await using var books = await Open();
        ModelEntryRows[] processes = [new(books.Database), new(books.Database)];

        var versions = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            at => Task.Run(() => processes[at % 2].Append(Entry("same"), Cancel), Cancel)));

        Assert.All(versions, version => Assert.Equal(1, version));
        Assert.Equal(1, await processes[0].Version(Cancel));
    }

    [Fact]
    public async Task A_name_never_stands_for_other_bytes()
    {
        await using var books = await Open();
        var rows = new ModelEntryRows(books.Database);
        await rows.Append(Entry("one"), Cancel);

        var file = await Assert.ThrowsAsync<InvalidOperationException>(
            () => rows.Append(Entry("one") with { Sha256 = new('f', 64) }, Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => rows.Append(Entry("one") with { ModelId = new('f', 64) }, Cancel));

        Assert.Contains("one", file.Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<DbException>(() => books.Sql("UPDATE model_entry SET sha256 = model_id"));
        await Assert.ThrowsAnyAsync<DbException>(() => books.Sql("DELETE FROM model_entry"));
        Assert.Equal([Entry("one")], (await rows.Manifest(Cancel)).Entries);
    }

    [Fact]
    public async Task An_id_has_the_name_that_was_first()
    {
        await using var books = await Open();
        var rows = new ModelEntryRows(books.Database);
        await rows.Append(Entry("zeta"), Cancel);
        await rows.Append(Entry("alpha") with { ModelId = Entry("zeta").ModelId }, Cancel);

        Assert.Equal("zeta", await rows.NameOf(Entry("zeta").ModelId, Cancel));
        Assert.Null(await rows.NameOf(new('0', 64), Cancel));
    }

    [Fact]
    public async Task A_full_manifest_takes_no_more()
    {
        await using var books = await Open();
        var rows = new ModelEntryRows(books.Database);
        var id = new string('a', 64);
        await books.Sql(
            $"""
            WITH RECURSIVE n(at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM n WHERE at < {ModelManifest.EntriesMax})
            INSERT INTO model_entry(
              version, name, model_id, sha256, bytes, weights, architecture, context_length, registered_us)
            SELECT at, CAST(at AS TEXT), '{id}', '{id}', 1, 'F16', 'llama', 1, 1 FROM n
            """);

        Assert.Null(await rows.Append(Entry("one"), Cancel));
        Assert.Equal(7, await rows.Append(new("7", id, id, 1, "F16", "llama", 1, Noon), Cancel));
        Assert.Equal(ModelManifest.EntriesMax, await rows.Version(Cancel));
    }

    private static ModelEntry Entry(string name)
    {
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
            System.Text.Encoding.UTF8.GetBytes(name)));

        return new(name, hash, string.Concat(hash.Reverse()), 1L << 40, "Q8_0", "qwen3", 32_768, Noon);
    }
}
