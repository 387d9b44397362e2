using System.Text.Json;
using Marketplace.Cli.CommandLine;
using Marketplace.Testing.Verification;

namespace Marketplace.Cli.Tests.Verification;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly SignedReceipts _receipts = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-cli-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_receipt_is_verified_offline()
    {
        var (exitCode, output, error) = await Verify(_receipts.File());

        Assert.Equal((ExitCodes.Success, ""), (exitCode, error));
        Assert.StartsWith("OK rcp_", output, StringComparison.Ordinal);
        Assert.Contains("charged 0.000086 USDC", output, StringComparison.Ordinal);
        Assert.Contains("epoch 3 of 5 receipts", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_with_one_byte_changed_is_not_and_the_field_is_named()
    {
        var file = _receipts.File().Replace("0.000086", "0.000085", StringComparison.Ordinal);
        var (exitCode, output, error) = await Verify(file);

        Assert.Equal((ExitCodes.Broken, ""), (exitCode, output));
        Assert.StartsWith("BROKEN ", error, StringComparison.Ordinal);
        Assert.Contains("proof.marketplace.signature", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_a_broken_receipt()
    {
        var path = await Keys();
        var file = Path.Combine(_folder, "receipt.json");
        await File.WriteAllBytesAsync(file, [0x7b, 0xff, 0x7d], Cancel);

        Assert.Equal(ExitCodes.Broken, (await Run("receipts", "verify", file, "--keys", path)).ExitCode);
    }

    [Theory]
    [InlineData(null, ExitCodes.Success, "finalized")]
    [InlineData("lost", ExitCodes.Broken, "no finalized transaction")]
    [InlineData("failed", ExitCodes.Broken, "failed on chain")]
    [InlineData("memo", ExitCodes.Broken, "no memo")]
    [InlineData("signer", ExitCodes.Broken, "was not signed by")]
    [InlineData("genesis", ExitCodes.Broken, "the node is of chain")]
    public async Task The_chain_is_asked_for_the_root(string? fault, int exitCode, string says)
    {
        await using var node = FakeNode.Start(_receipts, fault);
        var (code, output, error) = await Verify(_receipts.File(), "--rpc", node.Url);

        Assert.Equal(exitCode, code);
        Assert.Contains(says, output + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_without_anchor_is_pending_when_the_chain_is_asked()
    {
        var (exitCode, _, error) = await Verify(_receipts.File(isClosed: false), "--rpc", "http://127.0.0.1:1");

        Assert.Equal(ExitCodes.Pending, exitCode);
        Assert.Contains("proof.anchor", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCodes.Usage, "--keys", "receipts", "verify", "r.json")]
    [InlineData(ExitCodes.Usage, "--keys", "receipts", "verify", "r.json", "--keys", "http://example.com")]
    [InlineData(ExitCodes.Input, "--keys", "receipts", "verify", "r.json", "--keys", "/no/such/keys.json")]
    [InlineData(ExitCodes.Usage, "--url", "balance", "--url", "ftp://x")]
    public async Task A_mistake_is_one_line_that_names_the_option(int exitCode, string named, params string[] arguments)
    {
        var (code, output, error) = await Run(arguments);

        Assert.Equal((exitCode, ""), (code, output));
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _receipts.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<(int ExitCode, string Output, string Error)> Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await MarketplaceCommandLine.Run(arguments, output, error);

        return (exitCode, output.ToString(), error.ToString());
    }

    private async Task<(int ExitCode, string Output, string Error)> Verify(string receipt, params string[] more)
    {
        var file = Path.Combine(_folder, "receipt.json");
        await File.WriteAllTextAsync(file, receipt, Cancel);

        return await Run(["receipts", "verify", file, "--keys", await Keys(), .. more]);
    }

    private async Task<string> Keys()
    {
        var path = Path.Combine(_folder, "keys.json");
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(_receipts.Keys, JsonSerializerOptions.Web), Cancel);
        return path;
    }
}
