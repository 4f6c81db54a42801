using System.Data.Common;
using Dapper;
using Gatepost.Callbacks;
using Gatepost.Organizations;

namespace Gatepost.Storage.Sql;

internal sealed class ProviderAccountStore(Database database, AccountSecrets secrets, TimeProvider clock) : IProviderAccountStore
{
    public Task CreateAsync(OrganizationRef organization, ProviderAccount account, CancellationToken cancellation) => database.WriteAsync(
        organization,
        session => session.Connection.Execute(
            """
            INSERT INTO provider_accounts (id, organization_seq, provider, name, token_hash, token, credentials, public_url, created_at, updated_at)
            VALUES (@Id, @Seq, @Provider, @Name, @hash, @token, @credentials, @PublicUrl, @CreatedAt, @UpdatedAt)
            """,
            new
            {
                account.Id,
                organization.Seq,
                account.Provider,
                account.Name,
                hash = AccountToken.Hash(account.Token!),
                token = secrets.SealToken(account.Id, account.Token!),
                credentials = Seal(account),
                PublicUrl = Bare(account.PublicUrl),
                account.CreatedAt,
                account.UpdatedAt,
            }),
        cancellation);

    public Task<ProviderAccount?> FindAsync(OrganizationRef organization, Guid id, CancellationToken cancellation) =>
        database.ReadAsync(connection => Find(connection, organization, id) is { } row ? ToAccount(row) : null, cancellation);

    public Task<Page<ProviderAccount>> ListAsync(OrganizationRef organization, PageRequest page, CancellationToken cancellation) => database.ReadAsync(
        connection => Page<ProviderAccount>.Of(
            connection.Query<Row>(
                """
                SELECT * FROM provider_accounts WHERE organization_seq = @Seq AND deleted_at IS NULL AND (@Before IS NULL OR seq < @Before)
                ORDER BY seq DESC LIMIT @limit
                """,
                new { organization.Seq, page.Before, limit = page.Limit + 1 }).AsList(),
            page.Limit, r => r.Seq, ToAccount),
        cancellation);

    public Task<Result<ProviderAccount>> ChangeAsync(
        OrganizationRef organization, Guid id, Func<ProviderAccount, Result<ProviderAccount>> decide, CancellationToken cancellation) =>
        database.WriteAsync(
            organization,
            session =>
            {
                if (Find(session.Connection, organization, id) is not { } row)
                    return Problem.NotFound("provider account");
                var decision = decide(ToAccount(row));
                if (decision.IsOk)
                    Update(session.Connection, decision.Value);
                return decision;
            },
            cancellation);

    public Task<bool> DeleteAsync(OrganizationRef organization, Guid id, CancellationToken cancellation) => database.WriteAsync(
        organization,
        session => session.Connection.Execute(
            "UPDATE provider_accounts SET deleted_at = @now WHERE id = @id AND organization_seq = @Seq AND deleted_at IS NULL",
            new { now = clock.GetInstant(), id, organization.Seq }) > 0,
        cancellation);

    public Task<CallbackAccount?> FindByTokenAsync(byte[] tokenHash, CancellationToken cancellation) => database.ReadAsync(
        connection => connection.QueryFirstOrDefault<Row>(
            """
            SELECT a.*, o.id AS organization_id FROM provider_accounts a JOIN organizations o ON o.seq = a.organization_seq AND o.deleted_at IS NULL
            WHERE a.token_hash = @tokenHash AND a.deleted_at IS NULL
            """,
            new { tokenHash }) is not { } row
            ? null
            : ToCallbackAccount(row),
        cancellation);

    public string Owners => "provider accounts";

    public Task<ResealedBatch> ResealAsync(long afterSeq, int limit, CancellationToken cancellation) =>
        database.WriteAsync(session => Reseal(session.Connection, afterSeq, limit), cancellation);

    private void Update(DbConnection connection, ProviderAccount account) => connection.Execute(
        "UPDATE provider_accounts SET name = @Name, credentials = COALESCE(@credentials, credentials), public_url = @PublicUrl, updated_at = @UpdatedAt WHERE id = @Id",
        new { account.Id, account.Name, credentials = Seal(account), PublicUrl = Bare(account.PublicUrl), account.UpdatedAt });

    private static string? Bare(string? url) => url is null ? null : UrlPassword.Split(url).Url;

    private byte[]? Seal(ProviderAccount account) => account.Credentials is not { } credentials ? null : secrets.SealCredentials(
        account.Id, credentials with { UrlUserInfo = account.PublicUrl is { } url ? UrlPassword.Split(url).UserInfo : null });

    private static string? Whole(string? url, StoredCredentials? credentials) => url is null ? null : UrlPassword.Join(url, credentials?.UrlUserInfo);

    private ResealedBatch Reseal(DbConnection connection, long afterSeq, int limit)
    {
        var batch = connection.Query<Row>(
            "SELECT seq, id, token, credentials FROM provider_accounts WHERE seq > @afterSeq AND deleted_at IS NULL ORDER BY seq LIMIT @limit", new { afterSeq, limit }).AsList();
        var resealed = 0;
        foreach (var row in batch)
        {
            var (token, credentials) = (secrets.RenewToken(row.Id, row.Token), secrets.RenewCredentials(row.Id, row.Credentials));
            if ((token ?? credentials) is not null)
            {
                resealed += connection.Execute(
                    "UPDATE provider_accounts SET token = COALESCE(@token, token), credentials = COALESCE(@credentials, credentials) WHERE seq = @Seq",
                    new { row.Seq, token, credentials });
            }
        }

        var unreadable = batch.Count(row => !secrets.IsReadable(row.Id, row.Token, row.Credentials));
        return new ResealedBatch(batch.Count < limit ? null : batch[^1].Seq, resealed, unreadable);
    }

    private static Row? Find(DbConnection connection, OrganizationRef organization, Guid id) => connection.QueryFirstOrDefault<Row>(
        "SELECT * FROM provider_accounts WHERE id = @id AND organization_seq = @Seq AND deleted_at IS NULL", new { id, organization.Seq });

    private CallbackAccount ToCallbackAccount(Row row)
    {
        var credentials = secrets.OpenCredentials(row.Id, row.Credentials);
        return new CallbackAccount
        {
            Seq = row.Seq,
            Id = row.Id,
            Organization = new OrganizationRef(row.OrganizationSeq, row.OrganizationId),
            Provider = row.Provider,
            PublicUrl = Whole(row.PublicUrl, credentials),
            Credentials = credentials,
        };
    }

    private ProviderAccount ToAccount(Row row)
    {
        var credentials = secrets.OpenCredentials(row.Id, row.Credentials);
        return new ProviderAccount
        {
            Id = row.Id,
            Provider = row.Provider,
            Name = row.Name,
            Token = secrets.OpenToken(row.Id, row.Token),
            PublicUrl = Whole(row.PublicUrl, credentials),
            Credentials = credentials,
            CreatedAt = row.CreatedAt,
            UpdatedAt = row.UpdatedAt,
        };
    }

    private sealed class Row
    {
        public long Seq { get; init; }

        public Guid Id { get; init; }

        public long OrganizationSeq { get; init; }

        public Guid OrganizationId { get; init; }

        public string Provider { get; init; } = "";

        public string Name { get; init; } = "";

        public byte[] Token { get; init; } = [];

        public byte[] Credentials { get; init; } = [];

        public string? PublicUrl { get; init; }

        public DateTimeOffset CreatedAt { get; init; }

        public DateTimeOffset UpdatedAt { get; init; }
    }
}
