using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Asks for vectors of texts. Fields that are not known are passed over.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record EmbeddingRequest
{
    /// <summary>Vectors as lists of numbers.</summary>
    public const string Float = "float";

    /// <summary>Vectors as base64 of their numbers, 32 bits each, little-endian.</summary>
    public const string Base64 = "base64";

    /// <summary>Name of a model of the catalogue, or <c>mdl:</c> and its id; see GET /v1/models.</summary>
    public required string Model { get; init; }

    /// <summary>A text, tokens, or a list of up to 2,048 of either; none may be empty.</summary>
    public required JsonElement Input { get; init; }

    /// <summary><c>float</c>, which it is unless told, or <c>base64</c>.</summary>
    [JsonPropertyName("encoding_format")]
    public string? EncodingFormat { get; init; }

    /// <summary>
    /// Only so many of each vector's first numbers, brought to length 1 again; at most the model's width.
    /// </summary>
    public int? Dimensions { get; init; }

    /// <summary>Passed over.</summary>
    public string? User { get; init; }

    /// <summary>Where the vectors may be made and what they may cost.</summary>
    public MarketplaceOptions? Marketplace { get; init; }

    /// <summary>What is wrong as far as that shows without the model; else the inputs.</summary>
    public (Faults Faults, IReadOnlyList<EmbeddingInput> Inputs) Check()
    {
        var faults = new Faults();

        if (!ModelReference.IsOne(Model))
        {
            faults.Add("model", ModelReference.Wanted);
        }

        if (EncodingFormat is not (null or Float or Base64))
        {
            faults.Add("encoding_format", $"is {EncodingFormat}, allowed are {Float} and {Base64}");
        }

        if (Dimensions < 1)
        {
            faults.Add("dimensions", $"is {Dimensions}, allowed are 1 to the model's width");
        }

        Marketplace?.Check(faults);
        return (faults, EmbeddingInputs.Read(Input, faults));
    }
}
