using Marketplace.Agent.Cache;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Inference.Embeddings;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Ilgpu;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Serving;
using Marketplace.Compute.Inference.Verification;

namespace Marketplace.Agent.Inference;

/// <summary>A language model ready on the device; texts may be made side by side.</summary>
internal sealed class LoadedModel : IDisposable
{
    private readonly LlamaModel _model;
    private readonly InferenceEngine _engine;
    private readonly BatchingEngine? _together;
    private readonly CachedModel? _files;

    private LoadedModel(
        LlamaModel model, InferenceEngine engine, BatchingEngine? together, CachedModel? files)
    {
        (_model, _engine, _together, _files) = (model, engine, together, files);
    }

    public LlamaModel Model => _model;

    /// <summary>How its matrices are multiplied; empty on the processor.</summary>
    public IReadOnlyList<MatrixPath> MatrixPaths => _engine.MatrixPaths;

    /// <summary>
    /// Makes vectors of texts on the device, in memory of its own.
    /// </summary>
    /// <exception cref="Compute.Inference.ModelFormatException">The model makes none.</exception>
    public Embedder Embedder => _engine.NewEmbedder();

    /// <summary>How texts that are made together fare; null where no market asks for any.</summary>
    public ServingMetrics? Together => _together?.Metrics;

    /// <summary>
    /// Loads a model file. Where it comes from the cache, it stays there for as long as it is loaded.
    /// </summary>
    /// <exception cref="Compute.Inference.ModelFormatException">The file is no model that can be run.</exception>
    /// <exception cref="DeviceUnavailableException">The device has no engine for it.</exception>
    public static LoadedModel Open(string path, ComputeDevice device) =>
        Open(LlamaModel.Open(path), device, null, null);

    /// <summary>The same for texts of a market, several of which are wanted at once.</summary>
    public static LoadedModel Open(CachedModel files, ComputeDevice device, AgentOptions options) =>
        Open(files.Open(), device, files, options);

    /// <summary>The same of a model that is open; it is closed with this, or when this fails.</summary>
    public static LoadedModel Open(
        LlamaModel model, ComputeDevice device, CachedModel? files, AgentOptions? options)
    {
        try
        {
            var engine = new InferenceEngine(model, device);

            try
            {
                var together = options is null ? null : new BatchingEngine(
                    engine, ServingOptions.For(model.Shape, options.Slots, KeyValueBytes(engine, options)));
                return new LoadedModel(model, engine, together, files);
            }
            catch
            {
                // The weights are in the device's memory already.
                engine.Dispose();
                throw;
            }
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

        return End(text.Finish, text.Prompt, text.EndClaim) with { PromptClaims = text.PromptClaims };
    }

    /// <summary>
    /// What this device computes of another's text, on the calling thread and in memory of its own.
    /// </summary>
    /// <exception cref="PromptTooLongException">The prompt does not fit into the model's context.</exception>
    /// <exception cref="ArgumentException">The tokens are none of a text of this model.</exception>
    public IReadOnlyList<(LogitClaim Own, PositionFinding Finding)> Measure(
        GenerationRequest request, IReadOnlyList<int> tokens, double tolerance) =>
        LogitAudit.Measure(_engine, request, tokens, tolerance);

    /// <summary>
    /// A device's own memory is there to be used: a share for each model that may be loaded, and one for the rest.
    /// </summary>
    private static long KeyValueBytes(InferenceEngine engine, AgentOptions options) =>
        engine.DeviceBytesLeft is { } left ? left / (options.ModelsLoadedMax + 1) : options.KeyValueBytesMax;

    private ServedText? Submit(ServingRequest request, CancellationToken cancel)
    {
        try
        {
            return (_together?.Submit(request, cancel) as SubmitOutcome.Accepted)?.Text;
        }
        catch (InvalidOperationException)
        {
            // A fault has closed it; until the model is loaded anew each text is made alone.
            return null;
        }
    }

    private static TextEnd End(FinishReason? finish, IReadOnlyList<int> prompt, LogitClaim? claim) =>
        new(finish == FinishReason.Stop ? TextEnd.Stop : TextEnd.Length, prompt, claim);

    /// <summary>
    /// Makes a text beside others in one pass over the weights, with the tokens that <see cref="Make"/> gives; in
    /// memory of its own where the shared memory does not suffice.
    /// </summary>
    /// <param name="wanted">What is wanted, and whose it is.</param>
    /// <param name="emit">Gets each token as it is made.</param>
    /// <param name="cancel">Ends the text.</param>
    /// <exception cref="PromptTooLongException">The prompt does not fit into the model's context.</exception>
    public async Task<TextEnd> MakeTogether(
        ServingRequest wanted, Action<GeneratedToken> emit, CancellationToken cancel)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancel);

        if (Submit(wanted, reading.Token) is not { } text)
        {
            return await Task.Factory.StartNew(
                () => Make(wanted.Text, emit, cancel), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        try
        {
            await foreach (var token in text.Tokens(cancel))
            {
                emit(token);
            }
        }
        finally
        {
            // Whoever does not read on must not keep the device busy.
            await reading.CancelAsync();
        }

        // What was found of a prefix counts with the prompt's there.
        return End(text.Finish, text.Prompt, text.EndClaim) with
        {
            CachedTokens = Math.Min(text.CachedTokens, text.Prompt.Count),
            PromptClaims = text.PromptClaims,
        };
    }

    public void Dispose()
    {
        _together?.Dispose();
        _engine.Dispose();

        _model.Dispose();
        _files?.Dispose();
    }
}
