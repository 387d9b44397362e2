using System.Text.Json;

namespace Marketplace.Compute.Inference.Tokenizers;

/// <summary>
/// Reads Hugging Face's <c>tokenizer.json</c>: byte-level BPE, or SentencePiece-style BPE with bytes for what it lacks.
/// What it asks for and is not done here is refused by name: to ignore it would give other tokens than those that the
/// model was trained on. Source: huggingface/tokenizers.
/// </summary>
public static class TokenizerJson
{
    /// <summary>Largest file.</summary>
    public const int BytesMax = 64 * 1024 * 1024;

    /// <summary>The tokenizer of a file.</summary>
    /// <param name="json">The file.</param>
    /// <param name="endToken">Text of the token that ends a text; the file itself does not say.</param>
    /// <exception cref="ModelFormatException">It is no such file, or asks for what is not supported.</exception>
    public static ITokenizer Read(ReadOnlyMemory<byte> json, string endToken) =>
        Read(json, new NamedEnds([], endToken, []));

    /// <summary>The tokenizer of a file.</summary>
    /// <param name="json">The file.</param>
    /// <param name="ends">What ends a text.</param>
    internal static ITokenizer Read(ReadOnlyMemory<byte> json, NamedEnds ends)
    {
        if (json.Length > BytesMax)
        {
            throw new ModelFormatException($"tokenizer.json has {json.Length} bytes, allowed are {BytesMax}");
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var model = root.GetProperty("model");
            Allow("model.type", Text(model, "type"), "BPE");
            Allow("model.continuing_subword_prefix", Text(model, "continuing_subword_prefix") ?? "", "");
            Allow("model.end_of_word_suffix", Text(model, "end_of_word_suffix") ?? "", "");
            return RankedPieceJson.IsFor(root)
                ? new RankedPieceTokenizer(RankedPieceJson.Vocabulary(root, ends))
                : new ByteLevelTokenizer(Vocabulary(root, ends));
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException)
        {
            throw new ModelFormatException($"tokenizer.json cannot be read: {fault.Message}");
        }
    }

    /// <summary>Ids of the vocabulary and of added tokens to their texts.</summary>
    internal static string?[] Texts(JsonElement root) => Texts(
    [
        .. root.GetProperty("model").GetProperty("vocab").EnumerateObject()
            .Select(one => (one.Name, one.Value.GetInt32())),
        .. AddedTokens(root).Select(one => (one.Text, one.Id)),
    ]);

