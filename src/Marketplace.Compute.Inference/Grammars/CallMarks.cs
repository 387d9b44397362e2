using System.Text;
using Marketplace.Compute.Inference.Tokenizers;

namespace Marketplace.Compute.Inference.Grammars;

/// <summary>
/// The tokens that mark calls and are no text to their tokenizer: within a text that holds calls, each is its name.
/// </summary>
internal sealed class CallMarks
{
    private readonly Dictionary<int, byte[]> _bytes;

    private CallMarks(Dictionary<int, byte[]> bytes) => _bytes = bytes;

    /// <summary>Those of a text that holds no calls.</summary>
    public static CallMarks None { get; } = new([]);

    /// <summary>In ascending order.</summary>
    public IReadOnlyList<int> Tokens => [.. _bytes.Keys.Order()];

    public static CallMarks Of(CallGrammar calls, ITokenizer tokenizer) => new(tokenizer.Marks
        .Where(mark => calls.IsMark(mark.Text)
            && !tokenizer.IsEnd(mark.Id)
            && tokenizer.Decode(mark.Id, isFirst: false).Length == 0)
        .DistinctBy(mark => mark.Id)
        .ToDictionary(mark => mark.Id, mark => Encoding.UTF8.GetBytes(mark.Text)));

    /// <summary>The text of a mark; null for any other token.</summary>
    public byte[]? Find(int token) => _bytes.GetValueOrDefault(token);
}
