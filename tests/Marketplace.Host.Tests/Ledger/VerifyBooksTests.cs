using System.Text.Json;
using Marketplace.Host.Ledger;
using Marketplace.Host.Tests.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Tests.Ledger;

[Collection("The console")]
public sealed class VerifyBooksTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-verify-").FullName;

    [Fact]
    public async Task New_books_hold()
    {
        await TestHost.Stop(await TestHost.Start(("Storage:DataDirectory", _folder)));
        var (exit, printed) = await Run("--json", "--without-chain", "--without-hledger");

        Assert.Equal(0, exit);
        using var report = JsonDocument.Parse(printed);
        Assert.True(report.RootElement.GetProperty("holds").GetBoolean());
    }

    [Fact]
    public async Task Broken_books_end_with_1_and_the_invariant_is_named()
    {
        await TestHost.Stop(await TestHost.Start(("Storage:DataDirectory", _folder)));
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "ledger.db")};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText =
                "INSERT INTO account(name, asset, class, floored, balance) VALUES ('X:usdc:forged', 'usdc', 'X', 0, 7)";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var (exit, printed) = await Run();

        Assert.Equal(1, exit);
        Assert.Contains("usdc: balances sum to 7", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_export_is_written_and_hledger_agrees_or_the_command_says_that_it_could_not_ask()
    {
        await TestHost.Stop(await TestHost.Start(("Storage:DataDirectory", _folder)));
        var file = Path.Combine(_folder, "books.journal");
        var (exit, printed) = await Run("--without-chain", "--hledger", file);

        Assert.True(File.Exists(file));
        Assert.Equal(printed.Contains("hledger cannot be started", StringComparison.Ordinal) ? 2 : 0, exit);
    }

    [Fact]
    public async Task What_was_not_checked_and_not_left_out_ends_with_2_and_the_reason_of_each()
    {
        await TestHost.Stop(await TestHost.Start(("Storage:DataDirectory", _folder)));
        var (exit, printed) = await Run("--without-hledger");

        Assert.Equal(2, exit);
        Assert.Matches("NotChecked  7 .*\n *Solana:RpcUrl names no node of a chain", printed);
        Assert.Matches("LeftOut     16 .*\n *left out by request", printed);
        Assert.Contains("the books hold as far as they could be checked", printed, StringComparison.Ordinal);
        Assert.Equal(0, (await Run("--without-chain", "--without-stripe", "--without-hledger")).Exit);
    }

    [Fact]
    public async Task What_excludes_each_other_is_refused()
    {
        var refused = await Assert.ThrowsAsync<StartException>(
            () => VerifyBooks.Run([VerifyBooks.Command, "--hledger", "a.journal", "--without-hledger"]));

        Assert.Contains("exclude each other", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_without_a_file_is_refused()
    {
        var refused = await Assert.ThrowsAsync<StartException>(() => VerifyBooks.Run([VerifyBooks.Command, "--hledger", "--json"]));

        Assert.Contains("--hledger wants a file", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_books_is_refused_by_its_name()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(
            () => VerifyBooks.Run([VerifyBooks.Command, $"--Storage:DataDirectory={_folder}"]));

        Assert.Contains(_folder, refused.Message, StringComparison.Ordinal);
    }

    private async Task<(int Exit, string Printed)> Run(params string[] words)
    {
        var printed = new StringWriter();
        var before = Console.Out;
        Console.SetOut(printed);

        try
        {
            var exit = await VerifyBooks.Run([VerifyBooks.Command, .. words, $"--Storage:DataDirectory={_folder}"]);
            return (exit, printed.ToString());
        }
        finally
        {
            Console.SetOut(before);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
