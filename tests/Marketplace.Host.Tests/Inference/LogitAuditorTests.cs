using System.Runtime.InteropServices;
using System.Text.Json;
using CsCheck;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Grammars;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Sampling;
using Marketplace.Compute.Inference.Verification;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Inference;
using Marketplace.Grains.Verification;
using Marketplace.Host.Inference;
using Marketplace.Storage.Blobs;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Tests.Inference;

/// <summary>The platform's auditor with real files and the real engine.</summary>
public sealed class LogitAuditorTests : IDisposable
{
    private const string Key = "a2V5";
    private static readonly ProviderId Provider = ProviderId.From(Guid.NewGuid());
    private static readonly JobId Job = JobId.From(Guid.NewGuid());
    private static readonly WorkNeeds Needs = new(
        WorkKind.Text, new(Usdc.Zero, Usdc.Zero, Usdc.Zero), 0, null, null);

    /// <summary>What these spell would be cut into other tokens.</summary>
    private static readonly TokenPrompt Ids = new([1, 1, 5, 7]);

    /// <summary>Calls that are demanded, at most two.</summary>
    private const string Calls = """
        {"form":"marked","open":"<tool_call>","close":"</tool_call>","arguments":"arguments","most":2,"text":false,
         "tools":[{"name":"rain","arguments":{"type":"object","properties":{"days":{"enum":[1,2]}},"required":["days"]}}]}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("logit-auditor-").FullName;
    private readonly FileBlobStore _blobs;
    private readonly HostDevice _device = new(1);

    public LogitAuditorTests() => _blobs = new FileBlobStore(_folder, TimeProvider.System);

    public static TheoryData<InferenceOrder> Orders => new()
    {
        Order("abc", 60, 0),
        Order("abc", 60, 1.3),
        Order("abc", 60, double.Epsilon),
        Order("abc", 60, 1e-308) with { Sampling = new(40, 0.9, 0.02, 1.1, 0.2, 0.3, []) },
        Order("", 60, 1) with { Stop = new(["e", "ab"]) },
        Order("grüße", 60, 1) with { Sampling = new(40, 0.9, 0.02, 1.1, 0.2, 0.3, [new(5, 2), new(7, -100)]) },
        Order("x", 60, 1) with { Schema = """{"type":"array","items":{"type":"integer"},"minItems":9}""" },
        Order("x", 60, 1) with { Calls = Calls },
        Order("x", 0, 1),
        Order("abc", 60, 1) with { Tokens = Ids },
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task An_honest_text_stands_with_or_without_a_beginning_by_another_device(InferenceOrder order)
    {
        var bytes = await Store(TensorFormat.F32);
        order = order with { ModelSha256 = bytes.Sha256, ModelBytes = bytes.Length };
        using var auditor = Auditor();
        var whole = Make(order, []);

        foreach (var prefix in new[] { 0, 1, whole.Tokens.Count / 2, whole.Tokens.Count }.Distinct())
        {
            var rest = Make(order, [.. whole.Tokens.Take(Math.Min(prefix, whole.Tokens.Count))]);
            var verdict = await Judged(auditor, rest);

            Assert.Equal((null, rest.Claim!.Commitment.Count), (verdict.Cause, verdict.Positions));
            Assert.InRange(verdict.DriftMax, 0, 1e-5);
        }
    }

    [Fact]
    public async Task An_honest_text_stands_at_any_temperature()
    {
        var bytes = await Store(TensorFormat.F32);
        using var auditor = Auditor();

        // By their bits, every magnitude comes as often; the least are those without a leading one.
        await Gen.OneOf(
            Gen.Double[0.0005, 2],
            Gen.Long[1, BitConverter.DoubleToInt64Bits(2)].Select(BitConverter.Int64BitsToDouble),
            Gen.Long[1, 1L << 52].Select(BitConverter.Int64BitsToDouble))
            .SampleAsync(
                async temperature =>
                {
                    var text = Make(
                        Order("abc", 12, temperature) with { ModelSha256 = bytes.Sha256, ModelBytes = bytes.Length }, []);
                    var verdict = await Judged(auditor, text);

                    Assert.Equal((null, 0), (verdict.Cause, verdict.MarginSum));
                },
                iter: 60,
                threads: 1);
    }

    [Fact]
    public async Task A_beginning_that_another_device_is_said_to_have_made_is_bound_by_the_header()
    {
        var bytes = await Store(TensorFormat.F32);
        var order = Order("abc", 20, 1) with { ModelSha256 = bytes.Sha256, ModelBytes = bytes.Length };
        using var auditor = Auditor();
        var whole = Make(order, []);

        Assert.Equal(LogitVerdict.OtherHeader, (await Judged(auditor, whole with { Prefix = 3 })).Cause);
        Assert.Equal(LogitVerdict.OtherHeader, (await Judged(auditor, whole with { Order = order with { Seed = 2 } })).Cause);
        Assert.Equal(LogitVerdict.OtherHeader, (await Judged(auditor, whole with { Order = order with { MaxTokens = 21 } })).Cause);
        Assert.Equal(LogitVerdict.OtherHeader, (await Judged(
            auditor, whole with { Claim = whole.Claim! with { Result = whole.Claim.Result with { PublicKey = "b3RoZXI=" } } })).Cause);
    }

    /// <summary>One of another function, one whose arguments are not of the schema, and a text of no calls at all.</summary>
    [Theory]
    [InlineData("\"rain\"", "\"hail\"")]
    [InlineData("[1,2]", "[3,4]")]
    [InlineData("\"text\":false", "\"text\":true")]
    public async Task A_device_that_made_another_call_than_the_order_holds_it_to_is_convicted(string held, string made)
    {
        var bytes = await Store(TensorFormat.F32);
        var order = Order("abc", 60, 1) with { Calls = Calls, ModelSha256 = bytes.Sha256, ModelBytes = bytes.Length };
        using var auditor = Auditor();
        var honest = Make(order, []);
        var other = Make(order with { Calls = Calls.Replace(held, made, StringComparison.Ordinal) }, []);

        Assert.Null((await Judged(auditor, honest)).Cause);
        Assert.Equal(LogitVerdict.OtherHeader, (await Judged(auditor, other with { Order = order })).Cause);

        // What it would say to have held to the form.
        var claim = other.Claim!;
        var verdict = await Judged(auditor, other with
        {
            Order = order,
            Claim = claim with
            {
                Commitment = claim.Commitment with { Header = honest.Claim!.Commitment.Header },
            },
        });
        Assert.NotNull(verdict.Cause);
        Assert.NotEqual(LogitVerdict.OtherHeader, verdict.Cause, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_stop_that_is_told_without_its_mark_or_string_is_no_end()
    {
        var bytes = await Store(TensorFormat.F32);
        var order = Order("abc", 20, 1) with { ModelSha256 = bytes.Sha256, ModelBytes = bytes.Length };
        using var auditor = Auditor();
        var whole = Make(order, []);

        Assert.Equal(LogitVerdict.OtherEnd, (await Judged(auditor, whole with { Claim = whole.Claim! with { FinishReason = "stop" } })).Cause);
    }

    [Fact]
    public async Task A_beginning_that_does_not_stand_is_told_with_its_place_and_is_not_this_devices_fault()
    {
        var bytes = await Store(TensorFormat.F32);
        var order = Order("abc", 20, 1) with { ModelSha256 = bytes.Sha256, ModelBytes = bytes.Length };
        using var auditor = Auditor();
        var honest = Make(order, []).Tokens.Take(9).ToArray();

        // Letters that are not the token's; a token that was not drawn, with true ones after it.
        var letters = Make(order, [.. honest[..4], honest[4] with { Text = "!" }, .. honest[5..]]);
        Token[] drawn = [.. honest[..6], new(honest[6].Id == 9 ? 10 : 9, LettersOf(order, honest[6].Id == 9 ? 10 : 9))];
        var junk = Make(order, drawn);

        Assert.Equal((LogitVerdict.OtherBeginning, 4), await Found(auditor, letters));
        Assert.Equal((LogitVerdict.OtherBeginning, 6), await Found(auditor, junk));
    }

    [Fact]
    public async Task Only_what_is_a_matter_of_numbers_comes_with_what_others_compare_theirs_with()
    {
        var bytes = await Store(TensorFormat.F32);
        var order = Order("abc", 20, 1) with { ModelSha256 = bytes.Sha256, ModelBytes = bytes.Length };
        using var auditor = Auditor();
        var whole = Make(order, []);
        var (records, claim) = (whole.Claim!.Commitment.Records, whole.Claim);
        byte[] moved = [.. records[LogitRecord.Bytes..], .. records[..LogitRecord.Bytes]];
        byte[] louder = [.. records];
        louder[10] ^= 0x40;

        var numbers = whole with { Claim = claim with { Commitment = claim.Commitment with { Records = louder } } };
        var tokens = whole with { Claim = claim with { Commitment = claim.Commitment with { Records = moved } } };
        var judged = Assert.IsType<LogitAuditOutcome.Judged>(await auditor.Audit(numbers, Cancel));
        var measured = MeasuredPosition.Decode(judged.Evidence!.Positions)!;

        Assert.Equal(LogitVerdict.OtherLogits, judged.Verdict.Cause);
        Assert.Null(MeasuredPosition.WhyNonsense(measured, [.. claim.Commitment.Read()!.Select(one => one.Token)]));
        Assert.All(measured.Zip(claim.Commitment.Read()!), pair =>
            Assert.InRange(LogitDrift.Between(pair.First.Record, pair.Second), 0, 1e-5));
        Assert.Null(Assert.IsType<LogitAuditOutcome.Judged>(await auditor.Audit(tokens, Cancel)).Evidence);
        Assert.Null(Assert.IsType<LogitAuditOutcome.Judged>(await auditor.Audit(whole, Cancel)).Evidence);
    }

    [Fact]
    public async Task A_text_that_was_cut_short_is_looked_at_without_claims()
    {
        var bytes = await Store(TensorFormat.F32);
        var order = Order("abc", 20, 1) with { ModelSha256 = bytes.Sha256, ModelBytes = bytes.Length };
        using var auditor = Auditor();
        var whole = Make(order, []);
        var cut = whole with { Claim = null, Prefix = 2, Tokens = [.. whole.Tokens.Take(8)] };
        var junk = cut with { Tokens = [.. cut.Tokens.Take(7), new(9, LettersOf(order, 9))] };

        var verdict = await Judged(auditor, cut);
        Assert.Equal((null, 6), (verdict.Cause, verdict.Positions));
        Assert.Equal((LogitVerdict.OtherTokens, null), await Found(auditor, junk));
        Assert.Equal((LogitVerdict.OtherTokens, null), await Found(
            auditor, cut with { Tokens = [.. cut.Tokens.Take(7), cut.Tokens[7] with { Text = "!" }] }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(30)]
    public async Task A_prompt_that_is_told_is_checked_with_its_text(int maxTokens)
    {
        var bytes = await Store(TensorFormat.F32);
        var ids = new TokenPrompt([1, .. Enumerable.Range(0, 40).Select(at => 30 + (at * 11 % 90))]);
        var order = Order("", maxTokens, 1) with
        {
            ModelSha256 = bytes.Sha256,
            ModelBytes = bytes.Length,
            Tokens = ids,
            TellsPrompt = true,
        };
        using var auditor = Auditor();
        var whole = Make(order, []);
        var (claim, records) = (whole.Claim!, whole.Claim!.Commitment.Read()!);
        var verdict = await Judged(auditor, whole);

        Assert.Equal((null, records.Count), (verdict.Cause, verdict.Positions));
        Assert.InRange(records.Count, 40 + Math.Min(maxTokens, 1), 40 + maxTokens + 1);
        Assert.InRange(verdict.DriftMax, 0, 1e-5);
        Assert.Equal("length", maxTokens == 0 ? claim.FinishReason : "length");
        Assert.Equal((null, 0), ((await Judged(auditor, whole with
        {
            Claim = null,
            Tokens = [.. whole.Tokens.Take(1)],
            Prefix = whole.Tokens.Take(1).Count(),
        })).Cause, whole.Prefix));

        // The number of one token of the prompt, be it one of the likeliest or not; then what others are asked for.
        foreach (var at in new[] { 0, 17, 39 })
        {
            var record = records[at];
            var lie = record with
            {
                Top = [.. record.Top.Select(one => one.Token == record.Token ? (one.Token, one.Logprob - 0.02f) : one)],
            };
            var outcome = await auditor.Audit(With([.. records.Select((one, place) => place == at ? lie : one)]), Cancel);
            var judged = Assert.IsType<LogitAuditOutcome.Judged>(outcome);
            Assert.Equal(LogitVerdict.OtherLogits, judged.Verdict.Cause);
            var measured = MeasuredPosition.Decode(judged.Evidence!.Positions)!;
            Assert.Null(MeasuredPosition.WhyNonsense(measured, [.. records.Select(one => one.Token)]));
            Assert.Equal([at], measured.Index()
                .Where(one => LogitDrift.Between(one.Item.Record, one.Index == at ? lie : records[one.Index]) > 1e-4)
                .Select(one => one.Index));
        }

        // Records of another prompt, in another order, or of a text whose prompt is not told.
        Assert.Equal(LogitVerdict.OtherTokens, (await Judged(auditor, With([records[0] with { Token = 5 }, .. records.Skip(1)]))).Cause);
        Assert.Equal(LogitVerdict.OtherTokens, (await Judged(auditor, With([.. records.Skip(1)]))).Cause);
        Assert.Equal(LogitVerdict.OtherHeader, (await Judged(
            auditor, whole with { Order = order with { TellsPrompt = false } })).Cause);
        using var blind = Auditor(new() { PlatformChecks = false });
        Assert.IsType<LogitAuditOutcome.Skipped>(await blind.Audit(whole, Cancel));
        Assert.Equal(LogitVerdict.OtherTokens, (await Judged(blind, With([.. records.Skip(1)]))).Cause);

        LogitAuditRequest With(IReadOnlyList<LogitRecord> other) => whole with
        {
            Claim = claim with
            {
                Commitment = claim.Commitment with { Records = [.. other.SelectMany(one => one.Encode())] },
            },
        };
    }

    [Fact]
    public async Task A_prompt_that_no_context_holds_has_no_text()
    {
        var bytes = await Store(TensorFormat.F32);
        var order = Order("abc", 4, 1) with { ModelSha256 = bytes.Sha256, ModelBytes = bytes.Length };
        using var auditor = Auditor();
        var cut = Make(order, []) with { Claim = null };

        var verdict = await Judged(auditor, cut with { Order = order with { Prompt = new('x', 5_000) } });

        Assert.Equal(LogitVerdict.OtherTokens, verdict.Cause);
    }

    [Fact]
    public async Task A_model_that_gives_no_numbers_is_nobodys_fault()
    {
        var good = await Store(TensorFormat.F32);
        var order = Order("abc", 4, 1) with { ModelSha256 = good.Sha256, ModelBytes = good.Length };
        var cut = Make(order, []) with { Claim = null };
        var file = await File.ReadAllBytesAsync(PathOf(good.Sha256), Cancel);

        // The last tensor's last weight.
        BitConverter.TryWriteBytes(file.AsSpan(file.Length - sizeof(float)), float.NaN);
        using var bytes = new MemoryStream(file);
        var bad = (Grains.Abstractions.PutBlobOutcome.Stored)await _blobs.Put(bytes, null, file.Length, Cancel);
        using var auditor = Auditor();

        var outcome = await auditor.Audit(
            cut with { Order = order with { ModelSha256 = bad.Sha256 } }, Cancel);

        Assert.IsType<LogitAuditOutcome.Undecidable>(outcome);
    }

    [Fact]
    public async Task One_provider_does_not_fill_the_queue_and_what_is_late_is_not_begun()
    {
        var bytes = await Store(TensorFormat.F32);
        var order = Order("abc", 20, 1) with { ModelSha256 = bytes.Sha256, ModelBytes = bytes.Length };
        var text = Make(order, []);
        using var auditor = Auditor(new() { WaitingPerProvider = 2 });
        using var late = new CancellationTokenSource();
        await late.CancelAsync();

        var asked = Enumerable.Range(0, 40).Select(_ => auditor.Audit(text, Cancel)).ToArray();
        var other = auditor.Audit(text with { Provider = ProviderId.From(Guid.NewGuid()) }, Cancel);
        await Task.WhenAll(asked).ContinueWith(_ => true, Cancel, TaskContinuationOptions.None, TaskScheduler.Default);

        Assert.Contains(asked, one => one.Exception?.InnerException is TimeoutException);
        Assert.IsType<LogitAuditOutcome.Judged>(await other);
        Assert.IsType<LogitAuditOutcome.Judged>(await auditor.Audit(text, Cancel));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => auditor.Audit(text, late.Token));
    }

    [Fact]
    public async Task What_cannot_be_loaded_is_skipped_with_its_reason()
    {
        var bytes = await Store(TensorFormat.F32);
        var order = Order("abc", 4, 1) with { ModelSha256 = bytes.Sha256, ModelBytes = bytes.Length };
        var text = Make(order, []);
        using var small = Auditor(new() { ModelBytesMax = 10 });
        using var auditor = Auditor();

        using var narrow = Auditor(new() { KeyValueBytesMax = 10 });
        Assert.Contains("gives 10", await Skipped(narrow, text), StringComparison.Ordinal);
        Assert.Contains("loads 10 at most", await Skipped(small, text), StringComparison.Ordinal);
        Assert.Contains("cannot be read", await Skipped(
            auditor, text with { Order = order with { ModelSha256 = new string('0', 64) } }), StringComparison.Ordinal);
    }

    /// <summary>What needs no weights is seen of a text of any size; numbers are left to other devices.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_what_is_not_computed_header_letters_and_end_are_seen_nevertheless(bool isOfIds)
    {
        var bytes = await Store(TensorFormat.F32);
        var order = Order("abc", 12, 1) with
        {
            ModelSha256 = bytes.Sha256,
            ModelBytes = bytes.Length,
            Tokens = isOfIds ? Ids : null,
        };
        var text = Make(order, []);
        var claim = text.Claim!;
        VerificationOptions[] narrow =
            [new() { ModelBytesMax = 10 }, new() { KeyValueBytesMax = 10 }, new() { PlatformChecks = false }];

        foreach (var options in narrow)
        {
            using var auditor = Auditor(options);

            var honest = Assert.IsType<LogitAuditOutcome.Skipped>(await auditor.Audit(text, Cancel));
            Assert.Equal((LogitThresholds.Processor, false), (honest.Thresholds, honest.IsBusy));
            Assert.Equal(
                LogitVerdict.OtherHeader,
                (await Judged(auditor, text with { Job = JobId.From(Guid.NewGuid()) })).Cause);
            Assert.Equal(
                LogitVerdict.OtherTokens,
                (await Judged(auditor, text with { Tokens = [.. text.Tokens.Select(one => one with { Text = "!" })] })).Cause);
            Assert.Equal(
                LogitVerdict.OtherEnd,
                (await Judged(auditor, text with
                {
                    Claim = claim with { FinishReason = claim.FinishReason == "stop" ? "length" : "stop" },
                })).Cause);
        }
    }

    [Fact]
    public void Weights_that_would_be_copied_are_bounded_below_those_that_are_mapped()
    {
        using var device = new HostDevice(1);
        var copied = ModelBundle.Of([new("model.bin", new('0', 64), (2L << 30) + 1)]);
        var mapped = ModelBundle.Of([new("model.safetensors", new('0', 64), (2L << 30) + 1)]);
        var none = new Dictionary<string, string>(StringComparer.Ordinal);

        Assert.Contains(
            "copies 2147483648 at most",
            Assert.Throws<ModelFormatException>(() => TextJudge.Open(new(null, none, copied), device)).Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain(
            "copies",
            Assert.ThrowsAny<Exception>(() => TextJudge.Open(new(null, none, mapped), device)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_calibration_replaces_the_thresholds_of_its_model_and_kind()
    {
        var bytes = await Store(TensorFormat.F16);
        var order = Order("abc", 20, 1) with { ModelSha256 = bytes.Sha256, ModelBytes = bytes.Length };
        var text = Make(order, [], nudge: 5e-3f);
        var id = IdOf(bytes.Sha256);
        using var before = Auditor();
        using var after = Auditor(new() { CalibrationFolder = Calibrated(id, "host", 1e-2) });
        using var other = Auditor(new() { CalibrationFolder = Calibrated(id, "cuda", 1e-2) });

        Assert.Equal(LogitVerdict.OtherLogits, (await Judged(before, text)).Cause);
        Assert.Null((await Judged(after, text)).Cause);
        Assert.Equal(LogitVerdict.OtherLogits, (await Judged(other, text)).Cause);

        // A model may have been registered, and calibrated, under another id than is made of its file today.
        var registered = new ModelIdentity(new string('a', 64), "f16");
        using var told = Auditor(new() { CalibrationFolder = Calibrated(registered.Id, "host", 1e-2) });
        Assert.Equal(LogitVerdict.OtherLogits, (await Judged(told, text)).Cause);
        Assert.Null((await Judged(told, text with { Order = order with { Identity = registered } })).Cause);
        Assert.Null((await Judged(after, text with { Order = order with { Identity = registered } })).Cause);

        // A kind of device that nobody calibrated is given more.
        Assert.Null((await Judged(before, text with { Kind = DeviceKind.Cuda })).Cause);
    }

    [Fact]
    public async Task A_class_of_device_has_its_own_thresholds_and_makes_those_of_no_other_narrower()
    {
        var bytes = await Store(TensorFormat.F16);
        var order = Order("abc", 20, 1) with { ModelSha256 = bytes.Sha256, ModelBytes = bytes.Length };
        var text = Make(order, [], nudge: 5e-3f);
        var id = IdOf(bytes.Sha256);
        using var cards = Auditor(
            new() { CalibrationFolder = Calibrated(id, "cuda", 1e-3, "NVIDIA H100 80GB HBM3") });
        Calibrated(id, "host", 1e-3, "EPYC 9654");
        using var processors = Auditor(new() { CalibrationFolder = Calibrated(id, "host", 1e-2, "Xeon 8480") });

        Assert.Equal(LogitVerdict.OtherLogits, await On(cards, DeviceKind.Cuda, "cuda.nvidia-h100-80gb-hbm3"));
        Assert.Null(await On(cards, DeviceKind.Cuda, "cuda.nvidia-t4"));
        Assert.Null(await On(cards, DeviceKind.Cuda, null));

        // Nobody measured it, and it may differ by as much as the widest of its kind.
        Assert.Equal(LogitVerdict.OtherLogits, await On(processors, DeviceKind.Host, "host.epyc-9654"));
        Assert.Null(await On(processors, DeviceKind.Host, "host.xeon-8480"));
        Assert.Null(await On(processors, DeviceKind.Host, "host.core-i9"));

        async Task<string?> On(LogitAuditor auditor, DeviceKind kind, string? model) =>
            (await Judged(auditor, text with { Kind = kind, Model = model })).Cause;
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(2e-3f, LogitVerdict.OtherVectors)]
    [InlineData(float.NaN, LogitVerdict.OtherVectors)]
    public async Task Vectors_are_those_that_the_model_makes(float? nudge, string? cause)
    {
        var bytes = await Store(TensorFormat.F16);
        using var model = LlamaModel.Open(PathOf(bytes.Sha256));
        using var engine = new InferenceEngine(model, _device);
        var embedder = engine.NewEmbedder();
        EmbeddingInput[] inputs = [new("a cat", null), new(null, [5, 6, 7])];
        var numbers = embedder.Embed([embedder.Encode("a cat"), [5, 6, 7]], Cancel);
        numbers[3] += nudge ?? 0;
        using var file = new MemoryStream(MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray());
        var stored = (Grains.Abstractions.PutBlobOutcome.Stored)await _blobs.Put(file, null, file.Length, Cancel);
        var order = Order(string.Empty, 0, 0) with
        {
            ModelSha256 = bytes.Sha256,
            ModelBytes = bytes.Length,
            Embedding = new(inputs, 7, embedder.Width),
        };
        using var auditor = Auditor();

        var outcome = await auditor.Audit(new VectorAuditRequest(order, stored.Sha256, Provider), Cancel);

        var verdict = Assert.IsType<LogitAuditOutcome.Judged>(outcome).Verdict;
        Assert.Equal((cause, 2), (verdict.Cause, verdict.Positions));
        Assert.True(double.IsFinite(verdict.DriftMax));
    }

    [Theory]
    [InlineData("{}", "is no result of marketplace-agent calibrate")]
    [InlineData("""{"result":{"isEnough":false,"thresholds":{}}}""", "result.isEnough is false")]
    [InlineData("[1", "is no result of marketplace-agent calibrate")]
    public void A_file_that_is_no_calibration_stops_the_start(string text, string why)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "bad")).FullName;
        File.WriteAllText(Path.Combine(folder, "one.json"), text);

        var fault = Assert.Throws<OptionsValidationException>(
            () => new Calibrations(Options.Create(new VerificationOptions { CalibrationFolder = folder })));

        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
        Assert.Contains("one.json", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _device.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static InferenceOrder Order(string prompt, int tokens, double temperature) =>
        new("m", string.Empty, 0, prompt, tokens, temperature, 1, Needs, 60);

    private static async Task<LogitVerdict> Judged(LogitAuditor auditor, LogitAuditRequest text) =>
        Assert.IsType<LogitAuditOutcome.Judged>(await auditor.Audit(text, Cancel)).Verdict;

    [Fact]
    public async Task A_text_of_a_model_whose_id_was_told_is_bound_to_the_id_and_by_older_agents_to_the_file()
    {
        var bytes = await Store(TensorFormat.F32);
        var order = Order("abc", 20, 1) with { ModelSha256 = bytes.Sha256, ModelBytes = bytes.Length };
        var known = order with { Identity = new(IdOf(bytes.Sha256), "f32w-f32kv-f32acc") };
        using var auditor = Auditor();

        var byId = Make(known, []);
        var byFile = Make(order, []);

        Assert.Null((await Found(auditor, byId)).Cause);
        Assert.Null((await Found(auditor, byFile with { Order = known })).Cause);
        Assert.Equal(LogitVerdict.OtherHeader, (await Found(auditor, byId with { Order = order })).Cause);
        Assert.Equal(
            LogitVerdict.OtherHeader,
            (await Found(auditor, byId with { Order = known with { Identity = new(new('0', 64), "f32w-f32kv-f32acc") } })).Cause);
    }

    private static async Task<string> Skipped(LogitAuditor auditor, LogitAuditRequest text) =>
        Assert.IsType<LogitAuditOutcome.Skipped>(await auditor.Audit(text, Cancel)).Why;

    private static async Task<(string? Cause, int? At)> Found(LogitAuditor auditor, LogitAuditRequest text)
    {
        var judged = Assert.IsType<LogitAuditOutcome.Judged>(await auditor.Audit(text, Cancel));
        return (judged.Verdict.Cause, judged.FaultAt);
    }

    private string LettersOf(InferenceOrder order, int token)
    {
        using var model = LlamaModel.Open(PathOf(order.ModelSha256));
        return System.Text.Encoding.UTF8.GetString(model.Tokenizer.Decode(token, isFirst: false));
    }

    private LogitAuditor Auditor(VerificationOptions? options = null)
    {
        var given = Options.Create(options ?? new());
        return new(_blobs, given, new Calibrations(given));
    }

    private string PathOf(string sha256) => Path.Combine(_folder, "sha256", sha256[..2], sha256);

    private string IdOf(string sha256)
    {
        using var model = LlamaModel.Open(PathOf(sha256));
        return model.Id.Value;
    }

    private string Calibrated(string id, string kind, double hard, string name = "a device")
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, $"calibrated-{kind}")).FullName;
        File.WriteAllText(Path.Combine(folder, $"{name}.json"), JsonSerializer.Serialize(new
        {
            model = id,
            device = new { kind, name },
            verifier = new { kind = "host" },
            result = new { isEnough = true, thresholds = new { hard, soft = hard, marginSum = hard * 2 } },
        }));
        return folder;
    }

    private async Task<(string Sha256, long Length)> Store(TensorFormat format)
    {
        using var file = new MemoryStream();
        RandomLlama.Write(file, RandomLlama.ShapeTiny, format, 3);
        file.Position = 0;
        var stored = (Grains.Abstractions.PutBlobOutcome.Stored)await _blobs.Put(file, null, file.Length, Cancel);
        return (stored.Sha256, file.Length);
    }

    /// <summary>What an honest rig delivers; every log-probability may be nudged.</summary>
    private LogitAuditRequest Make(InferenceOrder order, Token[] prefix, float nudge = 0)
    {
        using var model = LlamaModel.Open(PathOf(order.ModelSha256));
        using var engine = new InferenceEngine(model, _device);
        using var text = engine.Begin(new(
            order.Prompt,
            order.MaxTokens,
            InferenceLimits.EffectiveTemperature(order.Temperature),
            order.Seed,
            [.. prefix.Select(token => token.Id)])
        {
            PromptTokens = order.Tokens?.Ids,
            Stop = order.Stop?.Texts ?? [],
            Filters = FiltersOf(order.Sampling ?? SamplingSettings.Plain),
            Schema = order.Schema is { } schema ? JsonSchema.Parse(schema) : null,
            Calls = order.Calls is { } calls ? CallGrammar.Parse(calls) : null,
            Claims = true,
            TellsPrompt = order.TellsPrompt,
        });
        var tokens = prefix.ToList();
        var claims = new List<LogitClaim>();

        foreach (var token in text.Tokens(Cancel))
        {
            tokens.Add(new(token.Id, token.Text));
            claims.Add(token.Claim!);
        }

        if (text.EndClaim is { } end)
        {
            claims.Add(end);
        }

        claims.InsertRange(0, text.PromptClaims);
        byte[] records =
        [
            .. claims.SelectMany(claim => new LogitRecord(
                claim.Token,
                [.. claim.Top.Select(one => (one.Token, (float)one.Value + nudge))],
                (float)claim.LogSumExp).Encode()),
        ];

        return new(
            Job,
            order,
            tokens,
            prefix.Length,
            Provider,
            DeviceKind.Host,
            "host.a-processor",
            new(
                text.Finish == FinishReason.Stop ? "stop" : "length",
                new(AttemptId.From(Guid.Empty), string.Empty, new Dictionary<string, long>(StringComparer.Ordinal), Key, string.Empty),
                new(HeaderOf(order, model, prefix).Hash(), records)));
    }

    private static SamplingFilters FiltersOf(SamplingSettings sampling) => new()
    {
        TopK = sampling.TopK,
        TopP = sampling.TopP,
        MinP = sampling.MinP,
        RepetitionPenalty = sampling.RepetitionPenalty,
        PresencePenalty = sampling.PresencePenalty,
        FrequencyPenalty = sampling.FrequencyPenalty,
        Bias = sampling.Biases.ToDictionary(one => one.Token, one => one.Bias),
    };

    private static LogitHeader HeaderOf(InferenceOrder order, LlamaModel model, Token[] prefix) => new(
        order.Identity?.Id ?? order.ModelSha256,
        LogitProfile.Of(model.WeightFormat.ToString()),
        [.. order.Tokens?.Ids ?? model.Tokenizer.Encode(order.Prompt), .. prefix.Select(token => token.Id)],
        LogitSampling.Canonical(
            order.Temperature,
            order.MaxTokens,
            prefix.Length,
            order.Stop?.Texts ?? [],
            order.Sampling ?? SamplingSettings.Plain,
            order.Schema,
            order.Calls,
            order.TellsPrompt),
        order.Seed,
        Job.Value,
        Key)
    {
        IsModelId = order.Identity is not null,
    };
}
