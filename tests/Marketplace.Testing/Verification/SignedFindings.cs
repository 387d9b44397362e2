using Marketplace.Domain;
using Marketplace.Domain.Verification;
using Marketplace.Solana.Keys;

namespace Marketplace.Testing.Verification;

/// <summary>Makes findings as the marketplace does, of a text whose device claims what the platform does not find.</summary>
public sealed class SignedFindings : IDisposable
{
    private readonly SignedReceipts _market = new();
    private readonly Keypair _device = Keypair.FromSeed(Enumerable.Repeat((byte)9, 32).ToArray());

    public ReceiptKeys Keys => _market.Keys;

    /// <summary>A text of three tokens, of which the second differs by 0.5 where 0.1 is allowed.</summary>
    public Finding Text(Func<FindingMeasure, FindingMeasure>? told = null, byte[]? signedRoot = null)
    {
        var (claims, found) = (Positions(0), Positions(0.5f));
        var commitment = new LogitCommitment(new byte[32], [.. claims.SelectMany(one => one.Record.Encode())]);
        var thresholds = new LogitThresholds(0.1, 0.01, 1);
        var measure = FindingMeasure.Of(
            FindingMeasure.Platform, [.. claims.Select(one => one.Record)], found, thresholds, from: 0);

        return new(
            Finding.IdOf(FindingKind.Text, "job_test", "att_test"),
            FindingKind.Text,
            "job_test",
            Attempt.Value,
            "dev_test",
            "stories",
            new string('0', 64),
            null,
            "f32w-f32kv-f32acc",
            0,
            [7, 8, 9],
            TextAudit.Failed,
            LogitVerdict.OtherLogits,
            new(new string('0', 64), "2026-01-05", 1_000_000, IsDrawn: true),
            Result(new string('1', 64), signedRoot ?? commitment.Root()),
            FindingCommitment.Of(commitment),
            null,
            FindingThresholds.Of(thresholds),
            [told?.Invoke(measure) ?? measure],
            new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2026, 4, 5, 12, 0, 0, TimeSpan.Zero));
    }

    public string Write(Finding finding) => FindingFile.Write(finding, _market.Sign);

    public void Dispose()
    {
        _market.Dispose();
        _device.Dispose();
    }

    private static Domain.Leases.AttemptId Attempt =>
        Domain.Leases.AttemptId.From(PrefixedId.Derive("finding-test", "attempt"));

    private static MeasuredPosition[] Positions(float second) =>
    [
        .. new[] { 7, 8, 9 }.Select(token => new MeasuredPosition(
            new(token, [(1, -0.5f - (token == 8 ? second : 0)), (2, -1.5f)], 2), 0)),
    ];

    private SignedResult Result(string output, byte[] root)
    {
        var (meter, logits) = (new Dictionary<string, long>(StringComparer.Ordinal), Convert.ToHexStringLower(root));
        var text = SignedText.Result(Attempt.Value, "job_test", output, meter, logits);
        return new(
            Attempt,
            output,
            meter,
            Convert.ToBase64String(_device.PublicKey.ToArray()),
            Convert.ToBase64String(_device.Sign(text).ToArray()),
            logits);
    }
}
