using Marketplace.Api.Http;
using Marketplace.Api.Renders;
using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference;

/// <summary>Puts uploaded weights into the catalogue: one GGUF file, or the files of a model with several.</summary>
/// <param name="Name" example="stories260K">Letters, digits, dots, hyphens and underscores; 1 to 64.</param>
/// <param name="Sha256" example="270cba1bd5109f42d03350f60406024560464db173c0e387d91f0426d3bd256d">
/// Hash of the GGUF file, sent before by PUT /v1/assets/{sha256}; null where there are files.
/// </param>
/// <param name="Files">
/// Instead: config.json, tokenizer.json and .safetensors (with tokenizer_config.json, generation_config.json,
/// chat_template.jinja and an index where there are such), or a .bin of llama2.c and that of its tokenizer. Names
/// count: rigs see the files by them.
/// </param>
internal sealed record RegisterModelRequest(
    string Name, string? Sha256 = null, IReadOnlyList<ModelFileRequest>? Files = null)
{
    /// <summary>No model has this name: it is a path of its own.</summary>
    public const string Manifest = "manifest";

    private const int NameLengthMax = 64;

    public Faults Check()
    {
        var faults = new Faults();

        if (!IsName(Name))
        {
            faults.Add(
                "name",
                $"must be 1 to {NameLengthMax} letters, digits, dots, hyphens or underscores, a letter or digit first");
        }

        if (Name == Manifest)
        {
            faults.Add("name", $"must not be {Manifest}: GET /v1/models/{Manifest} is the signed list of all models");
        }

        if ((Sha256 is null) == (Files is null))
        {
            faults.Add("sha256", "must be given, or files instead: exactly one of the two");
        }

        if (Sha256 is not null && !AssetHash.IsOne(Sha256))
        {
            faults.Add("sha256", AssetHash.Wanted);
        }

        if (Files is not null)
        {
            Check(Files, faults);
        }

        return faults;
    }

    private static void Check(IReadOnlyList<ModelFileRequest> files, Faults faults)
    {
        faults.Range("files", files.Count, 1, ModelBundle.FilesMax);

        for (var at = 0; at < Math.Min(files.Count, ModelBundle.FilesMax); at++)
        {
            if (ModelBundle.WhyBadName(files[at].Path) is { } why)
            {
                faults.Add($"files[{at}].path", why);
            }

            if (!AssetHash.IsOne(files[at].Sha256))
            {
                faults.Add($"files[{at}].sha256", AssetHash.Wanted);
            }
        }

        if (ModelBundle.WhyTwice(files.Select(file => file.Path)) is { } twice)
        {
            faults.Add("files", twice);
        }
    }

    public static bool IsName(string name) =>
        name.Length is >= 1 and <= NameLengthMax
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');
}
