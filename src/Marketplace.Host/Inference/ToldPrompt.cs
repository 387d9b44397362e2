using System.Text;
using Marketplace.Compute.Inference.Tokenizers;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Verification;

namespace Marketplace.Host.Inference;

/// <summary>
/// A prompt's tokens as a renter reads them: letters by the vocabulary, numbers by a device's records.
/// </summary>
internal static class ToldPrompt
{
    /// <param name="tokenizer">The model's.</param>
    /// <param name="prompt">All tokens; one that the vocabulary lacks has no letters.</param>
    /// <param name="records">One for each but the first, each with its own token.</param>
    /// <param name="count">Of how many of the likeliest it is told besides.</param>
    public static IReadOnlyList<Token> Of(
        ITokenizer tokenizer, IReadOnlyList<int> prompt, IReadOnlyList<LogitRecord> records, int count)
    {
        var utf8 = Encoding.UTF8.GetDecoder();
        var told = new Token[prompt.Count];

        for (var at = 0; at < told.Length; at++)
        {
            // As what token ids spell: the blank that encoding puts in front is none of the text.
            var isFirst = at == 0 || (at == 1 && prompt[0] == tokenizer.Begin);
            var record = at == 0 ? null : records[at - 1];
            told[at] = new(
                prompt[at],
                Whole(utf8, BytesOf(prompt[at], isFirst)),
                record is null ? null : [.. Told(record, count, token => BytesOf(token, isFirst))]);
        }

        return told;

        byte[] BytesOf(int token, bool isFirst) =>
            token >= 0 && token < tokenizer.Count ? tokenizer.Decode(token, isFirst) : [];
    }

    /// <summary>Its own token first, then the likeliest, the likeliest first.</summary>
    private static IEnumerable<TokenProbability> Told(LogitRecord record, int count, Func<int, byte[]> bytesOf) =>
        record.Top
            .Where(one => one.Token == record.Token)
            .Take(1)
            .Concat(record.Top.Take(Math.Min(count, record.Top.Count)))
            .Select(one => new TokenProbability(one.Token, bytesOf(one.Token), Math.Min(one.Logprob, 0)));

    private static string Whole(Decoder utf8, byte[] bytes)
    {
        var text = new char[bytes.Length + 4];
        return new(text, 0, utf8.GetChars(bytes, text, flush: false));
    }
}
