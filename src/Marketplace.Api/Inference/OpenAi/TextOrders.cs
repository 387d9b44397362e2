using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Marketplace.Api.Http;
using Marketplace.Domain;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Inference;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>From a request for text to the orders of its choices.</summary>
internal static class TextOrders
{
    /// <summary>What to order, the choices of the first prompt first, or why not.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="id">The job that its first choice is to be; those of the others follow from it.</param>
    /// <param name="desk">Where.</param>
    /// <param name="readers">Readers of its parts.</param>
    /// <param name="mayBeRepeat">Whether that job may be there already.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<(IReadOnlyList<TextChoice> Choices, ProblemHttpResult? Refusal)> Of(
        TextRequest request,
        JobId id,
        Desk desk,
        OrderReaders readers,
        bool mayBeRepeat,
        CancellationToken cancel)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return ([], Problems.Invalid(faults.Errors));
        }

        if (await desk.FindModel(request.Model) is not { } model)
        {
            return ([], ModelReference.Unknown(request.Model));
        }

        if (request is ChatCompletionRequest chat)
        {
            var (written, refusal) = await ChatWriter.Write(
                chat,
                model,
                readers.Chats,
                () => mayBeRepeat ? Begun(desk, id, cancel) : Task.FromResult(desk.Now),
                cancel);

            if (written is null)
            {
                return ([], refusal);
            }

            request = written;
        }

        // Behind the template, which says how its model writes calls.
        var (form, misfit) = await TextForm.Of(request, model, readers.Schemas);

        return misfit is not null
            ? ([], misfit)
            : await Choices(
                request,
                await form.Settled(request, model, desk, mayBeRepeat ? id : null, cancel),
                model,
                id,
                (desk, readers.Chats),
                cancel);
    }

    private static async Task<(IReadOnlyList<TextChoice> Choices, ProblemHttpResult? Refusal)> Choices(
        TextRequest request,
        TextForm form,
        ModelView model,
        JobId id,
        (Desk Desk, ChatTemplates Chats) of,
        CancellationToken cancel)
    {
        var choices = new List<TextChoice>();

        foreach (var asked in request.Prompts)
        {
            var (prompt, room, refusal) = await Read(request, asked, model, of.Desk, of.Chats, cancel);

            if (refusal is not null)
            {
                return ([], refusal);
            }

            var most = request.Tokens.Wanted ?? Math.Min(room, request.TokensUnlessTold);

            for (var drawn = 0; drawn < request.PerPrompt; drawn++)
            {
                var job = ChoiceId(id, choices.Count);
                var order = request.ToOrder(
                    model, prompt, most, SeedOf(request, job, drawn), form.Schema, of.Desk.Options);
                choices.Add(new(job, order with { Calls = form.Calls }));
            }
        }

        return (choices.Count == 1
            ? choices
            : [.. choices.Select(one => one with { Order = one.Order with { Choices = choices.Count } })], null);
    }

    /// <summary>A prompt as it is ordered, and tokens that there is room for behind it; or why not.</summary>
    private static async Task<(PromptInput Prompt, int Room, ProblemHttpResult? Refusal)> Read(
        TextRequest request,
        PromptInput asked,
        ModelView model,
        Desk desk,
        ChatTemplates chats,
        CancellationToken cancel)
    {
        var (prompt, refusal) = asked.Tokens is not null ? await Spelt(asked, model, desk)
            : request is CompletionRequest { Suffix: { Length: > 0 } suffix }
                ? await WithGap(asked, suffix, model, (desk, chats), cancel)
            : request.TellsPrompt ? await Cut(asked, model, desk, cancel)
            : (asked, null);

        if (refusal is not null)
        {
            return (prompt, 0, refusal);
        }

        var (room, tooLong) = prompt.Tokens is { } tokens
            ? PromptRoom.Of(tokens.Count, prompt.Field, model)
            : await PromptRoom.Of(prompt.Text, prompt.Field, model, desk);

        tooLong ??= TooManyToTell(request, prompt);
        return (prompt, room, tooLong ?? PromptRoom.WhyTooMany(request.Tokens, room, prompt.Field, model));
    }

    /// <summary>Token ids with the text that they spell; ids that the model does not know are named.</summary>
    private static async Task<(PromptInput Prompt, ProblemHttpResult? Refusal)> Spelt(
        PromptInput asked, ModelView model, Desk desk)
    {
        if (model.Bytes == 0)
        {
            return (asked, Problems.Invalid(asked.Field, $"must be a text: {model.Name} has no vocabulary"));
        }

        if (await desk.Grains.Model(model.Name).Spell(new(asked.Tokens!)) is not { } spelt)
        {
            throw new IOException($"The vocabulary of {model.Name} cannot be read.");
        }

        return spelt.Strange is { } at
            ? (asked, Problems.Invalid(
                string.Create(CultureInfo.InvariantCulture, $"{asked.Field}[{at}]"),
                $"is the token {asked.Tokens![at]}, {model.Name} knows 0 to {spelt.Vocabulary - 1}"))
            : (asked with { Text = spelt.Text }, TooManyBytes(asked.Field, spelt.Text));
    }

    private static ProblemHttpResult? TooManyToTell(TextRequest request, PromptInput prompt) =>
        request.TellsPrompt && prompt.Tokens?.Count is { } count and > InferenceLimits.PromptWithLogprobsMax
            ? Problems.Invalid(
                prompt.Field,
                $"has {count} tokens, allowed beside echo and logprobs are {InferenceLimits.PromptWithLogprobsMax}")
            : null;

    /// <summary>
    /// A text with the token ids that the model reads it as: whoever tells log-probabilities of them has to know them.
    /// </summary>
    private static async Task<(PromptInput Prompt, ProblemHttpResult? Refusal)> Cut(
        PromptInput asked, ModelView model, Desk desk, CancellationToken cancel)
    {
        if (model.Bytes == 0)
        {
            return (asked, Problems.Invalid(
                "logprobs", $"must be left out beside echo: {model.Name} has no vocabulary"));
        }

        var cut = await desk.Grains.Model(model.Name).Cut([new(asked.Text, PromptPartKind.Text)], cancel)
            ?? throw new IOException($"The vocabulary of {model.Name} cannot be read.");

        return cut.Ids.Count == 0
            ? (asked, Problems.Invalid(asked.Field, "makes no tokens, of which echo and logprobs could tell"))
            : (asked with { Tokens = cut.Ids }, null);
    }

    private static async Task<(PromptInput Prompt, ProblemHttpResult? Refusal)> WithGap(
        PromptInput asked,
        string suffix,
        ModelView model,
        (Desk Desk, ChatTemplates Chats) of,
        CancellationToken cancel)
    {
        if ((await of.Chats.Find(model, cancel)).Middle is not { } marks)
        {
            return (asked, Problems.Invalid(
                "suffix", $"is not supported by {model.Name}: its vocabulary has no tokens for the parts of a gap"));
        }

        var prompt = asked with { Text = marks.Write(asked.Text, suffix) };

        var tooMany = TooManyBytes("suffix", prompt.Text);

        if (tooMany is not null || !marks.IsInParts)
        {
            return (prompt, tooMany);
        }

        var cut = await of.Desk.Grains.Model(model.Name).Cut(marks.Parts(asked.Text, suffix), cancel);
        return cut is { Ids.Count: > 0 }
            ? (prompt with { Tokens = cut.Ids }, null)
            : throw new IOException($"The vocabulary of {model.Name} cannot be read.");
    }

    private static ProblemHttpResult? TooManyBytes(string field, string text) =>
        Encoding.UTF8.GetByteCount(text) is var bytes and > InferenceLimits.PromptBytesMax
            ? Problems.Invalid(
                field, $"makes {bytes} bytes of prompt, allowed are {InferenceLimits.PromptBytesMax}")
            : null;

    /// <summary>The job of a choice: the answer's own for the first one.</summary>
    private static JobId ChoiceId(JobId answer, int index) => index == 0
        ? answer
        : JobId.From(PrefixedId.Derive("choice", answer.Value, index.ToString(CultureInfo.InvariantCulture)));

    /// <summary>
    /// Of a seed that is told, the texts drawn of one prompt have it and those that follow: a client gets any of them
    /// alone by its number. One that is not told follows from the choice's job, so that equal prompts are drawn apart.
    /// </summary>
    private static ulong SeedOf(TextRequest request, JobId job, int drawn) => unchecked(request.Seed is { } told
        ? (ulong)told + (ulong)drawn
        : (ulong)SeedOf(job));

    /// <summary>
    /// Follows from the job, as a repeat must ask for the same; named for batches, which had it first.
    /// </summary>
    private static long SeedOf(JobId id) => BinaryPrimitives.ReadInt64LittleEndian(
        PrefixedId.Derive("batch-seed", id.Value).ToByteArray());

    /// <summary>When a job was made; now where there is none.</summary>
    private static async Task<DateTimeOffset> Begun(Desk desk, JobId id, CancellationToken cancel) =>
        (await desk.Grains.GetGrain<IInferenceJobGrain>(id.Value).Describe(cancel))?.CreatedAt ?? desk.Now;
}
