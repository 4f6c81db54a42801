namespace Gatepost.Providers;

/// <summary>Collects provider specifics; what is null is left out.</summary>
internal sealed class Extras : Dictionary<string, object?>
{
    /// <summary>The recipient refused further messages; said with a failed message, so it is no event of its own.</summary>
    public const string RecipientOptedOut = "recipientOptedOut";

    public Extras With(string name, object? value)
    {
        if (value is not null)
            this[name] = value;
        return this;
    }
}
