using System.Text;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Tokenizers;

namespace Marketplace.Compute.Inference.Tests.Tokenizers;

/// <summary>Texts that go on where another part of a prompt has ended.</summary>
public sealed class ContinuedTextTests
{
    private const string Stories = "models/stories260K/stories260K.gguf";
    private const string TinyStories = "models/tinystories-656K/tokenizer.json";

    /// <summary>The second vocabulary lacks brackets and bytes.</summary>
    public static TheoryData<string, string> Texts => new()
    {
        { Stories, "Once upon a time" }, { Stories, "): pass" }, { Stories, "\n  gr\u00fc\u00dfe" }, { Stories, " two  spaces " },
        { TinyStories, "Once upon a time" }, { TinyStories, ". Then" }, { TinyStories, " two  spaces " },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_part_begins_with_neither_the_begin_token_nor_a_space_of_its_own(string file, string text)
    {
        var tokenizer = Open(file);
        var tokens = tokenizer.Continue(text);

        Assert.Equal(text, Encoding.UTF8.GetString(
            [.. tokens.SelectMany(token => tokenizer.Decode(token, isFirst: false))]));
        Assert.NotEqual(tokenizer.Begin, tokens[0]);

        // The space that a text is given is all that parts the two.
        Assert.Equal(tokenizer.Encode(text), [tokenizer.Begin, .. tokenizer.Continue(" " + text)]);
        Assert.Empty(tokenizer.Continue(string.Empty));
    }

    private static ITokenizer Open(string file)
    {
        var path = SharedModels.Find(file);

        if (file.EndsWith(".json", StringComparison.Ordinal))
        {
            return TokenizerJson.Read(File.ReadAllBytes(path), "<|end_story|>");
        }

        using var gguf = GgufFile.Open(path);
        return ITokenizer.From(gguf);
    }
}
