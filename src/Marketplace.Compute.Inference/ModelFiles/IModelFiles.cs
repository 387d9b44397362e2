using Marketplace.Compute.Inference.Embeddings;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Llama2c;
using Marketplace.Compute.Inference.Safetensors;
using Marketplace.Compute.Inference.Tokenizers;

namespace Marketplace.Compute.Inference.ModelFiles;

/// <summary>A model's files, whatever their format: what they say, and where the tensors lie.</summary>
internal interface IModelFiles : IDisposable
{
    /// <summary>The name of the format: <c>gguf</c>, <c>safetensors</c>, <c>llama2.c</c>.</summary>
    string Container { get; }

    /// <summary>The architecture's name: <c>llama</c>, <c>mistral</c>, <c>qwen2</c> or <c>qwen3</c>.</summary>
    string Architecture { get; }

    ITokenizer Tokenizer { get; }

    LlamaShape Shape { get; }

    /// <summary>How messages become a prompt, as the files give it.</summary>
    string? ChatTemplate { get; }

    /// <summary>
    /// A template of its own for conversations with tools, where there is one. No part of the model's id: what a text
    /// is made of is the prompt, whoever wrote it.
    /// </summary>
    string? ToolTemplate => null;

    /// <summary>How the model makes a vector of a text; only GGUF files say it.</summary>
    /// <exception cref="ModelFormatException">It makes none.</exception>
    EmbeddingRule EmbeddingRule => EmbeddingRule.Plain;

    /// <summary>Which states make that vector, as the files say; null where it makes none.</summary>
    /// <exception cref="ModelFormatException">They say what no file may.</exception>
    Pooling? Pooling => EmbeddingRule.Plain.Pooling;

    /// <summary>Canonical bytes of what the tokenizer was read from; part of the model's id.</summary>
    byte[] TokenizerBytes { get; }

    IReadOnlyCollection<StoredTensor> Tensors { get; }

    /// <summary>The tensor of this name of GGUF, or null.</summary>
    StoredTensor? Find(string name);

    /// <summary>
    /// Opens a model: a folder of Hugging Face's layout, its <c>.safetensors</c> or <c>.safetensors.index.json</c>, a
    /// <c>.bin</c> of llama2.c, and by any other name a GGUF.
    /// </summary>
    /// <exception cref="ModelFormatException">It is no usable model.</exception>
    /// <exception cref="IOException">It cannot be read at all.</exception>
    static IModelFiles Open(string path) => path switch
    {
        _ when Directory.Exists(path) => SafetensorsModel.OpenFolder(path),
        _ when Ends(path, ".safetensors") || Ends(path, ".safetensors.index.json") => SafetensorsModel.OpenFile(path),
        _ when Ends(path, ".bin") && !GgufFile.IsGguf(path) => Llama2cModel.Open(
            NamedFiles.At(Path.GetDirectoryName(Path.GetFullPath(path))!), Path.GetFileName(path)),
        _ => GgufModel.Open(path),
    };

    /// <summary>
    /// Opens a model of several files by their names, wherever they lie: <c>config.json</c>, <c>tokenizer.json</c> and
    /// <c>.safetensors</c>, or a <c>.bin</c> of llama2.c and that of its tokenizer. All of them must be of use.
    /// </summary>
    /// <param name="files">Path by name.</param>
    /// <exception cref="ModelFormatException">They are no usable model; names the file.</exception>
    /// <exception cref="IOException">One cannot be read at all.</exception>
    static IModelFiles Open(IReadOnlyDictionary<string, string> files)
    {
        var folder = NamedFiles.Of(files);
        var opened = Open(files.Keys, folder);

        if (files.Keys.Order(StringComparer.Ordinal).FirstOrDefault(name => !folder.Used.Contains(name)) is not
            { } unused)
        {
            return opened;
        }

        opened.Dispose();
        throw new ModelFormatException($"{unused} is no file that this model is read from: leave it out");
    }

    private static IModelFiles Open(IEnumerable<string> names, NamedFiles folder)
    {
        if (folder.Has(SafetensorsModel.Config))
        {
            return SafetensorsModel.OpenFiles(folder, [.. names]);
        }

        string[] weights = [.. names.Where(name => Ends(name, ".bin") && !Llama2cModel.IsTokenizer(name))];

        return weights is [var one]
            ? Llama2cModel.Open(folder, one)
            : throw new ModelFormatException(
                $"the files are no model: expected {SafetensorsModel.Config}, {SafetensorsModel.TokenizerFile} and "
                    + ".safetensors, or one .bin of llama2.c and that of its tokenizer; a GGUF is one file and stands "
                    + "alone");
    }

    private static bool Ends(string path, string ending) => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase);
}
