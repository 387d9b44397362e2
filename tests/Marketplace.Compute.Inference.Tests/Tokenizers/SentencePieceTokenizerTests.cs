using System.Text;
using CsCheck;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Tests.Architectures;
using Marketplace.Compute.Inference.Tokenizers;

namespace Marketplace.Compute.Inference.Tests.Tokenizers;

public class SentencePieceTokenizerTests
{
    private static readonly string[] ControlTokens = ["<s>", "</s>", "<unk>"];

    // Ids that the reference engine gives with the public 32,000-token vocabulary.
    [Theory]
    [InlineData("", "")]
    [InlineData(" ", "259")]
    [InlineData("  ", "1678")]
    [InlineData("\t", "29871 12")]
    [InlineData("\n\n", "29871 13 13")]
    [InlineData("Hello world", "15043 3186")]
    [InlineData(" Hello World!", "29871 15043 2787 29991")]
    [InlineData("Hello, world!", "15043 29892 3186 29991")]
    [InlineData("ied 4 ½ months", "474 287 29871 29946 29871 30226 7378")]
    [InlineData("Führer", "383 4000 261")]
    [InlineData("w048 7tuijk dsdfhu", "281 29900 29946 29947 29871 29955 9161 13535 18031 2176 6905")]
    [InlineData("нещо на Български", "1538 4851 665 1386 29713 1305")]
    [InlineData(" this is 🦙.cpp", "29871 445 338 29871 243 162 169 156 29889 8223")]
    [InlineData("' era", "525 3152")]
    [InlineData("\n =", "29871 13 353")]
    [InlineData("333", "29871 29941 29941 29941")]
    public void Texts_become_the_reference_ids(string text, string ids)
    {
        using var file = GgufFile.Open(SharedModels.Find("models/vocab/ggml-vocab-llama-spm.gguf"));
        var tokenizer = SentencePieceTokenizer.From(file);

        var found = tokenizer.Encode(text);

        Assert.Equal(tokenizer.Begin, found[0]);
        Assert.Equal(ids, string.Join(' ', found.Skip(1)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_text_begins_with_the_begin_token_where_the_file_wants_one(bool isWanted)
    {
        var small = new SmallModel("llama");
        small.Tokens[9] = ("\u2581a", false);
        using var file = small.WriteGguf(writer => writer.Add("tokenizer.ggml.add_bos_token", isWanted));
        using var model = LlamaModel.Open(file.Location);

        Assert.Equal(isWanted ? 1 : 0, model.Tokenizer.Encode("a").Count(token => token == 1));
        Assert.Equal([1], model.Tokenizer.Encode(""));
    }

    [Fact]
    public void Control_tokens_in_a_text_are_those_tokens()
    {
        using var file = GgufFile.Open(SharedModels.Find("models/vocab/ggml-vocab-llama-spm.gguf"));
        var tokenizer = SentencePieceTokenizer.From(file);

        var found = tokenizer.Encode("Hello world</s><s>Hello");

        Assert.Equal([1, 15043, 3186, 2, 1, 15043], found);
    }

    [Fact]
    public void Any_text_without_control_tokens_comes_back_from_its_tokens()
    {
        using var file = GgufFile.Open(SharedModels.Find("models/vocab/ggml-vocab-llama-spm.gguf"));
        var tokenizer = SentencePieceTokenizer.From(file);

        Gen.String[0, 60].Where(IsPlain).Sample(text => Back(tokenizer, text) == text, iter: 300);
    }

    [Fact]
    public void What_the_vocabulary_lacks_becomes_bytes()
    {
        using var file = new ModelFile(ModelFile.Tiny());
        using var model = LlamaModel.Open(file.Location);

        var back = Back(model.Tokenizer, "żółć 🦙");

        // This vocabulary lacks even the mark of a space.
        Assert.Equal(" żółć 🦙", back.Replace('\u2581', ' '));
    }

    [Fact]
    public void A_long_text_takes_no_quadratic_time()
    {
        using var file = GgufFile.Open(SharedModels.Find("models/vocab/ggml-vocab-llama-spm.gguf"));
        var text = string.Concat(Enumerable.Repeat("a quick brown fox and 1234 others; ", 20_000));

        var tokens = SentencePieceTokenizer.From(file).Encode(text);

        Assert.InRange(tokens.Count, text.Length / 8, text.Length);
    }

    [Fact]
    public void A_text_beyond_the_limit_is_refused()
    {
        using var file = new ModelFile(ModelFile.Tiny());
        using var model = LlamaModel.Open(file.Location);

        Assert.Throws<ArgumentException>(() => model.Tokenizer.Encode(new('x', SentencePieceTokenizer.CharactersMax + 1)));
    }

    // A text that spells a control token is that token, which has no bytes of its own; three random characters do
    // spell <s> now and then.
    private static bool IsPlain(string text) =>
        text == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text))
        && !text.Contains('\u2581', StringComparison.Ordinal)
        && !ControlTokens.Any(token => text.Contains(token, StringComparison.Ordinal));

    private static string Back(ITokenizer tokenizer, string text) => Encoding.UTF8.GetString(
        [.. tokenizer.Encode(text).Skip(1).SelectMany((token, at) => tokenizer.Decode(token, isFirst: at == 0))]);
}
