using Marketplace.Domain.Verification;
using Marketplace.Testing.Verification;

namespace Marketplace.Domain.Tests.Verification;

/// <summary>Whoever has a finding's file and the marketplace's public keys can follow the verdict.</summary>
public sealed class FindingCheckTests : IDisposable
{
    private readonly SignedFindings _findings = new();

    [Fact]
    public void A_finding_holds_and_its_numbers_are_computed_again()
    {
        var holds = Assert.IsType<FindingVerdict.Holds>(Verify(_findings.Text()));

        Assert.Equal((true, 3, LogitVerdict.OtherLogits), (holds.IsSigned, holds.Tokens, holds.Cause));
        var measure = Assert.Single(holds.Measured);
        Assert.Equal((LogitVerdict.OtherLogits, 1, 1), (measure.Cause, measure.First, measure.Beyond));
        Assert.Equal("0.5", measure.DriftMax);
    }

    [Fact]
    public void A_file_with_one_byte_changed_does_not()
    {
        var file = _findings.Write(_findings.Text()).Replace(
            "\"verdict\":\"failed\"", "\"verdict\":\"passed\"", StringComparison.Ordinal);

        Assert.Equal("proof.signature", Broken(file).Field);
    }

    /// <summary>What the marketplace itself signs is held to the same: it cannot tell other numbers than there are.</summary>
    [Theory]
    [InlineData("commitment.root")]
    [InlineData("tokens")]
    [InlineData("result.signature")]
    [InlineData("measured[0].cause")]
    [InlineData("measured[0].first")]
    [InlineData("measured[0].driftMax")]
    [InlineData("measured[0].positions")]
    [InlineData("thresholds.hard")]
    [InlineData("result.attempt")]
    public void A_finding_that_tells_what_its_records_do_not_say_is_broken(string field)
    {
        var text = _findings.Text();
        var wrong = field switch
        {
            "commitment.root" => text with { Commitment = text.Commitment! with { Root = new string('a', 64) } },
            "tokens" => text with { Tokens = [7, 8, 8] },
            "result.signature" => text with { Result = text.Result! with { Output = new string('2', 64) } },
            "measured[0].cause" => _findings.Text(one => one with { Cause = null }),
            "measured[0].first" => _findings.Text(one => one with { First = 0 }),
            "measured[0].driftMax" => _findings.Text(one => one with { DriftMax = "0.6" }),
            "measured[0].positions" => _findings.Text(one => one with { Positions = "AAAA" }),
            "thresholds.hard" => text with { Thresholds = text.Thresholds! with { Hard = "0.10" } },
            "result.attempt" => text with { Attempt = "att_other" },
            _ => throw new ArgumentOutOfRangeException(nameof(field)),
        };

        Assert.Equal(field, Broken(_findings.Write(wrong)).Field);
    }

    [Fact]
    public void Thresholds_that_nobody_is_beyond_convict_nobody()
    {
        var text = _findings.Text();
        var wide = text with { Thresholds = text.Thresholds! with { Hard = "1", Soft = "1" } };

        Assert.Equal("measured[0].cause", Broken(_findings.Write(wide)).Field);
    }

    [Fact]
    public void Records_that_the_device_did_not_sign_are_not_its_own()
    {
        var file = _findings.Write(_findings.Text(signedRoot: new byte[32]));

        Assert.Equal("commitment.root", Broken(file).Field);
        Assert.Contains("signed", Broken(file).Why, StringComparison.Ordinal);
    }

    public void Dispose() => _findings.Dispose();

    private FindingVerdict Verify(Finding finding) =>
        new FindingCheck(_findings.Keys, SignedReceipts.Verify).Verify(_findings.Write(finding));

    private FindingVerdict.Broken Broken(string file) => Assert.IsType<FindingVerdict.Broken>(
        new FindingCheck(_findings.Keys, SignedReceipts.Verify).Verify(file));
}
