using System.Security.Cryptography;
using CsCheck;
using Marketplace.Domain.Verification;

namespace Marketplace.Domain.Tests.Verification;

public class LogitProofTests
{
    private static readonly LogitHeader Header = new("ab12", "f32w", [1, 2, 3], "{}", 7, "job_1", "key");

    private static readonly LogitThresholds Tight = new(1.5e-4, 1.5e-4 / 4, 6e-4);

    private static readonly Gen<LogitRecord> Records =
        from token in Gen.Int[0, 200_000]
        from top in Gen.Select(Gen.Int[0, 200_000], Gen.Int[-20_000, 0]).Array[0, LogitRecord.TopCount]
        from total in Gen.Float[-50, 50]
        select new LogitRecord(token, [.. top.Select(one => (one.Item1, one.Item2 / 1024f))], total);

    [Fact]
    public void A_record_comes_back_and_is_64_bytes() =>
        Records.Sample(record =>
        {
            var bytes = record.Encode();
            var back = LogitRecord.Decode(bytes)!;

            Assert.Equal(64, bytes.Length);
            Assert.Equal((record.Token, record.LogSumExp), (back.Token, back.LogSumExp));
            Assert.Equal(record.Top, back.Top);
            Assert.Null(LogitRecord.Decode(bytes.AsSpan(1)));
        });

    [Fact]
    public void A_text_that_was_cut_short_stands_for_its_commitment()
    {
        var root = UncommittedText.Root("job_1", "att_1", [7, 0, 12]);

        Assert.Equal(SHA256.HashData("spol/1 uncommitted\njob_1\natt_1\n7,0,12"u8), root);
        Assert.Equal(SHA256.HashData("spol/1 uncommitted\njob_1\natt_1\n"u8), UncommittedText.Root("job_1", "att_1", []));
    }

    [Fact]
    public void Every_field_of_the_header_counts_and_none_runs_into_its_neighbour()
    {
        LogitHeader[] others =
        [
            Header, Header with { Model = "ab1" }, Header with { Profile = "f16w" }, Header with { Prompt = [1, 2] },
            Header with { Sampling = "" }, Header with { Seed = 8 }, Header with { Work = "job_" },
            Header with { Device = "" }, Header with { Model = "ab12f", Profile = "32w" },
            Header with { Work = "job_1k", Device = "ey" }, Header with { IsModelId = true },
        ];

        Assert.Equal(others.Length, others.Select(one => Convert.ToHexString(one.Hash())).Distinct().Count());
    }

    [Fact]
    public void The_root_is_that_of_the_records_in_their_order_under_their_header() =>
        Gen.Select(Records.Array[2, 9], Gen.Int[0, 8], Gen.Int[0, 7]).Sample((records, some, bit) =>
        {
            byte[][] bytes = [.. records.Select(record => record.Encode())];
            var root = Of(Header, bytes);

            Assert.Equal(root, Of(Header, bytes));
            Assert.NotEqual(root, Of(Header with { Work = "job_2" }, bytes));
            Assert.NotEqual(root, Of(Header, bytes[..^1]));

            var at = some % bytes.Length;
            bytes[at][some] ^= (byte)(1 << bit);
            Assert.NotEqual(root, Of(Header, bytes));
        });

    [Fact]
    public void Thresholds_are_four_times_the_largest_and_the_thousandth()
    {
        double[] drifts = [.. Enumerable.Range(1, 10_000).Select(one => one * 1e-6)];
        var thresholds = LogitThresholds.Of(drifts, [0.01, 0.05]);

        Assert.Equal(0.04, thresholds.Hard, 1e-9);
        Assert.Equal(0.00999, thresholds.Soft, 1e-5);
        Assert.Equal(0.2, thresholds.MarginSum, 1e-9);
        Assert.True(LogitThresholds.Of([0], [0]).Hard > 0);
    }

