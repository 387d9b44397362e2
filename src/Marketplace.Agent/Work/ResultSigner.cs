using Marketplace.Agent.Devices;
using Marketplace.Agent.Protocol;

namespace Marketplace.Agent.Work;

/// <summary>Signs what this rig delivers with its device's key, so that the receipt can say who made it.</summary>
internal sealed class ResultSigner(DeviceKey key)
{
    /// <summary>Base64 of the signature over a whole text.</summary>
    public string Text(WorkOrderMessage order, int promptTokens, IReadOnlyCollection<TokenMessage> tokens)
    {
        var text = string.Concat(tokens.Select(token => token.Text));

        return Sign(ResultStatement.Text(order.Attempt, order.Work, text, promptTokens, tokens.Count));
    }

    /// <summary>Base64 of the signature over a file of vectors.</summary>
    public string Embedding(WorkOrderMessage order, string vectorsSha256, int promptTokens) =>
        Sign(ResultStatement.Embedding(order.Attempt, order.Work, vectorsSha256, promptTokens));

    /// <summary>Base64 of the signature over a unit's sums.</summary>
    public string Unit(WorkOrderMessage order, UnitOrderMessage unit, string sumsSha256) =>
        Sign(ResultStatement.Unit(order.Attempt, order.Work, sumsSha256, PixelSamples(unit)));

    /// <summary>What a unit takes to trace.</summary>
    public static long PixelSamples(UnitOrderMessage unit) => checked((long)unit.Width * unit.Height * unit.Samples);

    private string Sign(byte[] statement) => Convert.ToBase64String(key.Sign(statement));
}
