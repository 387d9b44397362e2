using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Serving;

/// <summary>
/// A model that makes many texts side by side, each with the tokens and log-probabilities it would have alone: one pass
/// over the weights a step for all of them. Texts may be submitted from any thread; one thread of its own makes the
/// steps.
/// </summary>
public sealed class BatchingEngine : IDisposable
{
    private readonly InferenceEngine _engine;
    private readonly ILlamaBatch _batch;
    private readonly BatchSchedule _schedule;

    // Not disposed with the engine: a cancellation may still set it.
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly Thread? _thread;
    private volatile bool _closing;

    /// <summary>Begins to work; the engine stays the caller's to dispose, afterwards.</summary>
    public BatchingEngine(InferenceEngine engine, ServingOptions options)
        : this(engine, options, isStepped: false)
    {
    }

    /// <param name="engine">The model.</param>
    /// <param name="options">See there.</param>
    /// <param name="isStepped">Whether the caller makes the steps.</param>
    internal BatchingEngine(InferenceEngine engine, ServingOptions options, bool isStepped)
    {
        options.Checked();
        _engine = engine;
        _batch = engine.NewBatch(new(options.Blocks, options.StepTokens, options.LogitRows));
        _schedule = new(_batch, options);

        if (!isStepped)
        {
            _thread = new(Loop) { IsBackground = true, Name = "inference-steps" };
            _thread.Start();
        }
    }

    public ServingMetrics Metrics => _schedule.Metrics;

    /// <summary>Has a text made; its tokens come as they are drawn.</summary>
    /// <param name="request">The text and whose it is.</param>
    /// <param name="cancel">Ends the text within one token and gives its room back.</param>
    /// <exception cref="PromptTooLongException">The prompt does not fit the model's context.</exception>
    /// <exception cref="InvalidOperationException">A fault has closed the engine.</exception>
    /// <exception cref="ArgumentException">The tenant's name, or a token of the prefix, is not allowed.</exception>
    public SubmitOutcome Submit(ServingRequest request, CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(_closing, this);
        cancel.ThrowIfCancellationRequested();

        if (request.Tenant.Length is 0 or > ServingRequest.TenantLengthMax)
        {
            throw new ArgumentException(
                $"tenant has {request.Tenant.Length} characters, allowed are 1 to {ServingRequest.TenantLengthMax}",
                nameof(request));
        }

        var text = new ActiveText(request.Tenant, _engine.DraftOf(request.Text), cancel, request.IsBatch);

        if (!text.Draft.WantsPrompt && !text.Draft.GoesOn())
        {
            text.Shown.End(text.Draft);
            return new SubmitOutcome.Accepted(text.Shown);
        }

        text.Wake = cancel.UnsafeRegister(state => ((BatchingEngine)state!).Wake(), this);
        var outcome = _schedule.Add(text);

        if (outcome is SubmitOutcome.Accepted)
        {
            Wake();
        }
        else
        {
            text.Wake.Dispose();
        }

        return outcome;
    }

    /// <summary>Ends all texts with <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        if (_closing)
        {
            return;
        }

        _closing = true;
        Wake();
        _thread?.Join();
        _schedule.Close(new ObjectDisposedException(nameof(BatchingEngine)));
        _batch.Dispose();
    }

    /// <summary>One step, where the caller makes them; answers whether there was anything to do.</summary>
    internal bool Step() => _schedule.Step();

    private void Wake() => _wake.Set();

    private void Loop()
    {
        try
        {
            while (!_closing)
            {
                if (!_schedule.Step())
                {
                    _wake.WaitOne();
                }
            }
        }
#pragma warning disable CA1031 // All readers get it, and so does whoever submits afterwards.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _schedule.Close(fault);
        }
    }
}
