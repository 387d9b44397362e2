using Marketplace.Agent.Cache;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Agent.Inference;

/// <summary>A language model ready on the device; texts may be made side by side.</summary>
internal sealed class LoadedModel : IDisposable
{
    private readonly LlamaModel _model;
    private readonly InferenceEngine _engine;
    private readonly CachedFile? _file;

    private LoadedModel(LlamaModel model, InferenceEngine engine, CachedFile? file) =>
        (_model, _engine, _file) = (model, engine, file);

    public LlamaModel Model => _model;

    /// <summary>
    /// Loads a model file. Where it comes from the cache, it stays there for as long as it is loaded.
    /// </summary>
    /// <exception cref="Compute.Inference.ModelFormatException">The file is no model that can be run.</exception>
    /// <exception cref="DeviceUnavailableException">The device has no engine for it.</exception>
    public static LoadedModel Open(string path, ComputeDevice device, CachedFile? file = null)
    {
        var model = LlamaModel.Open(path);

        try
        {
            return new LoadedModel(model, new InferenceEngine(model, device), file);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Makes a text on the calling thread and hands over each token as it is made.</summary>
    /// <exception cref="PromptTooLongException">The prompt does not fit into the model's context.</exception>
    public TextEnd Make(GenerationRequest request, Action<GeneratedToken> emit, CancellationToken cancel)
    {
        using var text = _engine.Begin(request);

        foreach (var token in text.Tokens(cancel))
        {
            emit(token);
        }

        return new TextEnd(text.Finish == FinishReason.Stop ? TextEnd.Stop : TextEnd.Length, text.PromptTokens);
    }

    public void Dispose()
    {
        _engine.Dispose();
        _model.Dispose();
        _file?.Dispose();
    }
}
