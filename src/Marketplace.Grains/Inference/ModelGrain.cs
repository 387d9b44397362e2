using Marketplace.Domain;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Ledger;
using Marketplace.Ledger;
using Marketplace.Ledger.Verification;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Inference;

/// <summary>
/// A name in the model catalogue; once given, it stays with its bytes. Its id takes a reading of the whole file, which
/// goes on beside the grain's calls: until then the model can be ordered and has no id.
/// </summary>
[GrainType("model")]
internal sealed partial class ModelGrain(
    [PersistentState("model")] IPersistentState<ModelState> model,
    IModelReader reader,
    IPromptCounter prompts,
    IBlobStore blobs,
    IRegister register,
    ModelEntryRows entries,
    AdminActs acts,
    TimeProvider clock,
    ILogger<ModelGrain> log) : Grain, IModelGrain
{
    public const string KeyPrefix = "mdl_";

    /// <summary>How long a registration waits for the id: less than a caller waits for the answer.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan EnlistAgainAfter = TimeSpan.FromMinutes(1);

    // Time to read the largest file from a slow disk.
    private static readonly TimeSpan EnlistLimit = TimeSpan.FromHours(1);

    private Task _enlisting = Task.CompletedTask;
    private DateTimeOffset _enlistAt = DateTimeOffset.MinValue;

    public async Task<ModelOutcome> Register(string sha256, AdminAct? act, CancellationToken cancel = default)
    {
        if (model.State.Model is { } known)
        {
            return known.Sha256 == sha256
                ? new ModelOutcome.Registered(await Enlisted(known))
                : new ModelOutcome.NameTaken(known.Sha256);
        }

        if (await entries.Version(cancel) >= ModelManifest.EntriesMax)
        {
            return new ModelOutcome.Full(ModelManifest.EntriesMax);
        }

        if (await blobs.Length(sha256, cancel) is not { } bytes)
        {
            return new ModelOutcome.BlobUnknown();
        }

        var reading = await reader.Read(sha256, cancel);

        if (reading is not ModelReading.Facts facts)
        {
            return new ModelOutcome.Corrupt(((ModelReading.Fault)reading).Why);
        }

        var view = new ModelView(
            this.GetPrimaryKeyString()[KeyPrefix.Length..],
            sha256,
            facts.Files?.Bytes ?? bytes,
            facts.Architecture,
            facts.Parameters,
            facts.ContextLength,
            facts.WeightFormat,
            clock.GetUtcNow(),
            Files: facts.Files);

        if (act is not null)
        {
            await acts.Record(act, "model.register", this.GetPrimaryKeyString(), cancel);
        }

        await this.Save(model, new ModelState { Model = view });
        await register.Put([Row(view)], cancel);
        return new ModelOutcome.Registered(await Enlisted(view));
    }

    public Task<ModelView?> Describe(CancellationToken cancel = default)
    {
        Look();
        return Task.FromResult(model.State.Model);
    }

    public async Task<int?> CountPrompt(string prompt, CancellationToken cancel = default) =>
        model.State.Model is { } known ? await prompts.Count(known.Sha256, prompt, cancel) : null;

    public async Task<SpeltTokens?> Spell(TokenPrompt tokens, CancellationToken cancel = default) =>
        model.State.Model is { } known ? await prompts.Spell(known.Sha256, tokens, cancel) : null;

    public async Task<TokenPrompt?> Cut(IReadOnlyList<PromptPart> parts, CancellationToken cancel = default) =>
        model.State.Model is { } known ? await prompts.Cut(known.Sha256, parts, cancel) : null;

    public async Task<MeasureOutcome> Measure(
        IReadOnlyList<EmbeddingInput> inputs, CancellationToken cancel = default) =>
        model.State.Model is { } known
            ? await prompts.Measure(known.Sha256, inputs, cancel)
            : new MeasureOutcome.Unreadable();

    private async Task<ModelView> Enlisted(ModelView known)
    {
        Look();

        try
        {
            await _enlisting.WaitAsync(WaitMax, clock);
        }
        catch (TimeoutException)
        {
            // A large file, or one behind others: the name is given, the id follows.
        }

        return model.State.Model ?? known;
    }

    /// <summary>
    /// Brings a model into the manifest that is not there yet: one of before there was one, or one whose host died.
    /// </summary>
    private void Look()
    {
        var now = clock.GetUtcNow();

        if (model.State is { Model: { } known, Version: null } && _enlisting.IsCompleted && now >= _enlistAt)
        {
            _enlistAt = now + EnlistAgainAfter;
            DelayDeactivation(EnlistLimit);
            _enlisting = Enlist(known);
        }
    }

    /// <summary>
    /// Every step is safe to repeat. Beside it nothing writes the state: a name that is given is never given again.
    /// </summary>
    private async Task Enlist(ModelView known)
    {
        try
        {
            if ((known.ModelId ?? await reader.Identify(known.Sha256)) is not { } id)
            {
                LogUnread(log, known.Name, known.Sha256);
                return;
            }

            var named = known with { ModelId = id };
            var version = await entries.Append(new(
                named.Name,
                id,
                named.Sha256,
                named.Bytes,
                named.WeightFormat,
                named.Architecture,
                named.ContextLength,
                named.RegisteredAt));
            await register.Put([Row(named)]);
            await this.Save(model, new ModelState { Model = named, Version = version });
            LogEnlisted(log, named.Name, id, version);
        }
        catch (Exception fault)
        {
            LogNotEnlisted(log, fault, known.Name);
        }
    }

    private RegisterRow Row(ModelView view) => new(
        RegisterKinds.Model,
        this.GetPrimaryKeyString(),
        string.Empty,
        "registered",
        ListDetail.Write(new ListDetail.Model(
            view.Name,
            view.Sha256,
            view.Bytes,
            view.Architecture,
            view.Parameters,
            view.ContextLength,
            view.WeightFormat,
            view.ModelId)),
        null);
}
