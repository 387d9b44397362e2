using System.Net;
using System.Security.Cryptography;

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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_account_stores_no_more_than_its_quota_and_each_file_counts_once(bool chunked)
    {
        var renter = await market.NewAccount("renter");
        byte[][] files = [.. Enumerable.Range(0, 3).Select(_ => RandomNumberGenerator.GetBytes(90_000))];
        await renter.Upload(files[0]);
        await renter.Upload(files[0]);
        await renter.Upload(files[1]);
        using HttpContent body = chunked ? new StreamContent(new Unsized(files[2])) : new ByteArrayContent(files[2]);

        var (status, problem) = await renter.Refused(HttpMethod.Put, $"/v1/assets/{MarketClient.Hash(files[2])}", body);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Equal("storage-quota-exceeded", problem.Text("code"));
        Assert.Equal(180_000, problem.At("bytesUsed").GetInt64());
        Assert.Equal(TestMarket.AccountStorageBytesMax, problem.At("bytesMax").GetInt64());
        await renter.Upload(RandomNumberGenerator.GetBytes(TestMarket.AccountStorageBytesMax - 180_000));
        await renter.Upload(files[1]);
        await (await market.NewAccount("renter")).Upload(files[0]);
    }

    [Fact]
    public async Task Uploads_side_by_side_do_not_exceed_the_quota_together_and_a_refused_one_counts_for_nothing()
    {
        var renter = await market.NewAccount("renter");
        using var wrong = new ByteArrayContent(new byte[90_000]);
        await renter.Refused(HttpMethod.Put, $"/v1/assets/{new string('b', 64)}", wrong);
        var files = Enumerable.Range(0, 8).Select(_ => RandomNumberGenerator.GetBytes(90_000)).ToArray();

        var answers = await Task.WhenAll(files.Select(file => renter.Send(
            HttpMethod.Put, $"/v1/assets/{MarketClient.Hash(file)}", new ByteArrayContent(file))));

        Assert.Equal(2, answers.Count(answer => answer.IsSuccessStatusCode));
        Assert.All(
            answers.Where(answer => !answer.IsSuccessStatusCode),
            answer => Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode));
    }

    /// <summary>A stream that does not tell its length, so that it is sent in chunks.</summary>
    private sealed class Unsized(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
