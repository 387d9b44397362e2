using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Tests.Safetensors;

namespace Marketplace.Compute.Inference.Tests.ModelFiles;

/// <summary>A model's files wherever they lie.</summary>
public sealed class NamedFilesTests
{
    [Fact]
    public void Files_under_other_names_are_the_model_of_their_folder()
    {
        using var folder = ModelFolder.OfTinyStories();
        using var moved = new Moved(folder.Location);
        using var here = LlamaModel.Open(folder.Location);
        using var there = LlamaModel.Open(moved.Files);

        Assert.Equal(here.Id, there.Id);
        Assert.Equal("safetensors", there.Container);
    }

    [Fact]
    public void So_are_a_bin_and_its_tokenizer()
    {
        var path = SharedModels.Find("models/stories260K/stories260K.bin");
        using var here = LlamaModel.Open(path);
        using var there = LlamaModel.Open(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["any.bin"] = path,
            ["tokenizer.bin"] = SharedModels.Find("models/stories260K/tok512.bin"),
        });

        Assert.Equal(here.Id, there.Id);
    }

    [Fact]
    public void A_file_of_no_use_and_one_that_is_missing_are_named()
    {
        using var folder = ModelFolder.OfTinyStories();
        using var moved = new Moved(folder.Location);

        var unused = Refused(new(moved.Files, StringComparer.Ordinal) { ["notes.txt"] = moved.Files["config.json"] });
        var missing = Refused(new(moved.Files.Where(file => file.Key != "tokenizer.json"), StringComparer.Ordinal));
        var none = Refused(new(StringComparer.Ordinal) { ["notes.txt"] = moved.Files["config.json"] });

        Assert.Contains("notes.txt is no file", unused, StringComparison.Ordinal);
        Assert.Contains("tokenizer.json is missing", missing, StringComparison.Ordinal);
        Assert.Contains("expected config.json", none, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_names_the_file_and_the_byte()
    {
        using var folder = ModelFolder.OfTinyStories();
        using var moved = new Moved(folder.Location);
        File.WriteAllBytes(moved.Files["model.safetensors"], [0, 0, 0, 0, 0, 0, 0, 1]);

        var fault = Assert.Throws<ModelFormatException>(() => LlamaModel.Open(moved.Files).Dispose());

        Assert.StartsWith("model.safetensors: ", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, fault.Offset);
    }

    private static string Refused(Dictionary<string, string> files) =>
        Assert.Throws<ModelFormatException>(() => LlamaModel.Open(files).Dispose()).Message;

    /// <summary>Copies of what a model is read from, under names that say nothing.</summary>
    private sealed class Moved : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("moved-model-").FullName;

        public Moved(string from)
        {
            foreach (var name in new[] { "config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors" }
                .Where(name => File.Exists(Path.Combine(from, name))))
            {
                Files[name] = Path.Combine(_folder, $"{Files.Count}");
                File.Copy(Path.Combine(from, name), Files[name]);
            }
        }

        public Dictionary<string, string> Files { get; } = new(StringComparer.Ordinal);

        public void Dispose() => Directory.Delete(_folder, recursive: true);
    }
}
