using Marketplace.Domain;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Ledger;
using Marketplace.Ledger;

namespace Marketplace.Grains.Inference;

/// <summary>A name in the model catalogue; once given, it stays with its bytes.</summary>
[GrainType("model")]
internal sealed class ModelGrain(
    [PersistentState("model")] IPersistentState<ModelState> model,
    IModelReader reader,
    IPromptCounter prompts,
    IBlobStore blobs,
    IRegister register,
    AdminActs acts,
    TimeProvider clock) : Grain, IModelGrain
{
    public const string KeyPrefix = "mdl_";

    public async Task<ModelOutcome> Register(string sha256, AdminAct? act, CancellationToken cancel = default)
    {
        if (model.State.Model is { } known)
        {
            return known.Sha256 == sha256
                ? new ModelOutcome.Registered(known)
                : new ModelOutcome.NameTaken(known.Sha256);
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
            bytes,
            facts.Architecture,
            facts.Parameters,
            facts.ContextLength,
            facts.WeightFormat,
            clock.GetUtcNow(),
            facts.HasChatTemplate,
            facts.ChatFamily);

        if (act is not null)
        {
            await acts.Record(act, "model.register", this.GetPrimaryKeyString(), cancel);
        }

        await this.Save(model, new ModelState { Model = view });
        await register.Put([Row(view)], cancel);
        return new ModelOutcome.Registered(view);
    }

    public Task<ModelView?> Describe(CancellationToken cancel = default) => Task.FromResult(model.State.Model);

    public async Task<int?> CountPrompt(string prompt, CancellationToken cancel = default) =>
        model.State.Model is { } known ? await prompts.Count(known.Sha256, prompt, cancel) : null;

    public async Task<MeasureOutcome> Measure(
        IReadOnlyList<EmbeddingInput> inputs, CancellationToken cancel = default) =>
        model.State.Model is { } known
            ? await prompts.Measure(known.Sha256, inputs, cancel)
            : new MeasureOutcome.Unreadable();

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
            view.WeightFormat)),
        null);
}
