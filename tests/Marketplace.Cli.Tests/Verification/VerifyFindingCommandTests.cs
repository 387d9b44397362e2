using System.Text.Json;
using Marketplace.Cli.CommandLine;
using Marketplace.Domain.Verification;
using Marketplace.Testing.Verification;

namespace Marketplace.Cli.Tests.Verification;

public sealed class VerifyFindingCommandTests : IDisposable
{
    private readonly SignedFindings _findings = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-cli-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_finding_is_verified_offline_and_its_numbers_are_told()
    {
        var (exitCode, output, error) = await Verify(_findings.Write(_findings.Text()));

        Assert.Equal((ExitCodes.Success, ""), (exitCode, error));
        Assert.Contains("text of dev_test in job_test, failed, other-logits", output, StringComparison.Ordinal);
        Assert.Contains("3 tokens, signed by the device", output, StringComparison.Ordinal);
        Assert.Contains(
            "by platform: other-logits, 1 of 3 beyond a threshold, the first at 1, drift 0.5",
            output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_finding_without_numbers_says_so()
    {
        var finding = _findings.Text() with { Measured = [], Thresholds = null, Cause = "other-end" };

        var (exitCode, output, _) = await Verify(_findings.Write(finding));

        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Contains("it is the platform's word", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cause_that_follows_from_the_order_is_told_as_such()
    {
        var header = _findings.Header() with { Seed = 1 };
        var ordered = FindingOrder.Of(_findings.Header(), "length", room: 99, isMark: null);

        var (exitCode, output, _) = await Verify(
            _findings.Write(_findings.Plain(LogitVerdict.OtherHeader, ordered, header)));

        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Contains("another header than that of the order", output, StringComparison.Ordinal);
        Assert.DoesNotContain("the platform's word", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_with_one_byte_changed_is_broken_and_the_field_is_named()
    {
        var (exitCode, output, error) = await Verify(_findings.Write(_findings.Text()).Replace(
            "\"other-logits\"", "\"other-tokens\"", StringComparison.Ordinal));

        Assert.Equal((ExitCodes.Broken, ""), (exitCode, output));
        Assert.Contains("proof.signature", error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _findings.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<(int ExitCode, string Output, string Error)> Verify(string finding)
    {
        var (file, keys) = (Path.Combine(_folder, "finding.json"), Path.Combine(_folder, "keys.json"));
        await File.WriteAllTextAsync(file, finding, Cancel);
        await File.WriteAllTextAsync(keys, JsonSerializer.Serialize(_findings.Keys, JsonSerializerOptions.Web), Cancel);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await MarketplaceCommandLine.Run(["findings", "verify", file, "--keys", keys], output, error);

        return (exitCode, output.ToString(), error.ToString());
    }
}
