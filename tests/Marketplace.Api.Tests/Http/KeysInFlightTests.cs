using System.Security.Claims;
using System.Text.Json;
using Marketplace.Api.Http;
using Marketplace.Domain.Accounts;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Api.Tests.Http;

/// <summary>A key whose first request has no answer yet; requests end when this test says so.</summary>
public sealed class KeysInFlightTests(TestMarket market)
{
    private static readonly AccountId Someone = AccountId.From(new Guid(1, 0, 0, new byte[8]));
    private static readonly AccountId Another = AccountId.From(new Guid(2, 0, 0, new byte[8]));

    private readonly KeysInFlight _keys = new();
    private readonly List<HttpContext> _begun = [];

    [Fact]
    public async Task A_second_request_with_the_key_is_refused_at_once_and_let_through_after_the_first()
    {
        var first = new TaskCompletionSource();
        var held = Pass(Someone, "one", first.Task);
        var second = Request(Someone, "one");
        await Pass(second, Task.CompletedTask);

        second.Response.Body.Position = 0;
        var problem = JsonDocument.Parse(second.Response.Body).RootElement;
        Assert.Equal(StatusCodes.Status409Conflict, second.Response.StatusCode);
        Assert.Equal("1", second.Response.Headers.RetryAfter);
        Assert.Equal("idempotency-key-in-flight", problem.Text("code"));
        Assert.Equal("/v1/jobs", problem.Text("instance"));
        Assert.Single(_begun);

        first.SetResult();
        await held;
        await Pass(Someone, "one", Task.CompletedTask);
        Assert.Equal(2, _begun.Count);
    }

    [Fact]
    public async Task A_request_that_fails_lets_its_key_go()
    {
        await Assert.ThrowsAsync<IOException>(() => Pass(Someone, "one", Task.FromException(new IOException("gone"))));
        await Pass(Someone, "one", Task.CompletedTask);

        Assert.Equal(2, _begun.Count);
    }

    [Fact]
    public async Task Other_keys_accounts_and_addresses_and_requests_without_a_key_go_side_by_side()
    {
        var end = new TaskCompletionSource();
        var elsewhere = Request(Someone, "one");
        elsewhere.Request.Path = "/v1/renders";
        Task[] all =
        [
            Pass(Someone, "one", end.Task), Pass(Someone, "two", end.Task), Pass(Another, "one", end.Task),
            Pass(elsewhere, end.Task), Pass(Someone, null, end.Task), Pass(Someone, null, end.Task),
        ];

        Assert.Equal(all.Length, _begun.Count);
        end.SetResult();
        await Task.WhenAll(all);
    }

    private Task Pass(AccountId account, string? key, Task end) => Pass(Request(account, key), end);

    private Task Pass(HttpContext http, Task end) => _keys.Pass(http, begun =>
    {
        _begun.Add(begun);
        return end;
    });

    private DefaultHttpContext Request(AccountId account, string? key)
    {
        var caller = new Grains.Abstractions.Accounts.Caller(account, default, ApiKeyScopes.Renter, null);
        var http = new DefaultHttpContext
        {
            RequestServices = market.Services,
            User = new Requester.ApiKeyPrincipal(caller, new ClaimsIdentity("test")),
        };
        http.Request.Method = "POST";
        http.Request.Path = "/v1/jobs";
        http.Response.Body = new MemoryStream();

        if (key is not null)
        {
            http.Request.Headers[IdempotencyKey.Header] = key;
        }

        return http;
    }
}
