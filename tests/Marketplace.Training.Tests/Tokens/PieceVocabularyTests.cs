using System.Text;
using CsCheck;
using Marketplace.Training.Corpus;
using Marketplace.Training.Tokens;

namespace Marketplace.Training.Tests.Tokens;

public sealed class PieceVocabularyTests
{
    private static readonly PieceVocabulary Vocabulary =
        new(PieceTrainer.Train(Enumerable.Range(0, 500).Select(new StoryWriter(3).Write), 500));

    [Fact]
    public void Any_text_comes_back() =>
        Gen.String.Where(IsText).Sample(text => Assert.Equal(text, RoundTrip(text)), iter: 500, threads: 1);

    [Theory]
    [InlineData("Once upon a time, naïve 猫 🐈 \u0000\n\t</end>")]
    [InlineData("  two spaces  ")]
    [InlineData("")]
    public void Bytes_stand_for_what_no_piece_has(string text) => Assert.Equal(text, RoundTrip(text));

    [Fact]
    public void The_pair_that_is_most_frequent_is_joined_first()
    {
        var pieces = PieceTrainer.Train(["ab ab ab", "cb cb"], 7);

        Assert.Equal(["a", "b", "c", "\u2581"], pieces.Take(4), StringComparer.Ordinal);
        Assert.Equal(["ab", "\u2581ab", "cb"], pieces.Skip(4), StringComparer.Ordinal);
    }

    [Fact]
    public void A_frequent_word_is_one_token()
    {
        var tokens = Vocabulary.Tokenizer.Encode("Once upon a time, there was a");

        Assert.Equal(PieceVocabulary.Begin, tokens[0]);
        Assert.Equal(9, tokens.Count);
    }

    private static bool IsText(string text)
    {
        var isWhole = string.Equals(
            Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)), text, StringComparison.Ordinal);
        return isWhole && !text.Contains(PieceTrainer.Space, StringComparison.Ordinal)
            && !text.Contains("<s>", StringComparison.Ordinal) && !text.Contains("</s>", StringComparison.Ordinal);
    }

    private static string RoundTrip(string text)
    {
        var tokenizer = Vocabulary.Tokenizer;
        var tokens = tokenizer.Encode(text).Skip(1).ToArray();
        return Encoding.UTF8.GetString(
            [.. tokens.SelectMany((token, at) => tokenizer.Decode(token, isFirst: at == 0))]);
    }
}
