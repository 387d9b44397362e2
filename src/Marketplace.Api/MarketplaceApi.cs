using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Marketplace.Agent.Protocol;
using Marketplace.Api.Accounts;
using Marketplace.Api.Admin;
using Marketplace.Api.AgentGateway;
using Marketplace.Api.Batches;
using Marketplace.Api.Compliance;
using Marketplace.Api.Devices;
using Marketplace.Api.Http;
using Marketplace.Api.Inference;
using Marketplace.Api.Inference.OpenAi;
using Marketplace.Api.Invoices;
using Marketplace.Api.Ledger;
using Marketplace.Api.Market;
using Marketplace.Api.Payments;
using Marketplace.Api.Payouts;
using Marketplace.Api.Providers;
using Marketplace.Api.Renders;
using Marketplace.Api.Swagger;
using Marketplace.Api.Verification;
using Marketplace.Api.Webhooks;
using Marketplace.Grains.Abstractions.Batches;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using HttpJsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Marketplace.Api;

/// <summary>The REST surface and the agent gateway, for the host to add and map.</summary>
public static class MarketplaceApi
{
    /// <summary>Calls of one agent's socket that are answered side by side; further ones wait.</summary>
    private const int AgentCallsAtOnceMax = 32;

    private const int JsonDepthMax = 32;
    private const string AnySchemeName = "Market";

    /// <summary>
    /// Adds what the surface needs. The cluster, an <c>IBlobStore</c> and an <c>IAccessLog</c> come from the host.
    /// </summary>
    public static IServiceCollection AddMarketplaceApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ApiOptions>()
            .Bind(configuration.GetSection(ApiOptions.Section))
            .ValidateDataAnnotations()
            .Validate(
                options => ApiOptions.IsPrice(options.DefaultPromptTokensCap)
                    && ApiOptions.IsPrice(options.DefaultOutputTokensCap)
                    && ApiOptions.IsPrice(options.DefaultMegasampleCap),
                "Api:DefaultPromptTokensCap, Api:DefaultOutputTokensCap and Api:DefaultMegasampleCap must be USDC "
                    + "with at most six places, such as 0.5.")
            .ValidateOnStart();

