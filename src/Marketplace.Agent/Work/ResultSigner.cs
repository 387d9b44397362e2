using System.Security.Cryptography;
using Marketplace.Agent.Devices;
using Marketplace.Agent.Inference;
using Marketplace.Agent.Protocol;
using Marketplace.Agent.Renders;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Verification;

namespace Marketplace.Agent.Work;

/// <summary>Signs what this rig delivers with its device's key, so that the receipt can say who made it.</summary>
internal sealed class ResultSigner(DeviceKey key)
{
    /// <summary>The end of a text with the signature over it.</summary>
    public TextDoneMessage Text(WorkOrderMessage order, TextEnd end, TokenMessage[] tokens)
    {
        var text = string.Concat(tokens.Select(token => token.Text));
        var commitment = Commit(order, end.Claims);
        var root = commitment is null ? null : Convert.ToHexStringLower(commitment.Root());

        return new(
            order.Attempt,
            end.FinishReason,
            end.Prompt.Count,
            tokens,
            order.Work,
            Sign(ResultStatement.Text(order.Attempt, order.Work, text, end.Prompt.Count, tokens.Length, root)),
            commitment?.Header,
            commitment?.Records,
            end.CachedTokens);
    }

    /// <summary>Base64 of the signature over a file of vectors.</summary>
    public string Embedding(WorkOrderMessage order, string vectorsSha256, int promptTokens) =>
        Sign(ResultStatement.Embedding(order.Attempt, order.Work, vectorsSha256, promptTokens));

    /// <summary>What an audit measured with the signature over it.</summary>
    public AuditDoneMessage Audit(WorkOrderMessage order, byte[] positions) => new(
        order.Attempt, positions, order.Work, Sign(ResultStatement.Audit(order.Attempt, order.Work, positions)));

    /// <summary>The end of a unit with the signature over its sums and the root of its leaves.</summary>
    public UnitDoneMessage Unit(WorkOrderMessage order, UnitOrderMessage unit, TracedUnit traced)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(traced.Sums));
        var root = Convert.ToHexStringLower(UnitCommitment.Root(order.Work, traced.Leaves));
        var samples = PixelSamples(unit);

        return new(
            order.Attempt,
            sha256,
            traced.Sums.Length,
            order.Work,
            Sign(ResultStatement.Unit(order.Attempt, order.Work, sha256, samples, root)),
            samples,
            root);
    }

    /// <summary>What a unit takes to trace.</summary>
    public static long PixelSamples(UnitOrderMessage unit) => checked((long)unit.Width * unit.Height * unit.Samples);

    /// <summary>What this device binds itself to with a text; null for a text of no model.</summary>
    private LogitCommitment? Commit(WorkOrderMessage order, TextClaims? claims)
    {
        if (claims is null || order.Text is not { } text)
        {
            return null;
        }

        var header = new LogitHeader(
            text.ModelId ?? text.ModelSha256,
            claims.Profile,
            claims.Given,
            LogitSampling.Canonical(
                text.Temperature,
                text.MaxTokens,
                text.Prefix.Length,
                text.Stop ?? [],
                text.Sampling?.ToSettings() ?? SamplingSettings.Plain,
                text.Schema,
                text.Calls,
                text.TellsPrompt),
            text.Seed,
            order.Work,
            Convert.ToBase64String(key.PublicKey))
        {
            IsModelId = text.ModelId is not null,
        };

        return new(header.Hash(), claims.Records);
    }

    private string Sign(byte[] statement) => Convert.ToBase64String(key.Sign(statement));
}
