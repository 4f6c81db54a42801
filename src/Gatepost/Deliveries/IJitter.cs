using System.Diagnostics.CodeAnalysis;

namespace Gatepost.Deliveries;

/// <summary>Chance, handed in: 0 to 1.</summary>
internal interface IJitter
{
    double Next();
}

internal sealed class RandomJitter : IJitter
{
    [SuppressMessage("Security", "CA5394:Do not use insecure randomness", Justification = "It spreads retries; nobody gains by guessing it.")]
#pragma warning disable RS0030 // the one place where chance comes from
    public double Next() => Random.Shared.NextDouble();
#pragma warning restore RS0030
}
