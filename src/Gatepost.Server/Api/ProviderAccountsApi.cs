using Gatepost.Callbacks;
using Gatepost.Providers;
using Gatepost.Server.Auth;
using Gatepost.Server.Callbacks;
using Gatepost.Storage;

namespace Gatepost.Server.Api;

/// <summary>Accounts at providers: their credentials, and the callback URLs to paste there.</summary>
internal static class ProviderAccountsApi
{
    public static void MapProviderAccounts(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/provider-accounts").WithTags("Provider accounts").WithScope(RouteScope.Organization);
        group.MapPost("/", CreateAsync).WithName("createProviderAccount").WithSummary("Register a provider's credentials; answers with the callback URLs to paste")
            .Idempotent().Answers<ProviderAccountView>(201);
        group.MapGet("/", ListAsync).WithName("listProviderAccounts").WithSummary("Provider accounts, newest first").AnswersPage<ProviderAccountView>();
        group.MapGet("/{id:guid}", FindAsync).WithName("getProviderAccount").WithSummary("One provider account").Answers<ProviderAccountView>();
        group.MapPatch("/{id:guid}", ChangeAsync).WithName("changeProviderAccount").WithSummary("Change it; credentials are replaced as a whole").Answers<ProviderAccountView>();
        group.MapDelete("/{id:guid}", DeleteAsync).WithName("deleteProviderAccount").WithSummary("Delete it and its inbox; its callbacks are refused at once").Answers(204);
    }

    private static async Task<IResult> CreateAsync(
        Body<ProviderAccountInput> body, Caller caller, IProviderAccountStore store, CallbackAddress address, HttpRequest request, TimeProvider clock, CancellationToken cancellation)
    {
        var account = ProviderAccountRules.Apply(body.Value, null, clock.GetInstant());
        if (!account.IsOk)
            return account.Problem.ToResult();
        await store.CreateAsync(caller.Organization, account.Value, cancellation);
        return Results.Json(ProviderAccountView.Of(account.Value, address.Base(request)), ApiJson.Options, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(
        PageQuery page, Caller caller, IProviderAccountStore store, CallbackAddress address, HttpRequest request, CancellationToken cancellation) => Results.Json(
        PageQuery.View(await store.ListAsync(caller.Organization, page.Request, cancellation), a => ProviderAccountView.Of(a, address.Base(request))), ApiJson.Options);

    private static async Task<IResult> FindAsync(
        Guid id, Caller caller, IProviderAccountStore store, CallbackAddress address, HttpRequest request, CancellationToken cancellation) =>
        await store.FindAsync(caller.Organization, id, cancellation) is { } account
            ? Results.Json(ProviderAccountView.Of(account, address.Base(request)), ApiJson.Options)
            : Problem.NotFound("provider account").ToResult();

    private static async Task<IResult> ChangeAsync(
        Guid id, Body<ProviderAccountInput> body, Caller caller, IProviderAccountStore store, AccountDirectory directory, CallbackAddress address, HttpRequest request,
        TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetInstant();
        var changed = await store.ChangeAsync(caller.Organization, id, present => ProviderAccountRules.Apply(body.Value, present, now), cancellation);
        directory.Forget();
        return changed.ToResult(a => ProviderAccountView.Of(a, address.Base(request)));
    }

    private static async Task<IResult> DeleteAsync(Guid id, Caller caller, IProviderAccountStore store, AccountDirectory directory, CancellationToken cancellation)
    {
        var deleted = await store.DeleteAsync(caller.Organization, id, cancellation);
        directory.Forget();
        return deleted ? Results.NoContent() : Problem.NotFound("provider account").ToResult();
    }
}

/// <summary>A provider account as the API shows it: never a credential.</summary>
internal sealed record ProviderAccountView
{
    public required Guid Id { get; init; }

    public required string Provider { get; init; }

    public required string Name { get; init; }

    /// <summary>By route: what to paste at the provider. Keep them secret where the provider signs nothing. Empty when unreadable.</summary>
    public required IReadOnlyDictionary<string, string> CallbackUrls { get; init; }

    /// <summary>Which credentials are set, and how many of each.</summary>
    public required IReadOnlyDictionary<string, int> Credentials { get; init; }

    /// <summary>No configured master key opens what is stored: callbacks are answered 503 until the key is back, or PATCH brings new credentials.</summary>
    public required bool CredentialsUnreadable { get; init; }

    /// <summary>As it was typed at the provider, its password masked. Sent back with the mask, it keeps its password.</summary>
    public string? PublicUrl { get; init; }

    public required IReadOnlyList<string> AllowedTopicArns { get; init; }

    public required IReadOnlyList<string> AllowedIps { get; init; }

    public required bool SecretPathOnly { get; init; }

    public int? MaxAgeSeconds { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public static ProviderAccountView Of(ProviderAccount account, string baseUrl)
    {
        var stored = account.Credentials ?? new StoredCredentials(new ProviderCredentials());
        var c = stored.Credentials;
        return new ProviderAccountView
        {
            Id = account.Id,
            Provider = account.Provider,
            Name = account.Name,
            CallbackUrls = ProviderCatalog.All.Where(p => p.Name == account.Provider && account.Token is not null).SelectMany(p => p.Routes).Distinct()
                .ToDictionary(route => route, route => $"{baseUrl}/callbacks/{account.Token}/{route}"),
            Credentials = Counts(stored),
            CredentialsUnreadable = account.Credentials is null,
            PublicUrl = account.PublicUrl is { } url ? UrlPassword.Mask(url) : null,
            AllowedTopicArns = c.AllowedTopicArns,
            AllowedIps = c.AllowedIps,
            SecretPathOnly = c.SecretPathOnly,
            MaxAgeSeconds = c.MaxAgeSeconds,
            CreatedAt = account.CreatedAt,
            UpdatedAt = account.UpdatedAt,
        };
    }

    private static Dictionary<string, int> Counts(StoredCredentials stored)
    {
        var c = stored.Credentials;
        var all = new Dictionary<string, int>
        {
            ["secrets"] = c.Secrets.Count,
            ["tokens"] = c.Tokens.Count,
            ["publicKeys"] = c.PublicKeys.Count,
            ["basic"] = c.Basic.Count,
            ["headers"] = c.Headers.Count,
            ["oauth"] = c.OAuthTokens.Count,
            ["verifyToken"] = c.VerifyToken is null ? 0 : 1,
            ["signatureMethod"] = c.SignatureMethod is null ? 0 : 1,
            ["apiKey"] = c.ApiKey is null ? 0 : 1,
            ["emptyBatchSecret"] = c.EmptyBatchSecret is null ? 0 : 1,
            ["certificatePem"] = stored.CertificatePem is null ? 0 : 1,
        };
        return all.Where(kind => kind.Value > 0).ToDictionary();
    }
}
