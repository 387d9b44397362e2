using System.Globalization;
using System.Text;
using Marketplace.Agent.Protocol;

namespace Marketplace.Agent.Inference;

/// <summary>
/// Answers orders for the model <c>noop</c> at once and without weights, so that the market itself can be measured.
/// </summary>
internal sealed class NoopTextMaker : ITextMaker
{
    private const string Name = "noop";

    private static readonly string ZeroSha256 = new('0', 64);

    public static bool IsFor(TextOrderMessage order) =>
        order is { Model: Name, ModelBytes: 0 }
            && string.Equals(order.ModelSha256, ZeroSha256, StringComparison.Ordinal);

    public Task<TextEnd> Make(TextOrderMessage order, Action<TokenMessage> emit, CancellationToken cancel)
    {
        for (var index = order.Prefix.Length; index < order.MaxTokens; index++)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $" {index}");
            ProbabilityMessage[] certain = [new(index, Encoding.UTF8.GetBytes(text), 0)];
            emit(new TokenMessage(index, text, order.Logprobs is null ? null : certain));
        }

        return Task.FromResult(new TextEnd(TextEnd.Length, []));
    }
}
