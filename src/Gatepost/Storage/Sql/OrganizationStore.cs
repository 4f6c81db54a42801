using Dapper;
using Gatepost.Organizations;

namespace Gatepost.Storage.Sql;

internal sealed class OrganizationStore(Database database, IDeliveryHandover handover, TimeProvider clock) : IOrganizationStore
{
    private const string Columns = "seq, id, name, created_at, updated_at";

    public Task<Organization> CreateAsync(string name, CancellationToken cancellation)
    {
        var now = clock.GetInstant();
        var organization = new Organization { Id = Guid.CreateVersion7(now), Name = name, CreatedAt = now, UpdatedAt = now };
        return database.WriteAsync(
            session =>
            {
                session.Connection.Execute(
                    "INSERT INTO organizations (id, name, created_at, updated_at) VALUES (@Id, @Name, @CreatedAt, @UpdatedAt)", organization);
                return organization;
            },
            cancellation);
    }

    public Task<Organization?> FindAsync(Guid id, CancellationToken cancellation) => database.ReadAsync(
        connection => connection.QueryFirstOrDefault<Row>($"SELECT {Columns} FROM organizations WHERE id = @id AND deleted_at IS NULL", new { id })?.ToOrganization(),
        cancellation);

    public Task<OrganizationRef?> FindRefAsync(Guid id, CancellationToken cancellation) => database.ReadAsync(
        connection => connection.ExecuteScalar<long?>("SELECT seq FROM organizations WHERE id = @id AND deleted_at IS NULL", new { id }) is { } seq
            ? new OrganizationRef(seq, id)
            : (OrganizationRef?)null,
        cancellation);

    public Task<Page<Organization>> ListAsync(PageRequest page, CancellationToken cancellation) => database.ReadAsync(
        connection => Page<Organization>.Of(
            connection.Query<Row>(
                $"SELECT {Columns} FROM organizations WHERE deleted_at IS NULL AND (@Before IS NULL OR seq < @Before) ORDER BY seq DESC LIMIT @limit",
                new { page.Before, limit = page.Limit + 1 }).AsList(),
            page.Limit, r => r.Seq, r => r.ToOrganization()),
        cancellation);

    public Task<Organization?> RenameAsync(Guid id, string name, CancellationToken cancellation) => database.WriteAsync(
        session => session.Connection.QueryFirstOrDefault<Row>(
            $"UPDATE organizations SET name = @name, updated_at = @now WHERE id = @id AND deleted_at IS NULL RETURNING {Columns}",
            new { id, name, now = clock.GetInstant() })?.ToOrganization(),
        cancellation);

    public Task<bool> DeleteAsync(Guid id, CancellationToken cancellation) => database.WriteAsync(
        session =>
        {
            var now = clock.GetInstant();
            var seq = session.Connection.ExecuteScalar<long?>(
                "UPDATE organizations SET deleted_at = @now WHERE id = @id AND deleted_at IS NULL RETURNING seq", new { id, now });
            if (seq is null)
                return false;
            session.Connection.Execute("DELETE FROM api_keys WHERE organization_seq = @seq", new { seq });
            var webhooks = session.Connection.Query<long>(
                "UPDATE webhooks SET deleted_at = @now WHERE organization_seq = @seq AND deleted_at IS NULL RETURNING seq", new { now, seq }).AsList();
            session.FanOutChanged(seq.Value);
            session.AfterCommit(() => webhooks.ForEach(handover.WebhookChanged));
            return true;
        },
        cancellation);

    public Task<ApiKey> AddKeyAsync(OrganizationRef organization, string name, byte[] hash, CancellationToken cancellation)
    {
        var now = clock.GetInstant();
        var key = new ApiKey(Guid.CreateVersion7(now), organization.Id, name, now);
        return database.WriteAsync(
            session =>
            {
                session.Connection.Execute(
                    "INSERT INTO api_keys (id, organization_seq, name, hash, created_at) VALUES (@Id, @seq, @Name, @hash, @CreatedAt)",
                    new { key.Id, seq = organization.Seq, key.Name, hash, key.CreatedAt });
                return key;
            },
            cancellation);
    }

