using System.Text;
using CsCheck;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Tokenizers;

namespace Marketplace.Compute.Inference.Tests.Tokenizers;

public class ByteLevelTokenizerTests
{
    private static readonly Lazy<ITokenizer> Gpt2 = new(() => Json("gpt2"));
    private static readonly Lazy<ITokenizer> Qwen = new(() => Json("qwen2_5"));

    /// <summary>
    /// Texts with the ids of GPT-2 and of Qwen 2: the conformance pairs of ggerganov/llama.cpp (MIT),
    /// models/ggml-vocab-gpt-2.gguf.out and ggml-vocab-qwen2.gguf.out.
    /// </summary>
    public static TheoryData<string, string, string> Pairs => new()
    {
        { "ied 4 ½ months", "798 604 25208 1933", "1122 220 19 220 26062 3951" },
        { "Führer", "37 9116 71 11751", "37 50753 261" },
        { " ", "220", "220" },
        { "  ", "220 220", "256" },
        { "   ", "220 220 220", "262" },
        { "\t", "197", "197" },
        { "\n", "198", "198" },
        { "\n\n", "628", "271" },
        { "\n\n\n", "628 198", "1406" },
        { "\t\n", "197 198", "1572" },
        { "Hello world", "15496 995", "9707 1879" },
        { " Hello World!", "18435 2159 0", "21927 4337 0" },
        { "Hello, world!", "15496 11 995 0", "9707 11 1879 0" },
        { " this is 🦙.cpp", "428 318 12520 99 247 13 20322", "419 374 11162 99 247 13 10821" },
        {
            "w048 7tuijk dsdfhu", "86 47202 767 28047 45961 288 82 7568 13415",
            "86 15 19 23 220 22 83 1963 41808 11472 2940 16739"
        },
        {
            "нещо на Български",
            "22177 16843 141 231 15166 12466 121 16142 12466 239 141 232 30143 140 111 16142 21169 21727 31583 18849",
            "78762 14144 1456 13073 63471 33594 3038 133178 79012"
        },
        {
            "🚀 (normal) 😶\u200d🌫️ (multiple emojis concatenated) ✅ (only emoji that has its own token)",
            "8582 248 222 357 11265 8 30325 114 447 235 8582 234 104 37929 357 48101 795 13210 271 1673 36686 515 8 "
                + "14519 227 357 8807 44805 326 468 663 898 11241 8",
            "145836 320 8252 8 26525 114 378 235 149921 30543 320 35673 99066 97534 8 25521 227 320 3243 42365 429 "
                + "702 1181 1828 3950 8"
        },
        { "    Hello\n    Hello", "220 220 220 18435 198 220 220 220 18435", "262 21927 198 262 21927" },
        { "\n =", "198 796", "198 284" },
        { "' era", "6 6980", "6 11385" },
        {
            "Hello, y'all! How are you 😁 ?我想在apple工作1314151天～",
            "15496 11 331 6 439 0 1374 389 345 30325 223 5633 22755 239 46349 111 28839 101 18040 32432 98 43291 "
                + "1485 1415 24309 25465 171 121 252",
            "9707 11 379 64848 0 2585 525 498 26525 223 937 104100 18493 22377 99257 16 18 16 19 16 20 16 35727 21216"
        },
        { "3333333", "24840 20370", "18 18 18 18 18 18 18" },
        {
            "I've been 'told he's there, 'RE you sure? 'M not sure I'll make it",
            "40 1053 587 705 44040 339 338 612 11 705 2200 345 1654 30 705 44 407 1654 314 1183 787 340",
            "40 3003 1012 364 83 813 566 594 1052 11 364 787 498 2704 30 364 44 537 2704 358 3278 1281 432"
        },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Texts_become_the_reference_ids(string text, string gpt2, string qwen)
    {
        using var file = GgufFile.Open(SharedModels.Find("models/vocab/ggml-vocab-gpt-2.gguf"));

        Assert.Equal(gpt2, string.Join(' ', ITokenizer.From(file).Encode(text)));
        Assert.Equal(gpt2, string.Join(' ', Gpt2.Value.Encode(text)));
        Assert.Equal(qwen, string.Join(' ', Qwen.Value.Encode(text)));
    }

    [Theory]
    [InlineData("Fu\u0308hrer", "Führer")]
    [InlineData("cafe\u0301 <|im_end|> A\u030A", "café <|im_end|> Å")]
    [InlineData("\u1112\u1161\u11AB", "한")]
    public void Qwen_composes_a_letter_and_its_accent_and_GPT_2_does_not(string apart, string composed)
    {
        Assert.Equal(Qwen.Value.Encode(composed), Qwen.Value.Encode(apart));
        Assert.NotEqual(Gpt2.Value.Encode(composed), Gpt2.Value.Encode(apart));
    }

    [Fact]
    public void Any_text_comes_back_from_its_tokens_as_the_model_sees_it()
    {
        Gen.String[0, 60].Where(IsPlain).Sample(text => Back(Gpt2.Value, text) == text, iter: 300);
        Gen.String[0, 60].Where(IsPlain).Sample(
            text => Back(Qwen.Value, text) == CanonicalForm.Compose(text), iter: 300);
    }

    [Fact]
    public void Merges_equal_those_of_the_plain_loop()
    {
        var rules = new MergeRules();
        var ranks = new List<(int Left, int Right, int Joint)>
        {
            (0, 0, 2), (0, 1, 3), (2, 2, 4), (2, 0, 5), (3, 3, 6), (4, 1, 7), (1, 1, 8), (8, 0, 9), (5, 3, 10),
        };
        ranks.ForEach(rule => rules.Add(rule.Left, rule.Right, rule.Joint));

        Gen.Int[0, 1].Array[0, 40].Sample(
            tokens => rules.Merge(tokens).SequenceEqual(Plain(ranks, tokens)), iter: 2_000);
    }

    [Fact]
    public void Control_tokens_in_a_text_are_themselves_and_write_nothing()
    {
        var tokens = Qwen.Value.Encode("<|im_start|>user\nHi<|im_end|>");

        Assert.Equal("151644 872 198 13048 151645", string.Join(' ', tokens));
        Assert.Empty(Qwen.Value.Decode(151_644, isFirst: false));
    }

    [Fact]
    public void Letters_beyond_the_basic_plane_are_letters() =>
        Assert.Equal("a\U00020000| 1", string.Join('|', PreTokenizer.Gpt2.Words("a\U00020000 1")));

    /// <summary>Cut by the pattern of Mistral Nemo's tokenizer.json in PyPI's regex, which knows whole characters.</summary>
    [Theory]
    [InlineData("I don't STOP, HelloWorld", "I| don|'t| STOP|,| Hello|World")]
    [InlineData("XMLHttpRequest v12", "XMLHttp|Request| v|1|2")]
    [InlineData("path/to//file!/\n/x", "path|/to|//|file|!/\n/|x")]
    [InlineData("\t\n  a\n\n  b   ", "\t\n| | a|\n\n| | b|   ")]
    [InlineData("aʰBa ǅaB 日本語Abc", "aʰ|Ba| ǅa|B| 日本語Abc")]
    [InlineData("cafe\u0301 \u0301A", "cafe\u0301| \u0301|A")]
    [InlineData("𝐀𝐛𝐀 𐐀𐐨𐐨𐐀", "𝐀𝐛|𝐀| 𐐀𐐨𐐨|𐐀")]
    [InlineData("a\U00020000B\U00020000b", "a\U00020000|B\U00020000b")]
    [InlineData("x\U000E0100Y😀🚀!", "x\U000E0100|Y|😀🚀!")]
    [InlineData("\U0001D7CE\U0001D7CF1", "\U0001D7CE|\U0001D7CF|1")]
    public void Tekken_cuts_by_case_whatever_plane_a_letter_is_of(string text, string words) =>
        Assert.Equal(words, string.Join('|', PreTokenizer.Named("tekken").Words(text)));

    [Theory]
    [InlineData("A")]
    [InlineData("a")]
    [InlineData("日A")]
    [InlineData("A\u0301")]
    [InlineData("\u0301A")]
    [InlineData(" ")]
    [InlineData("/\n")]
    [InlineData("aA")]
    public async Task Tekken_cuts_a_million_letters_in_no_quadratic_time(string letters)
    {
        var text = string.Concat(Enumerable.Repeat(letters, SentencePieceTokenizer.CharactersMax / letters.Length));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));

