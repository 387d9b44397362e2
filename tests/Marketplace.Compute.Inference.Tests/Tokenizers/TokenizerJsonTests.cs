using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Marketplace.Compute.Inference.Tokenizers;

namespace Marketplace.Compute.Inference.Tests.Tokenizers;

/// <summary>A tokenizer from a stranger is either usable or refused with what is wrong.</summary>
public class TokenizerJsonTests
{
    private const int Joint = 256;
    private const int Begin = 257;

    // The pattern of Llama 3 as its tokenizer.json has it.
    private const string Llama3 =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Merges_may_be_texts_or_pairs(bool isPairs)
    {
        var file = Small();
        file["model"]!["merges"] = isPairs ? new JsonArray(new JsonArray("a", "b")) : new JsonArray("a b");

        Assert.Equal([Joint, (int)'c'], Read(file).Encode("abc"));
    }

    // The pattern of Mistral Nemo and Small 3 as their tokenizer.json has it.
    private const string Tekken =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    [Theory]
    [InlineData(Llama3)]
    [InlineData(Tekken)]
    public void Llama_3_and_Mistral_begin_their_texts_and_take_whole_words_first(string pattern)
    {
        var file = Small();
        file["model"]!["ignore_merges"] = true;
        file["model"]!["vocab"]!["abc"] = 258;
        file["pre_tokenizer"] = JsonNode.Parse("""
            {"type": "Sequence", "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": ""}, "behavior": "Isolated", "invert": false},
                {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}
            """);
        file["pre_tokenizer"]!["pretokenizers"]![0]!["pattern"]!["Regex"] = pattern;
        file["post_processor"] = JsonNode.Parse("""
            {"type": "TemplateProcessing",
             "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
             "special_tokens": {"<s>": {"id": "<s>", "ids": [257], "tokens": ["<s>"]}}}
            """);

        Assert.Equal([Begin, 258], Read(file).Encode("abc"));
    }

    [Theory]
    [InlineData("/model/type", "\"Unigram\"", "model.type is 'Unigram', allowed is 'BPE'")]
    [InlineData("/model/merges", "[\"a b c\"]", "merge 'a b c'")]
    [InlineData("/model/merges", "[\"a zz\"]", "merge 0 needs 'zz'")]
    [InlineData("/model/merges", "[[\"a\"]]", "1 parts, allowed are 2")]
    [InlineData("/model/merges", "7", "cannot be read")]
    [InlineData("/model/vocab", "{}", "no token for the byte 0x00")]
    [InlineData("/model/vocab", "{\"a\": 2000000000}", "token ids are 257 to 2000000000")]
    [InlineData("/model/vocab", "{\"a\": -1}", "token ids are -1")]
    [InlineData("/model/vocab", "{\"a\": 1, \"b\": 1}", "token 1 is both")]
    [InlineData("/model/byte_fallback", "true", "byte_fallback")]
    [InlineData("/normalizer", "{\"type\": \"Lowercase\"}", "normalizer.type is 'Lowercase'")]
    [InlineData("/pre_tokenizer", "{\"type\": \"Metaspace\"}", "pre_tokenizer.replacement is ''")]
    [InlineData("/pre_tokenizer", "{\"type\": \"ByteLevel\", \"use_regex\": false}", "is not known")]
    [InlineData("/post_processor", "{\"type\": \"BertProcessing\"}", "post_processor.type is 'BertProcessing'")]
    public void What_is_not_supported_is_refused_by_name(string place, string value, string offence)
    {
        var file = Small();
        var names = place.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var parent = names.Length == 2 ? file[names[0]]! : file;
        parent[names[^1]] = JsonNode.Parse(value);

        var fault = Assert.Throws<ModelFormatException>(() => Read(file));

        Assert.Contains(offence, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_refused_or_usable()
    {
        var whole = Encoding.UTF8.GetBytes(Small().ToJsonString());

        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Sample(
            (at, value) =>
            {
                var bytes = whole.ToArray();
                bytes[at] = value;

                try
                {
                    Assert.NotEmpty(TokenizerJson.Read(bytes, "<s>").Encode("ab 12"));
                }
                catch (ModelFormatException)
                {
                    // Said what is wrong.
                }
            },
            iter: 2_000);
    }

    private static ITokenizer Read(JsonObject file) =>
        TokenizerJson.Read(Encoding.UTF8.GetBytes(file.ToJsonString()), "<s>");

    private static JsonObject Small()
    {
        var vocabulary = new JsonObject();

        for (var value = 0; value < 256; value++)
        {
            vocabulary.Add(ByteAlphabet.Of((byte)value).ToString(), value);
        }

        vocabulary.Add("ab", Joint);
        return new()
        {
            ["added_tokens"] = new JsonArray(
                new JsonObject { ["id"] = Begin, ["content"] = "<s>", ["special"] = true }),
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false },
            ["post_processor"] = null,
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = vocabulary, ["merges"] = new JsonArray("a b") },
        };
    }
}
