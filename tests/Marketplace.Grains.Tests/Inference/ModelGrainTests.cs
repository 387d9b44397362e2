using Marketplace.Domain.Inference;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Ledger;
using Marketplace.Grains.Ledger;
using Marketplace.Grains.Tests.Market;
using Marketplace.Ledger;
using Marketplace.Solana.Keys;

namespace Marketplace.Grains.Tests.Inference;

[Collection(MarketCollection.Name)]
public sealed class ModelGrainTests(MarketCluster cluster)
{
    private readonly string _name = $"model-{Guid.NewGuid():n}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IStatementGrain Statement => cluster.Grains.GetGrain<IStatementGrain>(0);

    [Fact]
    public async Task A_registration_gets_an_id_and_the_next_version_of_the_manifest()
    {
        var before = await Manifest();
        var file = File();
        cluster.Readers.Identified[file] = Task.FromResult<string?>(new('b', 64));

        var view = await Register(_name, file);

        var after = await Manifest();
        Assert.Equal(new('b', 64), view.ModelId);
        Assert.Equal(before.Version + 1, after.Version);
        Assert.Equal(before.Entries, after.Entries.Take(before.Entries.Count));
        Assert.Equal(
            new ModelEntry(_name, new('b', 64), file, 16, "F32", "llama", 512, view.RegisteredAt), after.Entries[^1]);
        var row = await cluster.Register.Find(RegisterKinds.Model, $"mdl_{_name}", Cancel);
        Assert.Equal(view.ModelId, ListDetail.Read<ListDetail.Model>(row!.Detail).ModelId);
    }

