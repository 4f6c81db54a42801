namespace Gatepost.Organizations;

/// <summary>Who is told when a webhook of the organization is disabled.</summary>
internal sealed record Admin(Guid Id, string Email, string? Name, DateTimeOffset CreatedAt);
