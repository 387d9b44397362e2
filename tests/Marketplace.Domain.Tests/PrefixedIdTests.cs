using System.Text.Json;
using CsCheck;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Payouts;

namespace Marketplace.Domain.Tests;

public sealed class PrefixedIdTests
{
    [Fact]
    public void Any_id_is_read_back_from_its_text_and_its_JSON() => Gen.Guid.Sample(value =>
    {
        var id = JobId.From(value);

        Assert.Equal(id, JobId.Parse(id.Value));
        Assert.Equal(id, JsonSerializer.Deserialize<JobId>(JsonSerializer.Serialize(id)));
        Assert.Equal(JobId.Prefix.Length + PrefixedId.BodyLength, id.Value.Length);
    });

    [Fact]
    public void Text_order_is_the_order_of_the_bytes() => Gen.Select(Gen.Guid, Gen.Guid).Sample((a, b) =>
    {
        var bytes = a.ToByteArray(bigEndian: true).AsSpan().SequenceCompareTo(b.ToByteArray(bigEndian: true));
        Assert.Equal(Math.Sign(bytes), Math.Sign(string.CompareOrdinal(JobId.From(a).Value, JobId.From(b).Value)));
    });

    [Theory]
    [InlineData("")]
    [InlineData("17")]
    [InlineData("job_")]
    [InlineData("pay_00000000000000000000000000")]
    [InlineData("job_0000000000000000000000000")]
    [InlineData("job_0000000000000000000000000U")]
    [InlineData("job_000000000000000000000000+0")]
    public void What_is_no_job_id_is_refused(string text)
    {
        Assert.Throws<FormatException>(() => JobId.Parse(text));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<JobId>(JsonSerializer.Serialize(text)));
    }

    [Fact]
    public void A_chunk_id_fits_into_a_memo_of_32_bytes() => Assert.True(ChunkId.From(Guid.Empty).Value.Length <= 32);

    [Fact]
    public void A_derived_id_follows_from_its_words_and_their_borders()
    {
        Assert.Equal(PrefixedId.Derive("a", "b"), PrefixedId.Derive("a", "b"));
        Assert.NotEqual(PrefixedId.Derive("a", "b"), PrefixedId.Derive("ab"));
        Assert.NotEqual(PrefixedId.Derive("a", "b"), PrefixedId.Derive("b", "a"));
    }
}
