namespace Gatepost.Organizations;

/// <summary>A customer of the platform; everything else belongs to one.</summary>
internal sealed record Organization
{
    public required Guid Id { get; init; }

    /// <summary>1-200 characters.</summary>
    public required string Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>An organization as storage knows it: the row's number beside the public id.</summary>
internal readonly record struct OrganizationRef(long Seq, Guid Id);
