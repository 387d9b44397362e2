using CsCheck;
using Marketplace.Api.Inference.OpenAi;
using Marketplace.Domain.Inference;

namespace Marketplace.Api.Tests.Inference.OpenAi;

public sealed class ShownTextTests
{
    private static readonly Gen<string> Words = Gen.Char["ab"].Array[0, 12].Select(letters => new string(letters));
    private static readonly Gen<string[]> Stops =
        Gen.Char["ab"].Array[1, 4].Select(letters => new string(letters)).Array[1, 4];

    /// <summary>However a text is cut into tokens, exactly what stands before its first complete stop is shown.</summary>
    [Fact]
    public void What_is_shown_does_not_depend_on_the_tokens() =>
        Gen.Select(Words.Array[0, 8], Stops).Sample((tokens, stops) =>
        {
            var text = string.Concat(tokens);
            var shown = new ShownText(new(stops));
            var read = string.Concat(tokens.Select(shown.Add)) + shown.End();
            var ends = Enumerable.Range(0, text.Length + 1)
                .FirstOrDefault(end => stops.Any(stop => text[..end].EndsWith(stop, StringComparison.Ordinal)), -1);
            var expected = ends < 0
                ? text
                : text[..(ends - stops.Where(stop => text[..ends].EndsWith(stop, StringComparison.Ordinal)).Max(stop => stop.Length))];

            return read == expected;
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
