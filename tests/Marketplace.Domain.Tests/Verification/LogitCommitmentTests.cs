using System.Security.Cryptography;
using CsCheck;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Verification;

namespace Marketplace.Domain.Tests.Verification;

public class LogitCommitmentTests
{
    private static readonly byte[] Header = SHA256.HashData("header"u8);
    private static readonly Gen<byte[]> Records =
        Gen.Int[0, 9].SelectMany(count => Gen.Byte.Array[count * LogitCommitment.RecordBytes]);

    [Fact]
    public void Its_root_is_that_of_the_leaves_over_its_records() => Records.Sample(records =>
    {
        var commitment = new LogitCommitment(Header, records);
        var leaves = new LogitLeaves(Header);

        foreach (var record in records.Chunk(LogitCommitment.RecordBytes))
        {
            leaves.Add(record);
        }

        Assert.Null(commitment.WhyMalformed());
        Assert.Equal(records.Length / LogitCommitment.RecordBytes, commitment.Count);
        Assert.Equal(leaves.Root(), commitment.Root());
    });

    [Fact]
    public void Every_bit_of_header_and_records_moves_the_root() =>
        Gen.Select(Records.Where(bytes => bytes.Length > 0), Gen.UInt).Sample((records, at) =>
        {
            byte[] all = [.. Header, .. records];
            all[at % all.Length] ^= (byte)(1 << (int)(at % 8));
            var changed = new LogitCommitment(all[..32], all[32..]);

            Assert.NotEqual(new LogitCommitment(Header, records).Root(), changed.Root());
        });

    [Theory]
    [InlineData(31, 0, "header")]
    [InlineData(32, 63, "63 bytes are no whole number of records of 64 bytes")]
    [InlineData(32, (32_768 + 2) * 64, "32770 records, allowed are 32769")]
    public void Another_form_is_refused_with_what_is_allowed(int header, int records, string why) => Assert.Contains(
        why, new LogitCommitment(new byte[header], new byte[records]).WhyMalformed(), StringComparison.Ordinal);

    [Fact]
    public void The_records_come_back_but_for_ones_that_are_none()
    {
        var record = new LogitRecord(7, [.. Enumerable.Range(1, 8).Select(token => (token, -0.5f * token))], 3);
        byte[] good = record.Encode();
        byte[] bad = [.. good];
        bad[3] = 0xff;

        var read = new LogitCommitment(Header, [.. good, .. good]).Read()!;
        Assert.Equal(2, read.Count);
        Assert.Equal((record.Token, record.LogSumExp), (read[1].Token, read[1].LogSumExp));
        Assert.Equal(record.Top, read[1].Top);
        Assert.Null(new LogitCommitment(Header, [.. good, .. bad]).Read());
    }

    [Fact]
    public void Whatever_decides_a_token_is_in_the_canonical_sampling()
    {
        var settings = new SamplingSettings(40, 0.9, 0.02, 1.1, 0.2, 0.3, [new(5, 2.5f)]);
        var texts = new HashSet<string>(StringComparer.Ordinal)
        {
            LogitSampling.Canonical(0.7, 10, 0, ["a"], settings, null),
            LogitSampling.Canonical(0.70000001, 10, 0, ["a"], settings, null),
            LogitSampling.Canonical(0.7, 11, 0, ["a"], settings, null),
            LogitSampling.Canonical(0.7, 10, 1, ["a"], settings, null),
            LogitSampling.Canonical(0.7, 10, 0, ["a", ""], settings, null),
            LogitSampling.Canonical(0.7, 10, 0, ["a"], settings, "{}"),
            LogitSampling.Canonical(0.7, 10, 0, ["a"], settings, null, "{}"),
            LogitSampling.Canonical(0.7, 10, 0, ["a"], settings, null, tellsPrompt: true),
            LogitSampling.Canonical(0.7, 10, 0, ["a"], settings with { TopK = 41 }, null),
            LogitSampling.Canonical(0.7, 10, 0, ["a"], settings with { TopP = 0.91 }, null),
            LogitSampling.Canonical(0.7, 10, 0, ["a"], settings with { MinP = 0.03 }, null),
            LogitSampling.Canonical(0.7, 10, 0, ["a"], settings with { RepetitionPenalty = 1 }, null),
            LogitSampling.Canonical(0.7, 10, 0, ["a"], settings with { PresencePenalty = 0.3 }, null),
            LogitSampling.Canonical(0.7, 10, 0, ["a"], settings with { FrequencyPenalty = 0.2 }, null),
            LogitSampling.Canonical(0.7, 10, 0, ["a"], settings with { Biases = [new(6, 2.5f)] }, null),
            LogitSampling.Canonical(0.7, 10, 0, ["a"], settings with { Biases = [new(5, 2)] }, null),
        };

        Assert.Equal(16, texts.Count);
        Assert.All(texts, text => Assert.Equal(text, CanonicalJson.Write(CanonicalJson.Parse(text))));
    }

    [Fact]
    public void A_draw_can_be_repeated_with_the_days_secret_and_with_no_other() =>
        Gen.Select(Gen.Byte.Array[32], Gen.Byte.Array[32], Gen.Double[0, 1]).Sample((root, secret, rate) =>
        {
            var draw = AuditDraw.Of(root, "2026-01-05", secret, rate);

            // Rounded up to millionths, and by the last bit of a division besides.
            Assert.InRange(draw.RatePpm / (double)AuditDraw.Million, rate - 1e-15, rate + 1e-6 + 1e-15);
            Assert.Equal(Convert.ToHexStringLower(root), draw.Root);
            Assert.Equal(AuditRate.IsDrawn(secret, root, draw.RatePpm / (double)AuditDraw.Million), draw.IsDrawn);
        });

    [Theory]
    [InlineData("F32", DeviceKind.Cuda, 1.5e-3)]
    [InlineData("bf16", DeviceKind.OpenCl, 7e-2)]
    [InlineData("Q4K", DeviceKind.Cuda, 0.4)]
    [InlineData("Q4K", DeviceKind.Host, 1.5e-3)]
    public void Thresholds_begin_narrow_on_processors_and_by_the_weights_elsewhere(
        string weights, DeviceKind kind, double hard) => Assert.Equal(hard, LogitThresholds.Start(weights, kind).Hard);

    [Fact]
    public void What_is_known_of_a_texts_check_has_a_word()
    {
        var drawn = new AuditDraw("aa", "2026-01-05", 1, IsDrawn: true);
        var verdict = new LogitVerdict(null, 3, 0, 0, 0);

        Assert.Equal("unchecked", new TextAudit(null).Word);
        Assert.Equal("unchecked", new TextAudit(drawn with { IsDrawn = false }).Word);
        Assert.Equal("pending", new TextAudit(drawn).Word);
        Assert.Equal("unchecked", new TextAudit(drawn, Skipped: "too large").Word);
        Assert.Equal("passed", new TextAudit(drawn, verdict).Word);
        Assert.Equal("failed", new TextAudit(drawn, verdict with { Cause = "other-end" }).Word);
    }

    [Fact]
    public void A_verdict_holds_finite_numbers_whatever_was_found()
    {
        LogitFinding[] wild =
        [
            new(double.NaN, double.NaN, true), new(double.PositiveInfinity, double.PositiveInfinity, true),
        ];

        foreach (var one in wild)
        {
            var verdict = LogitJudge.Judge([one], LogitThresholds.Half);
            Assert.False(verdict.Stands);
            Assert.Equal((LogitJudge.Largest, LogitJudge.Largest), (verdict.DriftMax, verdict.MarginSum));
        }
    }
}
