using CsCheck;
using Marketplace.Api.Inference.OpenAi;
using Marketplace.Domain.Inference;

namespace Marketplace.Api.Tests.Inference.OpenAi;

public sealed class ShownTextTests
{
    private static readonly Gen<string> Words = Gen.Char["ab"].Array[0, 12].Select(letters => new string(letters));
    private static readonly Gen<string[]> Stops =
        Gen.Char["ab"].Array[1, 4].Select(letters => new string(letters)).Array[1, 4];

    /// <summary>However a text is cut into tokens, exactly what stands before its first stop is shown.</summary>
    [Fact]
    public void What_is_shown_does_not_depend_on_the_tokens() =>
        Gen.Select(Words.Array[0, 8], Stops).Sample((tokens, stops) =>
        {
            var text = string.Concat(tokens);
            var shown = new ShownText(new(stops));
            var read = string.Concat(tokens.Select(shown.Add)) + shown.End();
            var end = stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0);

            return read == text[..end.DefaultIfEmpty(text.Length).Min()];
        });

    [Fact]
    public void Nothing_that_was_shown_is_taken_back() =>
        Gen.Select(Words.Array[0, 8], Stops).Sample((tokens, stops) =>
        {
            var shown = new ShownText(new(stops));
            var read = string.Empty;

            return tokens.All(token =>
            {
                read += shown.Add(token);
                return new StopStrings(stops).FindIn(read) is null;
            });
        });
}
