namespace Gatepost.Tickets;

/// <summary>Somebody outside: a ticket's requester or a message's author. Any part may be missing.</summary>
internal sealed record Contact
{
    public const int MaxName = 200;
    public const int MaxPhone = 50;

    /// <summary>1-200 characters.</summary>
    public string? Name { get; init; }

    /// <summary>One plain address.</summary>
    public string? Email { get; init; }

    /// <summary>1-50 characters, as the sender wrote it.</summary>
    public string? Phone { get; init; }

    /// <param name="field">The member that holds it; faults are named below it.</param>
    public void Check(string field, FaultList faults)
    {
        faults.CheckLength($"{field}.name", Name, 1, MaxName, required: false);
        if (Email is not null && !EmailAddresses.IsValid(Email))
            faults.Add($"{field}.email", "invalid_email", $"{field}.email must be one plain address, such as ada@example.com.");
        faults.CheckLength($"{field}.phone", Phone, 1, MaxPhone, required: false);
    }
}
