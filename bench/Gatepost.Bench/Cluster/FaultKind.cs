namespace Gatepost.Bench.Cluster;

internal enum FaultKind
{
    /// <summary>kill -9, and started again at once.</summary>
    Kill,

    /// <summary>kill -9, and started again only when others must have taken over.</summary>
    LongKill,

    /// <summary>SIGTERM, and started again.</summary>
    Terminate,

    /// <summary>SIGSTOP for twice the lease: the node comes back and does not know.</summary>
    LongPause,

    /// <summary>SIGSTOP for less than the lease.</summary>
    ShortPause,

    /// <summary><c>pg_ctl restart -m immediate</c>.</summary>
    Database,
}