        services.ConfigureHttpJsonOptions(json => Configure(json.SerializerOptions));
        services.PostConfigure<HttpJsonOptions>(json => RefuseNulls(json.SerializerOptions));
        services.Configure<JsonOptions>(json => Configure(json.JsonSerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddExceptionHandler<ProblemWriter>();
        services.AddProblemDetails();
        services.AddRateLimiter(RateLimits.Configure);
        services.AddSignIn();
        services.AddSingleton<KnownModels>();
        services.AddSingleton<KnownOffers>();
        services.AddSingleton<Desk>();
        services.AddSingleton<KeysInFlight>();
        services.AddSingleton<AccessTrail>();
        services.AddSingleton<KeyDesk>();
        services.AddSingleton<EventStream>();
        services.AddSingleton<ChatTemplates>();
        services.AddSingleton<OrderReaders>();
        services.AddSingleton<IBatchLines, BatchLines>();
        services.AddSingleton<UsageExport>();
        services.AddSingleton<FindingFiles>();
        services.AddAgentGateway();
        services.AddSwagger();
        return services;
    }

    /// <summary>Maps <c>/v1</c>, <c>/agent/v1</c> and the documents.</summary>
    public static WebApplication MapMarketplaceApi(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(ProblemWriter.WriteStatus);
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.Use(app.Services.GetRequiredService<AccessTrail>().Pass);
        app.Use(app.Services.GetRequiredService<KeysInFlight>().Pass);

        var options = app.Services.GetRequiredService<IOptions<ApiOptions>>().Value;
        var v1 = app.MapGroup("/v1")
            .WithGroupName(SwaggerSetup.V1)
            .WithMetadata(new RequestSizeLimitAttribute(options.JsonBytesMax))
            .AddEndpointFilter(RouteConventions.NameInstance);
        MapV1(v1);

        var admin = app.MapGroup("/v1/admin")
            .WithGroupName(SwaggerSetup.Admin)
            .RequireAuthorization(Policies.Admin)
            .WithMetadata(new RequestSizeLimitAttribute(options.JsonBytesMax))
            .AddEndpointFilter(RouteConventions.NameInstance);
        MapAdmin(admin);

        // The same address and document, but with keys of compliance and finance.
        var compliance = app.MapGroup("/v1/admin")
            .WithGroupName(SwaggerSetup.Admin)
            .WithMetadata(new RequestSizeLimitAttribute(options.JsonBytesMax))
            .AddEndpointFilter(RouteConventions.NameInstance);
        compliance.MapReviewAdmin();
        compliance.MapComplianceAdmin();

        app.MapAgents(options);
        app.MapStripeWebhook();
        app.UseSwaggerDocuments();
        return app;
    }

    private static void MapV1(RouteGroupBuilder v1)
    {
        v1.MapAccounts();
        v1.MapApiKeys();
        v1.MapBalance();
        v1.MapInvoices();
        v1.MapDeposits();
        v1.MapDepositAddresses();
        v1.MapTopUps();
        v1.MapUsdcRefunds();
        v1.MapOffers();
        v1.MapModels();
        v1.MapAssets();
        v1.MapScenes();
        v1.MapJobs();
        v1.MapOpenAi();
        v1.MapEmbeddings();
        v1.MapFiles();
        v1.MapBatches();
        v1.MapRenders();
        v1.MapRenderQuotes();
        v1.MapReceipts();
        v1.MapDraws();
        v1.MapProvider();
        v1.MapDevices();
        v1.MapFindings();
        v1.MapPayouts();
        v1.MapPayoutSchedule();
        v1.MapAdvances();
        v1.MapWebhooks();
    }

    private static void MapAdmin(RouteGroupBuilder admin)
    {
        admin.MapListAdmin();
        admin.MapPlacementAdmin();
        admin.MapAccountAdmin();
        admin.MapProviderAdmin();
        admin.MapWorkAdmin();
        admin.MapMoneyAdmin();
        admin.MapSuspenseAdmin();
        admin.MapUsdcRefundAdmin();
        admin.MapCardAdmin();
    }

    private static void AddSignIn(this IServiceCollection services)
    {
        services.AddSingleton(typeof(SignInCache<>));
        services.AddAuthentication(AnySchemeName)
            .AddPolicyScheme(AnySchemeName, null, scheme => scheme.ForwardDefaultSelector = SchemeOf)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, null)
            .AddScheme<AuthenticationSchemeOptions, AgentAuthentication>(AgentAuthentication.SchemeName, null);
        services.AddAuthorization(Policies.AddAll);
    }

    private static string SchemeOf(HttpContext http) =>
        http.Request.Path.StartsWithSegments("/agent", StringComparison.Ordinal)
            ? AgentAuthentication.SchemeName
            : ApiKeyAuthentication.SchemeName;

    private static void AddAgentGateway(this IServiceCollection services)
    {
        services.AddSignalR(hub =>
        {
            hub.MaximumReceiveMessageSize = AgentRoutes.HubMessageBytesMax;
            hub.MaximumParallelInvocationsPerClient = AgentCallsAtOnceMax;
        }).AddMessagePackProtocol();
        services.AddSingleton<LeasedWork>();
        services.AddSingleton<AgentUploads>();
        services.AddSingleton<ResultSignatures>();
        services.AddSingleton<AgentDesk>();
        services.AddSingleton<RigSockets>();
        services.AddHostedService(provider => provider.GetRequiredService<RigSockets>());
    }

    /// <summary>
    /// JSON as the surface speaks it: camelCase, strict, nothing unknown, nothing twice, no null in lists.
    /// </summary>
    private static void Configure(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        json.PropertyNameCaseInsensitive = false;
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        json.AllowDuplicateProperties = false;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.RespectNullableAnnotations = true;
        json.RespectRequiredConstructorParameters = true;
        json.MaxDepth = JsonDepthMax;
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
    }

    /// <summary>Comes last: the framework puts contracts of its own before those that are there already.</summary>
    private static void RefuseNulls(JsonSerializerOptions json) =>
        json.TypeInfoResolver = (json.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver())
            .WithAddedModifier(NullElements.Refuse);
}
