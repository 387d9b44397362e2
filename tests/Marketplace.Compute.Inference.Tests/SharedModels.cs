namespace Marketplace.Compute.Inference.Tests;

/// <summary>Public models and golden results beside the repository; a test that needs one skips where it is absent.</summary>
internal static class SharedModels
{
    public static string Stories260K => Find("models/stories260K/stories260K.gguf");

    public static string Stories260KHalf => Find("models/stories260K/stories260K-F16.gguf");

    public static string TinyStories => Find("models/tinystories-656K/tinystories-656K-f32.gguf");

    public static string TinyStoriesHalf => Find("models/tinystories-656K/tinystories-656K-F16.gguf");

    public static string Find(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Marketplace.sln")))
            {
                var file = Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "data", path));
                Assert.SkipUnless(File.Exists(file), $"../shared/data/{path} is absent");
                return file;
            }
        }

        Assert.Skip("the repository's root was not found above the tests");
        return "";
    }

    /// <summary>A prompt and what the model of this path must write after it, greedily.</summary>
    public static (string Prompt, string Text) GoldenText(string model)
    {
        if (model.Contains("stories260K", StringComparison.Ordinal))
        {
            return ("", File.ReadAllText(Find("fixtures/stories260K-greedy200.txt")).TrimEnd('\n'));
        }

        // The first line names the prompt's ids; the text is what follows the prompt. The model spells the end out, and
        // its engine wrote the real one after it.
        var file = File.ReadAllText(Find("fixtures/tinystories-656K-greedy.txt"));
        var text = file.Split('\n', 2)[1];
        return ("Once upon a time", text[..text.LastIndexOf("<|end_story|>", StringComparison.Ordinal)]);
    }

    /// <summary>Vocabulary size, input tokens, and the logits after each: the layout of the golden files.</summary>
    public static (int[] Tokens, float[][] Logits) Golden(string path)
    {
        using var reader = new BinaryReader(File.OpenRead(Find(path)));
        var vocabulary = reader.ReadInt32();
        var tokens = new List<int>();
        var logits = new List<float[]>();

        while (reader.BaseStream.Position < reader.BaseStream.Length)
        {
            tokens.Add(reader.ReadInt32());
            logits.Add([.. Enumerable.Range(0, vocabulary).Select(_ => reader.ReadSingle())]);
        }

        return ([.. tokens], [.. logits]);
    }
}