    [Theory]
    [InlineData(null, 0.0001, 0.0, false)]
    [InlineData(LogitVerdict.OtherLogits, 0.0002, 0.0, false)]
    [InlineData(LogitVerdict.OtherLogits, double.NaN, 0.0, false)]
    [InlineData(LogitVerdict.OtherLogits, double.PositiveInfinity, 0.0, false)]
    [InlineData(null, 0.0, 0.0003, false)]
    [InlineData(LogitVerdict.OtherTokens, 0.0, 0.00031, false)]
    [InlineData(LogitVerdict.OtherTokens, 0.0, 0.0, true)]
    public void One_position_is_judged_by_the_hard_thresholds(string? cause, double drift, double margin, bool isOutside)
    {
        var findings = Enumerable.Repeat(default(LogitFinding), 200).Append(new(drift, margin, isOutside)).ToList();

        Assert.Equal(cause, LogitJudge.Judge(findings, Tight).Cause);
    }

    [Fact]
    public void Many_small_margins_are_too_much_together()
    {
        var small = new LogitFinding(0, Tight.MarginHard / 2, false);

        Assert.Null(LogitJudge.Judge([small, small, small, small], Tight).Cause);
        Assert.Equal(
            LogitVerdict.OtherTokens,
            LogitJudge.Judge([small, small, small, small, small], Tight).Cause);
    }

    [Fact]
    public void The_tail_of_the_binomial_is_the_sum_of_its_terms()
    {
        Assert.Equal(1, LogitJudge.BinomialTail(10, 0.5, 0));
        Assert.Equal(1 / 1024.0, LogitJudge.BinomialTail(10, 0.5, 10), 1e-12);
        Assert.Equal(11 / 1024.0, LogitJudge.BinomialTail(10, 0.5, 9), 1e-12);
        Assert.Equal(0.0, LogitJudge.BinomialTail(10, 0.5, 11));
        Assert.Equal(1 - Math.Pow(0.999, 100), LogitJudge.BinomialTail(100, 0.001, 1), 1e-12);
    }

    /// <summary>Honest devices, which are above the soft threshold as often as they may, are hardly ever suspected.</summary>
    [Fact]
    public void Evidence_gathers_against_cheaper_weights_and_not_against_honest_ones()
    {
        var random = new Random(5);
        var honest = DriftSuspicion.None;

        for (var audit = 0; audit < 2_000; audit++)
        {
            honest = honest.After(Audit(random, 1e-3));
            Assert.False(honest.IsCheaper);
        }

        var cheaper = DriftSuspicion.None;
        var audits = 0;

        while (!cheaper.IsCheaper && audits < 100)
        {
            cheaper = cheaper.After(Audit(random, 2e-2));
            audits++;
        }

        Assert.InRange(audits, 2, 20);
    }

    [Fact]
    public void The_first_ten_are_all_checked_and_then_by_standing_and_value()
    {
        const double Floor = 0.02;

        Assert.Equal(1, AuditRate.Of(9.9, 1, Floor, isWatched: false));
        Assert.Equal(0.1, AuditRate.Of(10, 1, Floor, isWatched: false), 1e-12);
        Assert.Equal(Floor, AuditRate.Of(1_000, 1, Floor, isWatched: false), 1e-12);
        Assert.Equal(3 * Floor, AuditRate.Of(1_000, 3, Floor, isWatched: false), 1e-12);
        Assert.Equal(5 * Floor, AuditRate.Of(1_000, 1, Floor, isWatched: true), 1e-12);
        Assert.Equal(1, AuditRate.Of(1_000, 99, Floor, isWatched: false));
    }

    [Fact]
    public void Drawn_are_as_many_as_the_rate_says_and_none_or_all_at_its_ends()
    {
        const int Texts = 20_000;
        var secret = SHA256.HashData("secret"u8);
        byte[][] roots = [.. Enumerable.Range(0, Texts).Select(number => SHA256.HashData(BitConverter.GetBytes(number)))];

        Assert.Equal(0.05, roots.Count(root => AuditRate.IsDrawn(secret, root, 0.05)) / (double)Texts, 0.006);
        Assert.DoesNotContain(roots, root => AuditRate.IsDrawn(secret, root, 0));
        Assert.All(roots, root => Assert.True(AuditRate.IsDrawn(secret, root, 1)));
    }

    private static string Of(LogitHeader header, IEnumerable<byte[]> records)
    {
        var leaves = new LogitLeaves(header.Hash());

        foreach (var record in records)
        {
            leaves.Add(record);
        }

        return Convert.ToHexString(leaves.Root());
    }

    private static LogitVerdict Audit(Random random, double rate) =>
        new(null, 120, Enumerable.Range(0, 120).Count(_ => random.NextDouble() < rate), 0, 0);
}
