using System.Collections.Frozen;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Tokenizers;

/// <summary>
/// The tokens that end a text: those that a model's files name, and control tokens that are known by their text. A
/// model that ends its turns with another token than the one that ends its documents would else write on to the limit,
/// and one of code from the file that it was asked for into the next one.
/// </summary>
internal static class EndTokens
{
    // Those of known families that are built as these architectures are; ggml-org/llama.cpp's vocabulary collects the
    // same. What a model writes as plain text is none, whatever it spells.
    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.Ordinal,
        "<|eot_id|>",
        "<|eom_id|>",
        "<|im_end|>",
        "<|end|>",
        "<end_of_turn>",
        "<|endoftext|>",
        "<|end_of_text|>",
        "<|end\u2581of\u2581sentence|>",
        "<\uFF5Cend\u2581of\u2581sentence\uFF5C>",
        "<EOT>",
        "[EOT]",
        "[EOS]",
        "<end_of_utterance>",

        // Where models of code that fill in the middle pad, and go on to another file or repository. What stands before
        // the parts of one file (prefix, suffix, middle) ends none.
        "\u2581<EOT>",
        "<|fim_pad|>",
        "<fim-pad>",
        "<fim_pad>",
        "<PAD>",
        "[PAD]",
        "<|fim_repo|>",
        "<|repo_name|>",
        "<fim-repo>",
        "<REPO>",
        "<reponame>",
        "<|file_sep|>");

    /// <summary>The first of the named tokens, then the others and the known ones in the order of their ids.</summary>
    /// <param name="named">At least one.</param>
    /// <param name="begin">Ends a text in any case, and is listed only where it is named.</param>
    /// <param name="controls">The model's control tokens with their texts; of several with one text the first.</param>
    public static IReadOnlyList<int> Of(
        IReadOnlyList<int> named, int begin, IEnumerable<(int Id, string? Text)> controls)
    {
        var known = controls
            .Where(control => control.Text is { } text && Known.Contains(text))
            .DistinctBy(control => control.Text, StringComparer.Ordinal)
            .Select(control => control.Id)
            .Where(id => id != begin);

        return [named[0], .. named.Concat(known).Where(id => id != named[0]).Distinct().Order()];
    }

    /// <summary>What a GGUF names: the end of a text first, then those of a turn and of a message.</summary>
    /// <param name="file">Its metadata.</param>
    /// <param name="last">The last id of the vocabulary.</param>
    /// <param name="fallback">The end of a text where the file does not say; null where it must.</param>
    public static IReadOnlyList<int> NamedIn(GgufFile file, int last, int? fallback)
    {
        var named = new List<int> { file.Number("tokenizer.ggml.eos_token_id", 0, last, fallback) };

        foreach (var key in new[] { "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id" })
        {
            // Converters write all ones for none.
            if (file.Metadata.GetValueOrDefault(key) is not (null or uint.MaxValue or -1))
            {
                named.Add(file.Number(key, 0, last));
            }
        }

        return named;
    }
}
