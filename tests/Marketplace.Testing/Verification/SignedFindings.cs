using Marketplace.Domain;
using Marketplace.Domain.Inference;
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

    /// <summary>
    /// A text of nobody's numbers: its device has bound itself to <paramref name="header"/> and tells two tokens and a
    /// mark, or as many as there are.
    /// </summary>
    /// <param name="cause">What is held against the device.</param>
    /// <param name="ordered">What is said to have been ordered.</param>
    /// <param name="header">What the device has committed to; null for what was ordered.</param>
    /// <param name="made">Of its three records, those of tokens; a last one is a mark.</param>
    public Finding Plain(string cause, FindingOrder ordered, LogitHeader? header = null, int made = 3)
    {
        var commitment = new LogitCommitment(
            (header ?? Header()).Hash(), [.. Positions(0).SelectMany(one => one.Record.Encode())]);

        return Text() with
        {
            Cause = cause,
            Ordered = ordered,
            Commitment = FindingCommitment.Of(commitment),
            Result = Result(new string('1', 64), commitment.Root(), made),
            Thresholds = null,
            Measured = [],
        };
    }

    /// <summary>The same finding of a device that has signed this instead.</summary>
    public Finding Signed(Finding finding, LogitCommitment commitment) => finding with
    {
        Commitment = FindingCommitment.Of(commitment),
        Result = Result(new string('1', 64), commitment.Root()),
    };

    /// <summary>The header that the order of <see cref="Plain"/> asks for.</summary>
    public LogitHeader Header(
        int maxTokens = 3,
        string[]? stop = null,
        string? schema = null,
        string? calls = null,
        bool tellsPrompt = false) => new(
        new string('0', 64),
        "f32w-f32kv-f32acc",
        [1, 5],
        LogitSampling.Canonical(1, maxTokens, 0, stop ?? [], SamplingSettings.Plain, schema, calls, tellsPrompt),
        ulong.MaxValue,
        "job_test",
        Convert.ToBase64String(_device.PublicKey.ToArray()));

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

    private SignedResult Result(string output, byte[] root, int made = 3)
    {
        var meter = new Dictionary<string, long>(StringComparer.Ordinal) { ["outputTokens"] = made, ["promptTokens"] = 2 };
        var logits = Convert.ToHexStringLower(root);
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
