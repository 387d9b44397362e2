using CsCheck;
using Marketplace.Domain.Verification;

namespace Marketplace.Domain.Tests.Verification;

public class OpinionTests
{
    private static readonly LogitThresholds Thresholds = LogitThresholds.Processor;

    private static readonly Gen<LogitRecord> Records =
        from token in Gen.Int[0, 50]
        from top in Gen.Select(Gen.Int[0, 30], Gen.Int[-20_000, 0]).Array[LogitRecord.TopCount]
        where top.DistinctBy(one => one.Item1).Count() == top.Length
        select new LogitRecord(
            token,
            [.. top.OrderByDescending(one => one.Item2).Select(one => (one.Item1, one.Item2 / 1024f))],
            1);

    [Fact]
    public void Positions_come_back_as_they_were_measured() =>
        Gen.Select(Records, Gen.Float[0, 9]).Array[0, 9].Sample(told =>
        {
            MeasuredPosition[] positions = [.. told.Select(one => new MeasuredPosition(one.Item1, one.Item2))];
            var bytes = MeasuredPosition.Encode(positions);
            var back = MeasuredPosition.Decode(bytes)!;

            Assert.Equal(positions.Length * MeasuredPosition.Bytes, bytes.Length);
            Assert.Equal(bytes, MeasuredPosition.Encode([.. back]));
            Assert.Null(MeasuredPosition.WhyNonsense(back, [.. told.Select(one => one.Item1.Token)]));
            Assert.Null(MeasuredPosition.Decode([.. bytes, 1]));
        });

    [Fact]
    public void Drift_is_the_same_both_ways_and_none_of_a_record_with_itself() =>
        Gen.Select(Records, Records).Sample((one, other) =>
        {
            other = other with { Token = one.Token };

            Assert.Equal(0, LogitDrift.Between(one, one));
            Assert.Equal(LogitDrift.Between(one, other), LogitDrift.Between(other, one));
            Assert.Equal(double.PositiveInfinity, LogitDrift.Between(one, other with { Token = one.Token + 1 }));
        });

    [Fact]
    public void Drift_tells_by_how_much_one_value_was_moved() =>
        Gen.Select(Records, Gen.Int[0, LogitRecord.TopCount - 1], Gen.Float[0.01f, 3]).Sample((record, at, by) =>
        {
            var moved = record with
            {
                Top = [.. record.Top.Select((one, place) => place == at ? (one.Token, one.Logprob + by) : one)],
            };

            Assert.Equal(by, LogitDrift.Between(record, moved), 1e-4);
        });

    /// <summary>A prompt's own token in the last place is there whatever its rank, and says nothing of the others.</summary>
    [Fact]
    public void Two_that_tell_a_prompts_token_last_may_differ_in_the_one_before_it_by_a_tie()
    {
        (int, float)[] common = [.. Enumerable.Range(0, 6).Select(at => (at, -1f - at))];
        var one = new LogitRecord(99, [.. common, (6, -8f), (99, -20f)], 1);
        var other = new LogitRecord(99, [.. common, (7, -8.001f), (99, -20f)], 1);

        Assert.Equal((7, 8), (one.RankedCount, (one with { Token = 3 }).RankedCount));
        Assert.Equal(0.001, LogitDrift.Between(one, other), 1e-4);
        Assert.Equal(0.5, LogitDrift.Between(one, one with { Top = [.. one.Top.SkipLast(1), (99, -20.5f)] }), 1e-4);
        Assert.Equal(2, LogitDrift.Between(one, other with { Top = [.. common, (7, -6f), (99, -20f)] }), 1e-4);
    }

    public static TheoryData<string> Nonsense => ["count", "token", "margin", "twice", "sum", "probability", "order"];

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void What_cannot_be_a_measurement_is_named(string how)
    {
        var one = At(3, 0);
        var (positions, tokens) = ((IReadOnlyList<MeasuredPosition>)[one], (IReadOnlyList<int>)[3]);
        Assert.Null(MeasuredPosition.WhyNonsense(positions, tokens));

        positions = how switch
        {
            "count" => [one, one],
            "token" => [At(4, 0)],
            "margin" => [one with { Margin = float.NaN }],
            "twice" => [one with { Record = one.Record with { Top = [one.Record.Top[0], one.Record.Top[0]] } }],
            "sum" => [one with { Record = one.Record with { LogSumExp = float.PositiveInfinity } }],
            "probability" => [At(3, 9)],
            _ => [one with { Record = one.Record with { Top = [.. one.Record.Top.Reverse()] } }],
        };

        Assert.NotNull(MeasuredPosition.WhyNonsense(positions, tokens));
    }

    /// <summary>The platform is off by half from what was claimed; the verifier by as much as is said.</summary>
    [Theory]
    [InlineData(0.5f, 0, Opinion.Fails)]
    [InlineData(0.0f, 0, Opinion.Stands)]
    [InlineData(0.2f, 0, Opinion.Useless)]
    [InlineData(0.5f, 1, Opinion.Fails)]
    [InlineData(0.0f, 1, Opinion.Fails)]
    public void An_opinion_is_read_from_the_numbers(float off, float margin, Opinion expected)
    {
        var text = new DoubtedText(
            1, 4, [.. Off(0).Skip(1).Select(one => one.Record)], Off(0.5f), Thresholds);

        var (opinion, _) = OpinionJudge.Judge(
            text, [.. Off(off).Select((one, at) => at == 2 ? one with { Margin = margin } : one)]);

        Assert.Equal(expected, opinion);
    }

    [Theory]
    [InlineData(0.5f, 0, Opinion.Stands)]
    [InlineData(0.5f, 1, Opinion.Fails)]
    [InlineData(0.2f, 0, Opinion.Useless)]
    public void Where_nothing_is_claimed_the_margins_speak(float off, float margin, Opinion expected)
    {
        var (opinion, _) = OpinionJudge.Judge(
            new(0, 4, [], Off(0.5f), Thresholds),
            [.. Off(off).Select(one => one with { Margin = margin })]);

        Assert.Equal(expected, opinion);
    }

    [Fact]
    public void The_first_two_that_agree_decide_and_useless_ones_do_not_count() =>
        Gen.Int[0, 2].Select(one => (Opinion)one).List[0, 4].Sample(heard =>
        {
            bool? expected = heard.Contains(Opinion.Fails) ? false
                : heard.Count(one => one == Opinion.Stands) >= 2 ? true
                : null;

            Assert.Equal(expected, OpinionJudge.Stands(heard));
        });

    private static MeasuredPosition[] Off(float by) => [.. Enumerable.Range(0, 4).Select(token => At(token, by))];

    private static MeasuredPosition At(int token, float by) => new(
        new(token, [.. Enumerable.Range(0, LogitRecord.TopCount).Select(at => (at, -0.5f - at + by))], 2), 0);
}