    public Task<Page<ApiKey>> ListKeysAsync(OrganizationRef organization, PageRequest page, CancellationToken cancellation) => database.ReadAsync(
        connection => Page<ApiKey>.Of(
            connection.Query<Row>(
                """
                SELECT seq, id, name, created_at FROM api_keys
                WHERE organization_seq = @Seq AND (@Before IS NULL OR seq < @Before) ORDER BY seq DESC LIMIT @limit
                """,
                new { organization.Seq, page.Before, limit = page.Limit + 1 }).AsList(),
            page.Limit, r => r.Seq, r => new ApiKey(r.Id, organization.Id, r.Name, r.CreatedAt)),
        cancellation);

    public Task<bool> RevokeKeyAsync(OrganizationRef organization, Guid id, CancellationToken cancellation) => database.WriteAsync(
        session => session.Connection.Execute("DELETE FROM api_keys WHERE id = @id AND organization_seq = @Seq", new { id, organization.Seq }) > 0,
        cancellation);

    public Task<KeyOwner?> FindKeyAsync(byte[] hash, CancellationToken cancellation) => database.ReadAsync(
        connection =>
        {
            var row = connection.QueryFirstOrDefault<KeyRow>(
                """
                SELECT k.id, o.seq AS organization_seq, o.id AS organization_id FROM api_keys k LEFT JOIN organizations o ON o.seq = k.organization_seq
                WHERE k.hash = @hash AND (k.organization_seq IS NULL OR o.deleted_at IS NULL)
                """,
                new { hash });
            return row is null
                ? null
                : new KeyOwner(row.Id, row.OrganizationSeq is { } seq ? new OrganizationRef(seq, row.OrganizationId!.Value) : null);
        },
        cancellation);

    public Task<bool> AddFirstKeyAsync(string name, byte[] hash, CancellationToken cancellation)
    {
        var now = clock.GetInstant();
        return database.WriteAsync(
            session =>
            {
                // No organization has this number.
                session.Serialize(0);
                return session.Connection.Execute(
                    """
                    INSERT INTO api_keys (id, name, hash, created_at) SELECT @id, @name, @hash, @now
                    WHERE NOT EXISTS (SELECT 1 FROM api_keys WHERE organization_seq IS NULL)
                    """,
                    new { id = Guid.CreateVersion7(now), name, hash, now }) > 0;
            },
            cancellation);
    }

    public Task<Admin> AddAdminAsync(OrganizationRef organization, string email, string? name, CancellationToken cancellation)
    {
        var now = clock.GetInstant();
        var admin = new Admin(Guid.CreateVersion7(now), email, name, now);
        return database.WriteAsync(
            session =>
            {
                session.Connection.Execute(
                    "INSERT INTO admins (id, organization_seq, email, name, created_at) VALUES (@Id, @Seq, @Email, @Name, @CreatedAt)",
                    new { admin.Id, organization.Seq, admin.Email, admin.Name, admin.CreatedAt });
                return admin;
            },
            cancellation);
    }

    public Task<Page<Admin>> ListAdminsAsync(OrganizationRef organization, PageRequest page, CancellationToken cancellation) => database.ReadAsync(
        connection => Page<Admin>.Of(
            connection.Query<Row>(
                """
                SELECT seq, id, email, name, created_at FROM admins
                WHERE organization_seq = @Seq AND (@Before IS NULL OR seq < @Before) ORDER BY seq DESC LIMIT @limit
                """,
                new { organization.Seq, page.Before, limit = page.Limit + 1 }).AsList(),
            page.Limit, r => r.Seq, r => new Admin(r.Id, r.Email, r.Name, r.CreatedAt)),
        cancellation);

    public Task<bool> RemoveAdminAsync(OrganizationRef organization, Guid id, CancellationToken cancellation) => database.WriteAsync(
        session => session.Connection.Execute("DELETE FROM admins WHERE id = @id AND organization_seq = @Seq", new { id, organization.Seq }) > 0,
        cancellation);

    private sealed class Row
    {
        public long Seq { get; set; }

        public Guid Id { get; set; }

        public string Name { get; set; } = null!;

        public string Email { get; set; } = "";

        public DateTimeOffset CreatedAt { get; set; }

        public DateTimeOffset UpdatedAt { get; set; }

        public Organization ToOrganization() => new() { Id = Id, Name = Name, CreatedAt = CreatedAt, UpdatedAt = UpdatedAt };
    }

    private sealed class KeyRow
    {
        public Guid Id { get; set; }

        public long? OrganizationSeq { get; set; }

        public Guid? OrganizationId { get; set; }
    }
}