    internal static List<(string Text, int Id, bool IsControl, bool IsNormalized)> AddedTokens(JsonElement root) =>
        Find(root, "added_tokens") is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(Added)]
            : [];

    private static ByteLevelVocabulary Vocabulary(JsonElement root, NamedEnds named)
    {
        var model = root.GetProperty("model");
        var words = Words(root);

        if (Flag(model, "byte_fallback") || Flag(model, "ignore_merges") != words.WholeWordsFirst)
        {
            throw new ModelFormatException("model.byte_fallback or model.ignore_merges is not that of the pattern");
        }

        Allow("normalizer.type", Text(Find(root, "normalizer"), "type") ?? "none", words.Composes ? "NFC" : "none");
        var texts = Texts(root);
        var ends = named.In(texts);
        var begin = BeginToken(root);

        return begin >= texts.Length
            ? throw new ModelFormatException($"the vocabulary has no begin token {begin}")
            : new()
            {
                Texts = texts,
                Added = [.. AddedTokens(root).Select(one => (one.Id, one.IsControl))],
                Merges = [.. model.GetProperty("merges").EnumerateArray().Select(Merge)],
                Words = words,
                Begin = begin ?? ends[0],
                Ends = ends,
                AddsBegin = begin is not null,
            };
    }

    private static string?[] Texts(IReadOnlyCollection<(string Text, int Id)> tokens)
    {
        var (min, max) = tokens.Count == 0 ? (-1, -1) : (tokens.Min(one => one.Id), tokens.Max(one => one.Id));

        if (min < 0 || max >= ModelLimits.VocabularyMax)
        {
            throw new ModelFormatException(
                $"token ids are {min} to {max}, allowed are 0 to {ModelLimits.VocabularyMax - 1}");
        }

        var texts = new string?[max + 1];

        foreach (var (text, id) in tokens)
        {
            texts[id] = texts[id] is null || texts[id] == text
                ? text
                : throw new ModelFormatException($"token {id} is both '{texts[id]}' and '{text}'");
        }

        return texts;
    }

    private static (string Text, int Id, bool IsControl, bool IsNormalized) Added(JsonElement token)
    {
        var id = token.GetProperty("id").GetInt32();

        if (Flag(token, "single_word") || Flag(token, "lstrip") || Flag(token, "rstrip"))
        {
            throw new ModelFormatException($"added token {id} asks for single_word, lstrip or rstrip: not supported");
        }

        return (Text(token, "content") ?? "", id, Flag(token, "special"), Flag(token, "normalized"));
    }

    internal static (string Left, string Right) Merge(JsonElement merge)
    {
        if (merge.ValueKind == JsonValueKind.String)
        {
            return ByteLevelVocabulary.Merge(merge.GetString()!);
        }

        return merge.GetArrayLength() == 2
            ? (merge[0].GetString() ?? "", merge[1].GetString() ?? "")
            : throw new ModelFormatException($"a merge has {merge.GetArrayLength()} parts, allowed are 2");
    }

    private static PreTokenizer Words(JsonElement root)
    {
        var steps = Steps(root, "pre_tokenizer", "pretokenizers");
        var last = steps.LastOrDefault();
        Allow("pre_tokenizer.type", Text(last, "type") ?? "none", "ByteLevel");

        if (Flag(last, "add_prefix_space"))
        {
            throw new ModelFormatException("pre_tokenizer.add_prefix_space is not supported");
        }

        if (steps.Count == 1 && (!last.TryGetProperty("use_regex", out var regex) || regex.GetBoolean()))
        {
            return PreTokenizer.Gpt2;
        }

        var pattern = steps.Count == 2 && Text(steps[0], "type") == "Split" && Text(steps[0], "behavior") == "Isolated"
            ? Text(Find(steps[0], "pattern"), "Regex") ?? ""
            : "";
        return PreTokenizer.FindPattern(pattern) ?? throw new ModelFormatException(
            $"pre_tokenizer pattern '{pattern}' is not known; known are those of GPT-2, Llama 3, Qwen and tekken");
    }

    /// <summary>The token that a template puts before a text, if any.</summary>
    internal static int? BeginToken(JsonElement root)
    {
        int? begin = null;

        foreach (var step in Steps(root, "post_processor", "processors").Where(
            step => Text(step, "type") != "ByteLevel"))
        {
            Allow("post_processor.type", Text(step, "type") ?? "none", "TemplateProcessing");
            var parts = step.GetProperty("single").EnumerateArray().ToList();
            var isKnown = parts.Count is 1 or 2 && parts[^1].TryGetProperty("Sequence", out _) && begin is null;

            if (!isKnown)
            {
                throw new ModelFormatException("post_processor.single is not one token before the text, or none");
            }

            if (parts.Count == 2)
            {
                var name = Text(parts[0].GetProperty("SpecialToken"), "id") ?? "";
                var ids = step.GetProperty("special_tokens").GetProperty(name).GetProperty("ids");
                begin = ids.GetArrayLength() == 1 && ids[0].GetInt32() is >= 0 and var id
                    ? id
                    : throw new ModelFormatException($"post_processor.special_tokens.{name} is not one token");
            }
        }

        return begin;
    }

    /// <summary>The steps of a Sequence, or the one step, or none.</summary>
    internal static List<JsonElement> Steps(JsonElement root, string name, string inner)
    {
        var step = Find(root, name);
        return step.ValueKind != JsonValueKind.Object ? []
            : Text(step, "type") == "Sequence" ? [.. step.GetProperty(inner).EnumerateArray()]
            : [step];
    }

    internal static JsonElement Find(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var found) ? found : default;

    internal static string? Text(JsonElement parent, string name) =>
        Find(parent, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    internal static bool Flag(JsonElement parent, string name) => Find(parent, name).ValueKind == JsonValueKind.True;

    internal static void Allow(string field, string? value, string allowed)
    {
        if (value != allowed)
        {
            throw new ModelFormatException($"{field} is '{value}', allowed is '{allowed}'");
        }
    }
}
