using System.Net;

namespace Marketplace.Api.Tests.Renders;

public sealed class AssetTests(TestMarket market)
{
    [Fact]
    public async Task A_file_is_there_after_its_upload_and_not_before()
    {
        var renter = await market.NewAccount("renter");
        byte[] bytes = [1, 2, 3, .. Guid.NewGuid().ToByteArray()];
        var path = $"/v1/assets/{MarketClient.Hash(bytes)}";

        using var before = await renter.Send(HttpMethod.Head, path);
        await renter.Upload(bytes);
        using var after = await renter.Send(HttpMethod.Head, path);

        Assert.Equal(HttpStatusCode.NotFound, before.StatusCode);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.Equal(bytes.Length, after.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Bytes_with_another_hash_are_refused_and_not_kept()
    {
        var renter = await market.NewAccount("renter");
        using var body = new ByteArrayContent([4, 5, 6]);

        var (status, problem) = await renter.Refused(HttpMethod.Put, $"/v1/assets/{new string('a', 64)}", body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("hash-mismatch", problem.Text("code"));
        using var head = await renter.Send(HttpMethod.Head, $"/v1/assets/{MarketClient.Hash([4, 5, 6])}");
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_over_the_limit_is_refused_whether_or_not_its_length_is_told(bool chunked)
    {
        var renter = await market.NewAccount("renter");
        var bytes = new byte[TestMarket.AssetBytesMax + 1];
        using HttpContent body = chunked ? new StreamContent(new Unsized(bytes)) : new ByteArrayContent(bytes);

        var (status, problem) = await renter.Refused(HttpMethod.Put, $"/v1/assets/{MarketClient.Hash(bytes)}", body);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Equal(TestMarket.AssetBytesMax, problem.At("bytesMax").GetInt64());
    }

    [Fact]
    public async Task An_address_that_is_no_hash_is_refused()
    {
        var renter = await market.NewAccount("renter");
        using var body = new ByteArrayContent([1]);

        var (status, problem) = await renter.Refused(HttpMethod.Put, "/v1/assets/..%2fetc", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(["sha256"], problem.Fields());
    }

    /// <summary>A stream that does not tell its length, so that it is sent in chunks.</summary>
    private sealed class Unsized(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
