using Marketplace.Domain;
using Marketplace.Domain.Inference;

namespace Marketplace.Grains.Abstractions.Inference;

/// <summary>A model of the catalogue; key <c>mdl_{name}</c>.</summary>
[GrainInterfaceType("model"), Alias("IModelGrain")]
public interface IModelGrain : IGrainWithStringKey
{
    /// <summary>
    /// Checks the uploaded file and puts it into the catalogue under this name; the name then stays with these bytes.
    /// </summary>
    [Alias("Register")]
    Task<ModelOutcome> Register(string sha256, AdminAct? act, CancellationToken cancel = default);

    /// <summary>The model, or null.</summary>
    [Alias("Describe")]
    Task<ModelView?> Describe(CancellationToken cancel = default);

    /// <summary>Tokens of the prompt as the model counts them; null without a model or a readable file.</summary>
    [Alias("CountPrompt")]
    Task<int?> CountPrompt(string prompt, CancellationToken cancel = default);

    /// <summary>What token ids stand for; null without a model or a readable file.</summary>
    [Alias("Spell")]
    Task<SpeltTokens?> Spell(TokenPrompt tokens, CancellationToken cancel = default);

    /// <summary>
    /// A prompt's parts cut into tokens, behind the begin token where the model wants one: of a single text, what its
    /// devices would make of it. No ids where there are none, or where the model lacks a mark. Null without a model or
    /// a readable file.
    /// </summary>
    [Alias("Cut")]
    Task<TokenPrompt?> Cut(IReadOnlyList<PromptPart> parts, CancellationToken cancel = default);

    /// <summary>What the model makes of inputs that are to become vectors.</summary>
    [Alias("Measure")]
    Task<MeasureOutcome> Measure(IReadOnlyList<EmbeddingInput> inputs, CancellationToken cancel = default);
}
