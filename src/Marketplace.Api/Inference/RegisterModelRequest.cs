using Marketplace.Api.Http;
using Marketplace.Api.Renders;

namespace Marketplace.Api.Inference;

/// <summary>Puts an uploaded file of weights into the catalogue.</summary>
/// <param name="Name" example="stories260K">Letters, digits, dots, hyphens and underscores; 1 to 64.</param>
/// <param name="Sha256" example="270cba1bd5109f42d03350f60406024560464db173c0e387d91f0426d3bd256d">
/// Hash of the GGUF file, sent before by PUT /v1/assets/{sha256}.
/// </param>
internal sealed record RegisterModelRequest(string Name, string Sha256)
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

        if (!AssetHash.IsOne(Sha256))
        {
            faults.Add("sha256", AssetHash.Wanted);
        }

        return faults;
    }

    public static bool IsName(string name) =>
        name.Length is >= 1 and <= NameLengthMax
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');
}
