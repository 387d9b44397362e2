using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.ModelFiles;
using Marketplace.Compute.Inference.Tokenizers;

namespace Marketplace.Compute.Inference.Safetensors;

/// <summary>
/// A model as Hugging Face lays it out: <c>config.json</c>, <c>tokenizer.json</c>, <c>tokenizer_config.json</c> and
/// <c>generation_config.json</c> where there are such, and <c>model.safetensors</c> or an index of shards.
/// </summary>
internal sealed class SafetensorsModel : IModelFiles
{
    /// <summary>Without it no folder is such a model.</summary>
    public const string Config = "config.json";

    public const string TokenizerFile = "tokenizer.json";

    private const int ConfigBytesMax = 1024 * 1024;
    private const int SettingsBytesMax = 16 * 1024 * 1024;
    private const int ShardsMax = 1_024;
    private const string Single = "model.safetensors";
    private const string IndexEnding = ".safetensors.index.json";
    private const string Index = "model" + IndexEnding;

    private readonly List<SafetensorsFile> _shards = [];
    private readonly Dictionary<string, StoredTensor> _tensors = new(StringComparer.Ordinal);

    private SafetensorsModel(NamedFiles folder, string weights)
    {
        try
        {
            var config = new ModelConfig(JsonFile.Open(folder, Config, ConfigBytesMax));
            (Architecture, Shape) = (config.Architecture, config.Shape());
            var settings = Settings(folder);
            ChatTemplate = Template(folder, settings);
            ToolTemplate = Named(settings, "tool_use");
            var json = JsonFile.Bytes(folder, TokenizerFile, TokenizerJson.BytesMax);
            TokenizerBytes = SHA256.HashData(json);
            Tokenizer = TokenizerJson.Read(json, new NamedEnds(config.Ends, EndText(settings), Generation(folder)));
            Expect(Tokenizer.Count <= Shape.Vocabulary, Tokenizer.Count);

            foreach (var file in Files(folder, weights))
            {
                Open(folder, file);
            }

            Tie(config.TiesEmbeddings);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Container => "safetensors";

    public string Architecture { get; }

    public ITokenizer Tokenizer { get; }

    public LlamaShape Shape { get; }

    public string? ChatTemplate { get; }

    public string? ToolTemplate { get; }

    public byte[] TokenizerBytes { get; }

    public IReadOnlyCollection<StoredTensor> Tensors => _tensors.Values;

    public static SafetensorsModel OpenFolder(string folder) =>
        new(NamedFiles.At(folder), File.Exists(Path.Combine(folder, Index)) ? Index : Single);

    public static SafetensorsModel OpenFile(string path) =>
        new(NamedFiles.At(Path.GetDirectoryName(Path.GetFullPath(path))!), Path.GetFileName(path));

    /// <summary>By names: the index where there is one, else the only file of weights.</summary>
    public static SafetensorsModel OpenFiles(NamedFiles folder, IReadOnlyCollection<string> names) => new(
        folder,
        names.FirstOrDefault(name => name.EndsWith(IndexEnding, StringComparison.OrdinalIgnoreCase))
            ?? names.FirstOrDefault(name => name.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
            ?? Single);

    public StoredTensor? Find(string name) => _tensors.GetValueOrDefault(name);

    public void Dispose()
    {
        _shards.ForEach(shard => shard.Dispose());
        _shards.Clear();
    }

    private static JsonFile? Settings(NamedFiles folder)
    {
        const string Name = "tokenizer_config.json";
        return folder.Has(Name) ? JsonFile.Open(folder, Name, SettingsBytesMax) : null;
    }

    private static string? Template(NamedFiles folder, JsonFile? settings)
    {
        const string Name = "chat_template.jinja";

        if (folder.Has(Name))
        {
            return Encoding.UTF8.GetString(JsonFile.Bytes(folder, Name, ConfigBytesMax));
        }

        return settings?.Find("chat_template") is { ValueKind: JsonValueKind.Array }
            ? Named(settings, "default")
            : settings?.Text("chat_template");
    }

    /// <summary>One of several templates; null where there is one alone, or none of this name.</summary>
    private static string? Named(JsonFile? settings, string wanted) =>
        settings?.Find("chat_template") is { ValueKind: JsonValueKind.Array } named
            ? named.EnumerateArray()
                .Where(one => one.ValueKind == JsonValueKind.Object
                    && one.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
                    && name.ValueEquals(wanted))
                .Select(one => one.TryGetProperty("template", out var text)
                    && text.ValueKind == JsonValueKind.String && JsonFile.IsText(text, out var template)
                        ? template
                        : null)
                .FirstOrDefault()
            : null;

    /// <summary>The end token as a text, or as an object with its content.</summary>
    private static string? EndText(JsonFile? settings) =>
        settings?.Find("eos_token").ValueKind == JsonValueKind.Object
            ? settings.Text("eos_token", "content")
            : settings?.Text("eos_token");

    private static IReadOnlyList<int> Generation(NamedFiles folder)
    {
        const string Name = "generation_config.json";
        return folder.Has(Name) ? ModelConfig.EndsIn(JsonFile.Open(folder, Name, ConfigBytesMax)) : [];
    }

    private static List<string> Files(NamedFiles folder, string weights)
    {
        if (!weights.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return [weights];
        }

        var index = JsonFile.Open(folder, weights, SafetensorsFile.HeaderBytesMax);
        var map = index.Find("weight_map");

        if (map.ValueKind != JsonValueKind.Object)
        {
            throw new ModelFormatException($"{weights}: weight_map is missing or no object");
        }

        var names = map.EnumerateObject()
            .Select(entry => entry.Value.ValueKind == JsonValueKind.String && JsonFile.IsText(entry.Value, out var name)
                ? name
                : "")
            .Distinct(StringComparer.Ordinal)
            .ToList();

        // Shards lie beside their index: a name that leads elsewhere would read other files of the machine.
        return names.Count <= ShardsMax
            && names.TrueForAll(name => name.Length > 0 && Path.GetFileName(name) == name
                && name.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
                    ? names
                    : throw new ModelFormatException(
                        $"{weights}: weight_map names {names.Count} files, allowed are {ShardsMax} plain names that "
                            + "end in .safetensors");
    }

    private void Open(NamedFiles folder, string name)
    {
        var path = folder.Find(name) ?? throw new ModelFormatException($"{name} is missing beside {Config}");
        var shard = SafetensorsFile.Open(path, name);
        _shards.Add(shard);

        foreach (var (tensorName, tensor) in shard.Tensors)
        {
            if (TensorNames.Of(tensorName) is { } known && !_tensors.TryAdd(known, tensor with { Name = known }))
            {
                throw new ModelFormatException($"tensor {tensorName} stands twice");
            }
        }
    }

    /// <summary>One matrix for both ends, whichever of the two names it has.</summary>
    private void Tie(bool isTied)
    {
        if (isTied && _tensors.Remove("output.weight", out var output))
        {
            _tensors.TryAdd("token_embd.weight", output with { Name = "token_embd.weight" });
        }

        if (!isTied && !_tensors.ContainsKey("output.weight"))
        {
            throw new ModelFormatException("tensor lm_head.weight is missing, and tie_word_embeddings is not true");
        }
    }

    private void Expect(bool fits, int tokens)
    {
        if (!fits)
        {
            throw new ModelFormatException(
                $"tokenizer.json has {tokens} tokens, config.json's vocab_size is {Shape.Vocabulary}");
        }
    }
}