        var length = await Task.Run(() => PreTokenizer.Named("tekken").Words(text).Sum(word => word.Length), limit.Token)
            .WaitAsync(limit.Token);

        Assert.Equal(text.Length, length);
    }

    [Fact]
    public void An_empty_text_is_the_begin_token() =>
        Assert.Equal([50_256], Gpt2.Value.Encode(""));

    [Theory]
    [InlineData("a")]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData("é")]
    [InlineData("!")]
    public async Task A_million_times_one_letter_takes_no_quadratic_time(string letter)
    {
        var text = string.Concat(Enumerable.Repeat(letter, SentencePieceTokenizer.CharactersMax));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));

        var tokens = await Task.Run(() => Gpt2.Value.Encode(text), limit.Token).WaitAsync(limit.Token);

        Assert.Equal(text, Encoding.UTF8.GetString([.. tokens.SelectMany(one => Gpt2.Value.Decode(one, false))]));
    }

    [Fact]
    public void A_text_beyond_the_limit_is_refused() => Assert.Throws<ArgumentException>(
        () => Gpt2.Value.Encode(new('x', SentencePieceTokenizer.CharactersMax + 1)));

    private static List<int> Plain(List<(int Left, int Right, int Joint)> ranks, int[] tokens)
    {
        var list = tokens.ToList();

        while (true)
        {
            var at = -1;
            var best = ranks.FindIndex(rule =>
                (at = Enumerable.Range(0, Math.Max(0, list.Count - 1)).FirstOrDefault(
                    place => list[place] == rule.Left && list[place + 1] == rule.Right, -1)) >= 0);

            if (best < 0)
            {
                return list;
            }

            list[at] = ranks[best].Joint;
            list.RemoveAt(at + 1);
        }
    }

    private static bool IsPlain(string text) =>
        text == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) && !text.Contains("<|", StringComparison.Ordinal);

    private static string Back(ITokenizer tokenizer, string text) => text.Length == 0 ? "" : Encoding.UTF8.GetString(
        [.. tokenizer.Encode(text).SelectMany(token => tokenizer.Decode(token, isFirst: false))]);

    private static ITokenizer Json(string name) => TokenizerJson.Read(
        File.ReadAllBytes(SharedModels.Find($"models/tokenizers/{name}/tokenizer.json")), "<|endoftext|>");
}
