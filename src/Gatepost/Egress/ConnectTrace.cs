namespace Gatepost.Egress;

/// <summary>How far the connection came that a request asked for.</summary>
internal enum ConnectStage
{
    /// <summary>None was needed: the request went over a pooled connection, or waits for one.</summary>
    None,
    Resolving,
    Dialling,
    Connected,
}

/// <summary>Filled in while a connection is made for one request, so that a deadline which passes meanwhile can say where.</summary>
internal sealed class ConnectTrace
{
    private volatile ConnectStage stage;
    private volatile string? address;

    public ConnectStage Stage
    {
        get => stage;
        set => stage = value;
    }

    /// <summary>The address that was dialled last; null when none was, because of the name or the guard.</summary>
    public string? Address
    {
        get => address;
        set => address = value;
    }
}