    [Fact]
    public async Task Registrations_at_once_make_consecutive_versions_and_survive_a_restart()
    {
        var before = await Manifest();
        string[] names = [.. Enumerable.Range(0, 6).Select(at => $"{_name}-{at}")];

        await Task.WhenAll(names.Select(name => Register(name, File())));
        await cluster.Restart();

        var after = await Manifest();
        Assert.Equal(before.Version + names.Length, after.Version);
        Assert.Equal(names.Order(StringComparer.Ordinal), after.Entries.Skip((int)before.Version)
            .Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.NotNull((await Model(names[0]).Describe(Cancel))!.ModelId);
    }

    [Fact]
    public async Task Registering_again_makes_no_version_and_other_bytes_are_refused()
    {
        var file = File();
        var first = await Register(_name, file);
        var version = (await Manifest()).Version;

        Assert.Equal(first, await Register(_name, file));
        Assert.IsType<ModelOutcome.NameTaken>(await Model(_name).Register(File(), null, Cancel));
        Assert.Equal(version, (await Manifest()).Version);
    }

    [Fact]
    public async Task A_model_without_id_can_be_ordered_and_gets_it_at_a_later_look()
    {
        var file = File();
        var reading = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Readers.Identified[file] = Task.FromResult<string?>(null);
        Assert.Null((await Register(_name, file)).ModelId);
        var version = (await Manifest()).Version;

        // As a model of before there were ids: known, with no version, after a restart.
        await cluster.Restart();
        cluster.Readers.Identified[file] = reading.Task;
        Assert.Null((await Model(_name).Describe(Cancel))!.ModelId);
        Assert.Equal(file, (await Model(_name).Describe(Cancel))!.Sha256);
        reading.SetResult(new('c', 64));

        Assert.Equal(new('c', 64), (await UntilIdentified())!.ModelId);
        Assert.Equal(version + 1, (await Manifest()).Version);
        Assert.Equal(_name, await Statement.ModelNamed(new('c', 64), Cancel));
    }

    [Fact]
    public async Task A_registration_waits_for_a_long_file_no_longer_than_its_caller_would()
    {
        var file = File();
        var reading = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Readers.Identified[file] = reading.Task;

        var registering = Register(_name, file);
        await Eventually.Holds(() => cluster.Storage.Writes($"mdl_{_name}") > 0);

        // The wait begins a moment after the write: the clock goes on slowly, a call to another grain a second.
        await Eventually.Holds(async () =>
        {
            cluster.Clock.Advance(TimeSpan.FromSeconds(1));
            await Manifest();
            return registering.IsCompleted;
        });

        Assert.Null((await registering).ModelId);
        reading.SetResult(new('f', 64));
        Assert.Equal(new('f', 64), (await UntilIdentified())!.ModelId);
    }

    [Fact]
    public async Task A_host_that_dies_before_it_has_stored_the_version_makes_no_second_one()
    {
        var (file, before) = (File(), (await Manifest()).Version);
        var reading = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Readers.Identified[file] = reading.Task;
        var registering = Model(_name).Register(file, null, Cancel);
        await Eventually.Holds(() => cluster.Storage.Writes($"mdl_{_name}") > 0);

        cluster.Storage.FailNextWrite($"mdl_{_name}");
        reading.SetResult(new('d', 64));
        await registering;
        Assert.Equal(before + 1, (await Manifest()).Version);

        Assert.Equal(new('d', 64), (await UntilIdentified())!.ModelId);
        Assert.Equal(before + 1, (await Manifest()).Version);
    }

    [Fact]
    public async Task Jobs_and_receipts_quote_the_id()
    {
        var scene = await Scene.Open(cluster);
        var identity = ModelIdentity.Of(new('e', 64), "F16");
        var job = await scene.Submit(scene.Order() with { Identity = identity });
        var work = await scene.Pull();
        Assert.Equal(identity, work.Text!.Order.Identity);
        await scene.Job(job).Complete(work.Attempt, new("length", 3, Scene.Tokens(0, 4)), Cancel);

        var view = (await scene.Job(job).Describe(Cancel))!;
        var receipt = (await cluster.Receipts.Find(view.Receipt!.Value, Cancel))!;
        Assert.Equal(identity, view.Order.Identity);
        Assert.Equal("eeeeeeeeeeee-f16w-f32kv-f32acc", identity!.Fingerprint());
        Assert.Contains($"\"modelId\":\"{identity.Id}\"", receipt.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_hosts_of_before_run_devices_are_not_told_the_id()
    {
        var scene = await Scene.Open(cluster);
        var identity = ModelIdentity.Of(new('e', 64), "F16");
        var job = await scene.Submit(scene.Order() with { Identity = identity });
        cluster.CommitToModelIds(false);

        try
        {
            Assert.Null((await scene.Pull()).Text!.Order.Identity);
        }
        finally
        {
            cluster.CommitToModelIds(true);
        }

        Assert.Equal(identity, (await scene.Job(job).Describe(Cancel))!.Order.Identity);
    }

    [Fact]
    public async Task A_receipt_without_id_says_nothing_of_it_and_a_repeat_with_one_is_the_same_job()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        var repeat = await scene.Placement.Submit(
            job, scene.Customer, scene.Order() with { Identity = ModelIdentity.Of(new('e', 64), "F16") }, Cancel);
        Assert.True(Assert.IsType<Abstractions.Market.SubmitOutcome.Accepted>(repeat).Replayed);
        var work = await scene.Pull();
        await scene.Job(job).Complete(work.Attempt, new("length", 3, Scene.Tokens(0, 4)), Cancel);

        var view = (await scene.Job(job).Describe(Cancel))!;
        var receipt = (await cluster.Receipts.Find(view.Receipt!.Value, Cancel))!;
        Assert.DoesNotContain("modelId", receipt.Body, StringComparison.Ordinal);
    }

    private string File() => cluster.Blobs.Add(Guid.NewGuid().ToByteArray());

    private IModelGrain Model(string name) => cluster.Grains.GetGrain<IModelGrain>($"mdl_{name}");

    private async Task<ModelView> Register(string name, string file) =>
        Assert.IsType<ModelOutcome.Registered>(await Model(name).Register(file, null, Cancel)).Model;

    private async Task<ModelManifest> Manifest()
    {
        var check = new ModelManifestCheck(await Statement.ReceiptKeys(Cancel), Verify);
        return Assert.IsType<ModelManifestVerdict.Holds>(check.Verify(await Statement.ModelManifest(Cancel))).Manifest;
    }

    private static bool Verify(byte[] publicKey, byte[] message, byte[] signature) =>
        Keypair.Verify(new(publicKey), message, new(signature));

    private async Task<ModelView?> UntilIdentified()
    {
        await Eventually.Holds(async () => await Model(_name).Describe(Cancel) is { ModelId: not null });
        return await Model(_name).Describe(Cancel);
    }
}
