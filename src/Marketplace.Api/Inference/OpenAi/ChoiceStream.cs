using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Marketplace.Api.Http;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>The texts of one answer as one stream: what is new of any of them is told when it is there.</summary>
/// <param name="choices">Each job with its shape.</param>
/// <param name="patience">How long the check of a whole text may keep it from its reader.</param>
/// <param name="clock">The time.</param>
internal sealed class ChoiceStream(
    IReadOnlyList<(IInferenceJobGrain Job, AnswerShape Shape)> choices, TimeSpan patience, TimeProvider clock)
{
    /// <summary>Events that wait for the client, of all texts together; beyond, the texts wait.</summary>
    private const int WaitingMax = 64;

    private readonly List<Choice> _choices = [.. choices.Select(one => new Choice(one.Job, one.Shape))];

    /// <summary>Whether one of the texts came to nothing, and the stream has said so in place of its end.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>What is told.</summary>
    public EventSource<ServerSentEvent> Source => new(
        _ => Merge(),
        (told, _) => told,
        _ => Task.FromResult(End()))
    {
        Begin = [.. _choices.SelectMany(choice => choice.Shape.Begin)],
    };

    private IReadOnlyList<ServerSentEvent>? End() =>
        IsRefused ? []
            : _choices.TrueForAll(choice => choice.Ended is not null)
                ? _choices[0].Shape.Close([.. _choices.Select(choice => choice.Ended!)])
                : null;

    /// <summary>What happens to the texts that go on, until each of them ends or its grain moves.</summary>
    private async IAsyncEnumerable<ServerSentEvent> Merge([EnumeratorCancellation] CancellationToken cancel = default)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var told = Channel.CreateBounded<ServerSentEvent>(WaitingMax);
        var following = FollowAll(told.Writer, leaving.Token);

        try
        {
            await foreach (var one in told.Reader.ReadAllAsync(cancel))
            {
                yield return one;
            }
        }
        finally
        {
            await leaving.CancelAsync();
            await following;
        }
    }

    /// <summary>Never fails: what goes wrong is given to the reader.</summary>
    private async Task FollowAll(ChannelWriter<ServerSentEvent> told, CancellationToken cancel)
    {
        var follows = _choices.Where(choice => choice.Ended is null).Select(async choice =>
        {
            try
            {
                await Follow(choice, told, cancel);
            }
#pragma warning disable CA1031 // Whoever reads the stream gets it.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                told.TryComplete(fault);
            }
        }).ToList();

        await Task.WhenAll(follows);
        told.TryComplete();
    }

    private async Task Follow(Choice choice, ChannelWriter<ServerSentEvent> told, CancellationToken cancel)
    {
        try
        {
            var happenings = choice.Job.Watch(choice.After).WithBatchSize(1).Patiently(patience, clock, cancel);

            await foreach (var happened in happenings)
            {
                if (choice.Shape.Tell(happened, choice.After) is { } one)
                {
                    await told.WriteAsync(one, cancel);
                    choice.After = one.Id ?? choice.After;
                }
            }
        }
        catch (EnumerationAbortedException)
        {
            // The grain has moved or restarted; it is watched again after the last token.
        }

        if (await choice.Job.Describe(cancel) is not { } view || !CheckedText.IsAnswer(view))
        {
            return;
        }

        foreach (var one in choice.Shape.End(view))
        {
            await told.WriteAsync(one, cancel);
        }

        choice.Ended = view;

        if (OpenAi.Ended.Refusal(view) is not null)
        {
            IsRefused = true;
            told.TryComplete();
        }
    }

    private sealed class Choice(IInferenceJobGrain job, AnswerShape shape)
    {
        public IInferenceJobGrain Job => job;

        public AnswerShape Shape => shape;

        /// <summary>The last token that was told.</summary>
        public int After { get; set; }

        /// <summary>Set once its end was told.</summary>
        public JobView? Ended { get; set; }
    }
}
